using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Forwarding;

/// <summary>A gateway whose default profile does not allow inbound traffic.</summary>
public sealed class InboundRefusedFixture() : GatewayFixture(GatewaySettings.Default with { Inbound = false });

public sealed class InboundRefusedTests(InboundRefusedFixture fixture) : GatewayTests(fixture), IClassFixture<InboundRefusedFixture>
{
    [Fact]
    public void Tcp_FromTheOffice_IsNotLetIn_WhileTheDeviceGetsOut()
    {
        var device = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(device).AssertOk();
        Testbed.StartListener(device.Namespace, 8080, "socat", "TCP-LISTEN:8080,fork,reuseaddr", "EXEC:cat");

        var refused = Testbed.RunWithInput(Testbed.Office, "hello\n", "socat", "-t", "3", "-", $"TCP:{Testbed.AwaitLegalAddress(device)}:8080,connect-timeout=3");

        Assert.False(refused.Succeeded, refused.ToString());
        Fetch(device).AssertOk();
    }
}
