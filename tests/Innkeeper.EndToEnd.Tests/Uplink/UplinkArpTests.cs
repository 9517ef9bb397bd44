using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Uplink;

/// <summary>The uplink side's ARP: the gateway answers for legal addresses in use and for no other.</summary>
public sealed class UplinkArpTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Request_ForALegalAddressInUse_IsAnsweredWithTheUplinkMac()
    {
        var device = Testbed.AddDevice("bound", "47.31.128.195/24", "47.31.128.1");
        Fetch(device).AssertOk();

        var answers = Arping(Testbed.AwaitLegalAddress(device)).AssertOk();

        Assert.Contains($"[{Testbed.UplinkMac}]", answers.Stdout, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Request_ForAPoolAddressNotInUse_IsNotAnswered()
    {
        var used = Testbed.DevicesJson().Devices.SelectMany(device => device.Bindings).Select(binding => binding.Legal).ToHashSet();
        var unused = Enumerable.Range(50, 50).Select(host => $"137.118.199.{host}").Last(address => !used.Contains(address));

        var answers = Arping(unused);

        Assert.False(answers.Succeeded, answers.ToString());
    }

    [Fact]
    public void Request_ForTheClaimedAddress_IsNotAnswered()
    {
        var device = Testbed.AddDevice("claims", "137.118.199.44/24", Testbed.RouterAddress);
        Fetch(device).AssertOk();

        var answers = Arping(device.Address);

        Assert.False(answers.Succeeded, answers.ToString());
    }

    [Fact]
    public void LegalAddress_BeforeItsFirstUse_IsProbed_AndAnnounced()
    {
        var device = Testbed.AddDevice("announced", "47.31.128.196/24", "47.31.128.1");
        // The LAN's other end sees what the gateway broadcasts.
        var capture = Testbed.Capture(Testbed.Office, "eth0", "arp", "and", "ether", "src", Testbed.UplinkMac);

        Fetch(device).AssertOk();

        var legal = Testbed.AwaitLegalAddress(device);
        Wait.For($"an announcement of {legal}", () => capture.Lines().Any(line => line.Contains($"who-has {legal}", StringComparison.Ordinal)
            && line.Contains($"tell {legal}", StringComparison.Ordinal)), TimeSpan.FromSeconds(5), () => string.Join('\n', capture.Lines()));
    }

    [Fact]
    public void LegalAddress_TakenByAHostOutside_IsDefendedOnce_ThenGivenUpForAnother()
    {
        var device = Testbed.AddDevice("moved", "47.31.128.197/24", "47.31.128.1");
        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);
        var intruder = Testbed.AddLanHost("intruder", legal);
        var capture = Testbed.Capture(Testbed.Office, "eth0", "arp", "and", "ether", "src", Testbed.UplinkMac);

        Announce();
        Wait.For("a defence on the wire", () => capture.Lines().Any(line => line.Contains($"tell {legal}", StringComparison.Ordinal)), TimeSpan.FromSeconds(5),
            () => string.Join('\n', capture.Lines()));
        Assert.Equal(legal, Testbed.AwaitLegalAddress(device));

        Announce();
        Wait.For("another legal address", () => Testbed.Find(device)?.Bindings.FirstOrDefault()?.Legal is { } other && other != legal, TimeSpan.FromSeconds(8),
            () => Testbed.Cli("status", "--json").ToString());
        Fetch(device).AssertOk();

        void Announce() => Testbed.Run(intruder, "arping", "-U", "-I", "eth0", "-c", "1", legal);
    }

    private CommandResult Arping(string target) => Testbed.Run(Testbed.Office, "arping", "-I", "eth0", "-c", "2", "-w", "3", target);
}
