using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

public sealed class PriorityFixture() : GatewayFixture(GatewaySettings.Default with { Extra = "[peers]\npriority = 100" }, oneArmed: true);

/// <summary>Two gateways on one LAN: one serves, the other says that it does not, until the first is gone.</summary>
public sealed class OneArmedPeersTests(PriorityFixture fixture) : GatewayTests(fixture), IClassFixture<PriorityFixture>
{
    private const string OtherAddress = "137.118.199.3";

    [Fact]
    public void Gateways_OnOneLan_TheHigherPriorityServes_AndTheOtherFollowsIt()
    {
        using var other = new OtherGateway(Testbed);
        other.Start(priority: 50);
        Wait.For("each knows of the other", () => Testbed.StatusJson().Peer?.State == "active" && other.State() == "passive", TimeSpan.FromSeconds(10), Both);
        Assert.Contains(Testbed.StatusJson().Events, each => each.Kind == "peer" && each.Text.EndsWith("this one (priority 100) serves", StringComparison.Ordinal));

        Assert.Contains(other.Events(), text => text.EndsWith("this one (priority 50) is passive until the other stops", StringComparison.Ordinal));

        var guest = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        var capture = Testbed.Capture(guest.Namespace, "eth0", "arp");
        Fetch(guest).AssertOk();
        Assert.Equal([Testbed.UplinkMac], Answerers(capture, "47.31.128.1"));

        // The first is killed: the second serves who comes now, and who was served stays with the first's data plane.
        Testbed.KillGateway(Native.SIGKILL);
        Wait.For("the other serves", () => other.State() is null, TimeSpan.FromSeconds(15), Both);
        var later = Testbed.AddDevice("later", "10.61.0.9/24", "10.61.0.1");
        Fetch(later).AssertOk();
        Assert.Contains("10.61.0.9", other.Cli("devices").Stdout, StringComparison.Ordinal);
        Ping(guest.Namespace, Testbed.ServerAddress).AssertOk();

        Testbed.StartGateway(GatewaySettings.Default with { Extra = "[peers]\npriority = 100" });
        Wait.For("the first serves again", () => Testbed.StatusJson().Peer?.State == "active" && other.State() == "passive", TimeSpan.FromSeconds(10), Both);

        // A good end is said, and nobody waits. With the higher priority the other is first.
        other.Stop();
        Wait.For("nobody else", () => Testbed.StatusJson().Peer is null, TimeSpan.FromSeconds(3), Both);
        other.Start(priority: 200);
        Wait.For("the other way round", () => Testbed.StatusJson().Peer?.State == "passive" && other.State() == "active", TimeSpan.FromSeconds(10), Both);
        var third = Testbed.AddDevice("third", "10.62.0.9/24", "10.62.0.1");
        var ours = Testbed.Capture(third.Namespace, "eth0", "arp");
        Fetch(third).AssertOk();
        Assert.Equal([other.Mac], Answerers(ours, "10.62.0.1"));
        Ping(guest.Namespace, Testbed.ServerAddress).AssertOk();

        string Both() => $"{Testbed.Cli("status", "--json")}\n{other.Cli("status", "--json")}";
    }

    private static List<string> Answerers(Capture capture, string target) =>
        [.. capture.Lines().Where(line => line.Contains($"Reply {target} is-at", StringComparison.Ordinal)).Select(line => line.Split(' ')[0])];

    /// <summary>A second gateway, with a machine and a pool of its own.</summary>
    private sealed class OtherGateway(Testbed testbed) : IDisposable
    {
        private readonly string ns = testbed.AddLanHost("other", OtherAddress);
        private readonly string directory = Directory.CreateDirectory(Path.Combine(testbed.Directory, "other")).FullName;
        private BackgroundProcess? process;

        public string Mac => Testbed.Mac(ns, "eth0");

        private string Config => Path.Combine(directory, "innkeeper.toml");

        public void Start(int priority)
        {
            File.WriteAllText(Config, $"""
                access.interface = "eth0"
                uplink.interface = "eth0"
                pool.addresses = ["137.118.199.150-137.118.199.159"]
                peers.priority = {priority}
                state.directory = "{directory}/state"
                dataplane.bpffs = "{directory}/bpf"
                control.socket = "{directory}/control.sock"
                dns.upstream = ["{Testbed.RouterAddress}"]
                """);
            process = testbed.Start(ns, GatewayBinary.Find()!, "run", "--config", Config);
            Wait.For("ready", () => process.Stdout.Split('\n').Contains("ready") || process.HasExited, TimeSpan.FromSeconds(30), process.ToString);
        }

        public CommandResult Cli(params string[] arguments) => Testbed.Run(ns, [GatewayBinary.Find()!, .. arguments, "--config", Config]);

        /// <summary>"active" or "passive" beside another, null alone.</summary>
        public string? State() =>
            JsonDocument.Parse(Cli("status", "--json").AssertOk().Stdout).RootElement.GetProperty("peer") is { ValueKind: JsonValueKind.Object } peer ? peer.GetProperty("state").GetString() : null;

        public List<string> Events() =>
            [.. JsonDocument.Parse(Cli("status", "--json").AssertOk().Stdout).RootElement.GetProperty("events").EnumerateArray()
                .Where(each => each.GetProperty("kind").GetString() == "peer").Select(each => each.GetProperty("text").GetString()!)];

        public void Stop()
        {
            process!.Signal(Native.SIGTERM);
            process.WaitForExit(TimeSpan.FromSeconds(10));
        }

        public void Dispose()
        {
            Stop();
            Cli("teardown");
        }
    }
}
