using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dhcp;

public sealed class LegalLeaseFixture() : GatewayFixture(Settings)
{
    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with { Extra = "[dhcp]\naddresses = \"legal\"\n" };
}

/// <summary>A device's lease is its legal address itself.</summary>
public sealed class LegalLeaseTests(LegalLeaseFixture fixture) : GatewayTests(fixture), IClassFixture<LegalLeaseFixture>
{
    [Fact]
    public void Client_IsLeasedItsLegalAddress_AndGetsItAgain_WhileOthersGetOthers()
    {
        using var client = DhcpClient.Plug(Testbed, "legal", "udhcpc").Start();
        var address = client.AwaitAddress();

        Assert.True(IsPoolAddress(address), address);
        Fetch(client.Device).AssertOk();
        Ping(client.Device.Namespace, Testbed.RouterAddress).AssertOk();
        Ping(client.Device.Namespace, Testbed.OfficeAddress).AssertOk();
        Assert.Equal(address, Testbed.AwaitLegalAddress(client.Device, address));
        Assert.Contains($" bound {address} {Testbed.RouterAddress} {Testbed.GatewayAddress} ", string.Join('\n', client.Calls));

        // From outside it is called by that address.
        Ping(Testbed.Office, address).AssertOk();

        // By unicast, to our address on the uplink LAN.
        client.Signal(Native.SIGUSR1);
        Wait.For("it renewed", () => client.Calls.Any(c => c.Contains($" renew {address} ", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => string.Join('\n', client.Calls));

        // A static device, and one that is leased another, take none of that.
        var guest = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(guest).AssertOk();
        using var second = DhcpClient.Plug(Testbed, "second", "dhclient").Start();
        var other = second.AwaitAddress();
        Fetch(second.Device).AssertOk();
        Assert.Equal(3, new[] { address, other, Testbed.AwaitLegalAddress(guest) }.Distinct().Count());
        Assert.Equal(other, Testbed.AwaitLegalAddress(second.Device, other));
        Ping(client.Device.Namespace, other).AssertOk();

        client.Kill();
        Testbed.KillGateway(Native.SIGKILL);
        Testbed.StartGateway(LegalLeaseFixture.Settings);
        Assert.Equal(address, client.Start().AwaitAddress());
        Fetch(client.Device).AssertOk();
        Assert.Equal(address, Testbed.AwaitLegalAddress(client.Device, address));
    }
}
