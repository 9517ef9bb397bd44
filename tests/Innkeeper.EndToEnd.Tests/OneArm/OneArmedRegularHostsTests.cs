using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

/// <summary>A LAN that has two hosts of its own, and no gateway yet.</summary>
public sealed class QuietLanFixture() : GatewayFixture(GatewaySettings.Default, beforeStart: RegularHosts.Record, oneArmed: true);

/// <summary>
/// The same traffic of the LAN's own hosts, captured at every port of the switch without the gateway and with it, while interlopers come and go.
/// </summary>
internal static partial class RegularHosts
{
    private const string Clerk = "clerk";
    internal const string ClerkAddress = "137.118.199.34";
    internal const string NobodysAddress = "137.118.199.224";

    private static readonly string[] Partners = [ClerkAddress, Testbed.RouterAddress, Testbed.ServerAddress, Testbed.GatewayAddress];

    /// <summary>What was seen without the gateway.</summary>
    private static readonly ConditionalWeakTable<Testbed, Observation> Without = [];

    public static void Record(Testbed testbed)
    {
        testbed.AddLanHost(Clerk, ClerkAddress);
        Without.Add(testbed, Observe(testbed));
    }

    public static Observation Recorded(Testbed testbed) => Without.TryGetValue(testbed, out var observation) ? observation : throw new InvalidOperationException("nothing was recorded");

    /// <summary>Lets the hosts speak, and says what of it was on the wire.</summary>
    public static Observation Observe(Testbed testbed)
    {
        string[] hosts = [testbed.Office, HostOf(testbed)];
        var macs = hosts.Select(host => Testbed.Mac(host, "eth0")).ToList();
        foreach (var ns in hosts)
        {
            Testbed.Run(ns, "ip", "neigh", "flush", "all").AssertOk();
        }

        var ports = Ports(testbed);
        var captures = ports.Select(port => testbed.Capture(testbed.Lan, port)).ToList();
        foreach (var partner in Partners)
        {
            // The same identifier each time and too short for a time stamp: the frames are the same then, but for their IP identification.
            Testbed.Run(testbed.Office, "ping", "-n", "-c", "3", "-i", "0.2", "-W", "2", "-e", "77", "-s", "8", partner).AssertOk();
        }

        Assert.False(Testbed.Run(testbed.Office, "ping", "-n", "-c", "4", "-i", "1", "-W", "1", "-e", "78", NobodysAddress).Succeeded);
        var seen = captures.Zip(ports).SelectMany(each => LinesAndFrames(each.First, each.Second)).ToList();
        var lines = seen.Select(each => each.Line).ToList();

        // A host may look whether its neighbour is still there, at a time of its own choosing: those questions go to one station.
        var conversations = seen.Where(each => macs.Exists(mac => each.Line.Contains(mac, StringComparison.Ordinal)) && !Recheck().IsMatch(each.Line))
            .Where(each => IsIpv4(each.Line) || !each.Line.Contains("Reply", StringComparison.Ordinal) || !IsRechecked(each.Line, lines))
            .Select(each => (each.Line, Text: $"{each.Line} {WithoutIdentification(each.Frame)}")).ToList();
        var arp = conversations.Where(each => !IsIpv4(each.Line)).Select(each => each.Text).Distinct();
        return new Observation([.. conversations.Where(each => IsIpv4(each.Line)).Select(each => each.Text).Concat(arp).Order(StringComparer.Ordinal)],
            [.. lines.Where(line => line.Contains($": {testbed.UplinkMac} > ", StringComparison.Ordinal))],
            [.. hosts.SelectMany(ns => Neighbor().Matches(Testbed.Run(ns, "ip", "neigh").Stdout).Select(match => $"{ns[(ns.IndexOf('-', StringComparison.Ordinal) + 1)..]}: {Settled(match.Value)}")).Order(StringComparer.Ordinal)]);
    }

    private static IEnumerable<(string Line, byte[] Frame)> LinesAndFrames(Lab.Capture capture, string port)
    {
        var lines = capture.Finish().Lines();
        var frames = capture.Frames();
        Assert.Equal(frames.Count, lines.Count);
        return lines.Zip(frames, (line, frame) => ($"{port}: {line}", frame));
    }

    private static bool IsIpv4(string line) => line.Contains("IPv4", StringComparison.Ordinal);

    /// <summary>All octets, but what a kernel numbers as it likes: the IPv4 identification and, for it, the header's checksum.</summary>
    private static string WithoutIdentification(byte[] frame)
    {
        var copy = (byte[])frame.Clone();
        if (copy is [_, _, _, _, _, _, _, _, _, _, _, _, 0x08, 0x00, ..])
        {
            copy.AsSpan(18, 2).Clear();
            copy.AsSpan(24, 2).Clear();
        }

        return Convert.ToHexStringLower(copy);
    }

    public static string HostOf(Testbed testbed) => testbed.Lan[..^"lan".Length] + Clerk;

    /// <summary>Who does not answer is asked for again or given up, as the second in which it is looked at has it: nobody knows his MAC either way.</summary>
    private static string Settled(string neighbor) => neighbor.Replace("INCOMPLETE", "FAILED", StringComparison.Ordinal);

    private static bool IsRechecked(string reply, List<string> lines)
    {
        var about = Owner().Match(reply).Groups[1].Value;
        return lines.Exists(line => Recheck().IsMatch(line) && line.Contains($"who-has {about} ", StringComparison.Ordinal));
    }

    private static List<string> Ports(Testbed testbed) =>
        [.. PortName().Matches(Testbed.Run(testbed.Lan, "ip", "-o", "link", "show", "master", "br0").AssertOk().Stdout).Select(match => match.Groups[1].Value).Where(port => port[0] is 'h' or 'r' or 'g')];

    [GeneratedRegex(@"^\d+: (\w+)@", RegexOptions.Multiline)]
    private static partial Regex PortName();

    [GeneratedRegex(@"> (?!ff:ff:ff:ff:ff:ff)\S+ ethertype ARP .*Request")]
    private static partial Regex Recheck();

    [GeneratedRegex(@"\S+ dev eth0 (lladdr \S+|FAILED|INCOMPLETE)")]
    private static partial Regex Neighbor();

    [GeneratedRegex(@"Reply (\S+) is-at")]
    private static partial Regex Owner();
}

/// <param name="Conversations">What the hosts sent and were sent, at which port of the switch, whole.</param>
/// <param name="GatewaysFrames">All that the gateway sent.</param>
/// <param name="Tables">Whom the hosts know where.</param>
internal sealed record Observation(List<string> Conversations, List<string> GatewaysFrames, List<string> Tables);

public sealed class OneArmedRegularHostsTests(QuietLanFixture fixture) : GatewayTests(fixture), IClassFixture<QuietLanFixture>
{
    [Fact]
    public void RegularHosts_WhileInterlopersAreServed_NoticeNothing()
    {
        var guest = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(guest).AssertOk();
        var traffic = Testbed.Start(guest.Namespace, "ping", "-n", "-i", "0.05", Testbed.ServerAddress);
        var next = Testbed.Start(Testbed.AddDevice("next", "10.60.0.9/24", "10.60.0.1").Namespace, "curl", "-sS", "-m", "20", "--retry", "3", Page);

        var without = RegularHosts.Recorded(Testbed);
        var with = RegularHosts.Observe(Testbed);

        next.Finish(TimeSpan.FromSeconds(30)).AssertOk();
        Assert.False(traffic.HasExited, traffic.ToString());
        traffic.Signal(Native.SIGTERM);
        Assert.NotEmpty(without.Conversations);
        Assert.Equal(without.Conversations, with.Conversations);
        Assert.Contains(without.Tables, line => line.EndsWith($"{Testbed.RouterAddress} dev eth0 lladdr {Testbed.Mac(Testbed.Router, "eth0")}", StringComparison.Ordinal));
        Assert.Equal(without.Tables, with.Tables);

        // None of the hosts' packets is sent again by us, nobody is told another way, and what they are told of is our own address alone.
        var macs = ((string[])[Testbed.Office, RegularHosts.HostOf(Testbed)]).Select(ns => Testbed.Mac(ns, "eth0")).ToList();
        Assert.NotEmpty(with.GatewaysFrames);
        Assert.DoesNotContain(with.GatewaysFrames, line => line.Contains($" {Testbed.OfficeAddress} >", StringComparison.Ordinal) || line.Contains($" {RegularHosts.ClerkAddress} >", StringComparison.Ordinal));
        Assert.DoesNotContain(with.GatewaysFrames, line => line.Contains("redirect", StringComparison.OrdinalIgnoreCase));
        var replies = with.GatewaysFrames.Where(line => line.Contains("Reply", StringComparison.Ordinal)).ToList();
        Assert.All(replies.Where(line => macs.Exists(mac => line.Contains($"> {mac}", StringComparison.Ordinal))), line => Assert.Contains($"Reply {Testbed.GatewayAddress} is-at", line, StringComparison.Ordinal));
        Assert.DoesNotContain(replies, line => ((string[])[Testbed.OfficeAddress, RegularHosts.ClerkAddress, RegularHosts.NobodysAddress, Testbed.RouterAddress])
            .Any(address => line.Contains($"Reply {address} is-at", StringComparison.Ordinal)));
    }
}
