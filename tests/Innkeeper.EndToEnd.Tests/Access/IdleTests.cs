using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Access;

/// <summary>The shortest patience that can be set.</summary>
public sealed class IdleFixture() : GatewayFixture(GatewaySettings.Default with { Idle = "10s" });

public sealed class IdleTests(IdleFixture fixture) : GatewayTests(fixture), IClassFixture<IdleFixture>
{
    [Fact]
    public void Devices_SilentForTheIdleTime_AreReleased_AndGetTheSameAddressesOnTheirReturn()
    {
        // Many, as each has a conversation of its own length: some of them are over in no time.
        var devices = Enumerable.Range(0, 20).Select(i => Testbed.AddDevice($"guest{i}", $"47.31.128.{195 + i}/24", "47.31.128.1", new DeviceSettings { Isolated = true })).ToList();
        var legal = devices.ConvertAll(device =>
        {
            Fetch(device).AssertOk();
            return Testbed.AwaitLegalAddress(device);
        });

        Wait.For("the bindings are released", () => Testbed.StatusJson().Bindings == 0, TimeSpan.FromSeconds(30), () => Testbed.Cli("devices", "--json").ToString());
        var answers = Testbed.Run(Testbed.Office, "arping", "-I", "eth0", "-b", "-c", "1", "-w", "2", legal[0]);
        Assert.False(answers.Succeeded, answers.ToString());

        devices.ForEach(device => Fetch(device).AssertOk());
        Assert.Equal(legal, devices.Select(device => Testbed.AwaitLegalAddress(device)));
    }
}
