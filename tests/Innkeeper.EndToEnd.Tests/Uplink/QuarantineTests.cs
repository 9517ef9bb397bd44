using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Uplink;

/// <summary>A pool of three addresses, the first of which a host on the legal LAN already has.</summary>
public sealed class ConflictFixture() : GatewayFixture(
    GatewaySettings.Default with { Pool = $"{Testbed.PoolFirst}-137.118.199.52" }, beforeStart: testbed => testbed.AddLanHost("squatter", Testbed.PoolFirst));

public sealed class QuarantineTests(ConflictFixture fixture) : GatewayTests(fixture), IClassFixture<ConflictFixture>
{
    [Fact]
    public void PoolAddress_ThatAnotherHostHas_IsQuarantined_AndNeverUsed()
    {
        string[] free = ["137.118.199.51", "137.118.199.52"];
        var devices = Enumerable.Range(1, 2).Select(number => Testbed.AddDevice($"guest{number}", "47.31.128.195/24", "47.31.128.1")).ToList();

        Assert.All(devices, device => Fetch(device).AssertOk());

        Assert.Equal(free, devices.Select(device => Testbed.AwaitLegalAddress(device)).Order());
        Wait.For("one address in quarantine", () => Testbed.StatusJson().Pool.Quarantined == 1, TimeSpan.FromSeconds(15), () => Testbed.Cli("status", "--json").ToString());
        // The squatter keeps its own address: whoever asks finds it, and it alone.
        var answers = Testbed.Run(Testbed.Office, "arping", "-I", "eth0", "-b", "-c", "2", "-w", "3", Testbed.PoolFirst).AssertOk();
        Assert.DoesNotContain(Testbed.UplinkMac, answers.Stdout, StringComparison.OrdinalIgnoreCase);
    }
}
