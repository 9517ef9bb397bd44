using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>The shortest patience that can be set.</summary>
public sealed class IdleFixture() : GatewayFixture(GatewaySettings.Default with { Idle = "10s" });

public sealed class IdleTests(IdleFixture fixture) : GatewayTests(fixture), IClassFixture<IdleFixture>
{
    [Fact]
    public void Device_SilentForTheIdleTime_IsReleased_AndGetsTheSameAddressOnItsReturn()
    {
        var device = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).Ok();
        var legal = Bench.LegalAddress(device);

        Wait.For("the binding is released", () => Bench.StatusJson().Bindings == 0, TimeSpan.FromSeconds(30), () => Bench.Cli("devices", "--json").ToString());
        var answers = Bench.Run(Bench.Office, "arping", "-I", "eth0", "-b", "-c", "1", "-w", "2", legal);
        Assert.False(answers.Succeeded, answers.ToString());

        Fetch(device).Ok();
        Assert.Equal(legal, Bench.LegalAddress(device));
    }
}
