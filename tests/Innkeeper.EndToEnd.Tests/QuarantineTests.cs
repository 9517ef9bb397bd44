using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A pool of three addresses, the first of which a host on the legal LAN already has.</summary>
public sealed class ConflictFixture() : GatewayFixture(
    GatewaySettings.Default with { Pool = $"{Bench.PoolFirst}-137.118.199.52" }, beforeStart: bench => bench.AddLanHost("squatter", Bench.PoolFirst));

public sealed class QuarantineTests(ConflictFixture fixture) : GatewayTests(fixture), IClassFixture<ConflictFixture>
{
    [Fact]
    public void PoolAddress_ThatAnotherHostHas_IsQuarantined_AndNeverUsed()
    {
        string[] free = ["137.118.199.51", "137.118.199.52"];
        var devices = Enumerable.Range(1, 2).Select(number => Bench.AddDevice($"guest{number}", "47.31.128.195/24", "47.31.128.1")).ToList();

        Assert.All(devices, device => Fetch(device).Ok());

        Assert.Equal(free, devices.Select(device => Bench.LegalAddress(device)).Order());
        Wait.For("one address in quarantine", () => Bench.StatusJson().Pool.Quarantined == 1, TimeSpan.FromSeconds(15), () => Bench.Cli("status", "--json").ToString());
        // The squatter keeps its own address: whoever asks finds it, and it alone.
        var answers = Bench.Run(Bench.Office, "arping", "-I", "eth0", "-b", "-c", "2", "-w", "3", Bench.PoolFirst).Ok();
        Assert.DoesNotContain(Bench.UplinkMac, answers.Stdout, StringComparison.OrdinalIgnoreCase);
    }
}
