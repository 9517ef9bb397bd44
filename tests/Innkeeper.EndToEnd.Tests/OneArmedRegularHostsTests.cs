using System.Text.RegularExpressions;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A LAN that has two hosts of its own, and no gateway yet.</summary>
public sealed class QuietLanFixture() : GatewayFixture(GatewaySettings.Default, beforeStart: RegularHosts.Record, oneArmed: true);

/// <summary>
/// The same traffic of the LAN's own hosts, captured at every port of the switch without the gateway and with it, while interlopers come and go.
/// </summary>
internal static partial class RegularHosts
{
    private const string Clerk = "clerk";
    private const string ClerkAddress = "137.118.199.34";
    private const string NobodysAddress = "137.118.199.224";

    private static readonly string[] Partners = [ClerkAddress, Bench.RouterAddress, Bench.ServerAddress, Bench.GatewayAddress];

    /// <summary>What was seen without the gateway; in the bench's directory.</summary>
    public static void Record(Bench bench)
    {
        bench.AddLanHost(Clerk, ClerkAddress);
        File.WriteAllLines(Path.Combine(bench.Directory, "without.txt"), Observe(bench).Conversations);
    }

    public static string[] Recorded(Bench bench) => File.ReadAllLines(Path.Combine(bench.Directory, "without.txt"));

    /// <summary>Lets the hosts speak, and says what of it was on the wire: first theirs, then all frames of the gateway.</summary>
    public static (List<string> Conversations, List<string> GatewaysFrames, Dictionary<string, string> Tables) Observe(Bench bench)
    {
        string[] hosts = [bench.Office, HostOf(bench)];
        var macs = hosts.Select(host => Bench.Mac(host, "eth0")).ToList();
        foreach (var ns in hosts)
        {
            Bench.Run(ns, "ip", "neigh", "flush", "all").Ok();
        }

        var ports = Ports(bench);
        var captures = ports.Select(port => bench.Capture(bench.Lan, port)).ToList();
        foreach (var partner in Partners)
        {
            // The same identifier each time: the frames are the same then, but for their IP identification and time stamp.
            Bench.Run(bench.Office, "ping", "-n", "-c", "3", "-i", "0.2", "-W", "2", "-e", "77", partner).Ok();
        }

        Assert.False(Bench.Run(bench.Office, "ping", "-n", "-c", "4", "-i", "1", "-W", "1", "-e", "78", NobodysAddress).Succeeded);
        var lines = captures.Zip(ports).SelectMany(each => each.First.Finish().Lines().Select(line => $"{each.Second}: {line}")).ToList();

        // A host may look whether its neighbour is still there, at a time of its own choosing: those questions go to one station.
        var conversations = lines.Where(line => macs.Exists(mac => line.Contains(mac, StringComparison.Ordinal)) && !Recheck().IsMatch(line))
            .Where(line => line.Contains("IPv4", StringComparison.Ordinal) || !line.Contains("Reply", StringComparison.Ordinal) || !IsRechecked(line, lines)).ToList();
        var arp = conversations.Where(line => line.Contains("ARP", StringComparison.Ordinal)).Distinct();
        return ([.. conversations.Where(line => line.Contains("IPv4", StringComparison.Ordinal)).Concat(arp).Order(StringComparer.Ordinal)],
            [.. lines.Where(line => line.Contains($": {bench.UplinkMac} > ", StringComparison.Ordinal))],
            hosts.ToDictionary(ns => ns, ns => Bench.Run(ns, "ip", "neigh").Stdout));
    }

    public static string HostOf(Bench bench) => bench.Lan[..^"lan".Length] + Clerk;

    private static bool IsRechecked(string reply, List<string> lines)
    {
        var about = Owner().Match(reply).Groups[1].Value;
        return lines.Exists(line => Recheck().IsMatch(line) && line.Contains($"who-has {about} ", StringComparison.Ordinal));
    }

    private static List<string> Ports(Bench bench) =>
        [.. PortName().Matches(Bench.Run(bench.Lan, "ip", "-o", "link", "show", "master", "br0").Ok().Stdout).Select(match => match.Groups[1].Value).Where(port => port[0] is 'h' or 'r' or 'g')];

    [GeneratedRegex(@"^\d+: (\w+)@", RegexOptions.Multiline)]
    private static partial Regex PortName();

    [GeneratedRegex(@"> (?!ff:ff:ff:ff:ff:ff)\S+ ethertype ARP .*Request")]
    private static partial Regex Recheck();

    [GeneratedRegex(@"Reply (\S+) is-at")]
    private static partial Regex Owner();
}

public sealed class OneArmedRegularHostsTests(QuietLanFixture fixture) : GatewayTests(fixture), IClassFixture<QuietLanFixture>
{
    [Fact]
    public void RegularHosts_WhileInterlopersAreServed_NoticeNothing()
    {
        var office = Bench.Mac(Bench.Office, "eth0");
        var router = Bench.Mac(Bench.Router, "eth0");
        var guest = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(guest).Ok();
        var traffic = Bench.Start(guest.Namespace, "ping", "-n", "-i", "0.05", Bench.ServerAddress);
        var next = Bench.Start(Bench.AddDevice("next", "10.60.0.9/24", "10.60.0.1").Namespace, "curl", "-sS", "-m", "20", "--retry", "3", Page);

        var (conversations, gatewaysFrames, tables) = RegularHosts.Observe(Bench);

        next.Finish(TimeSpan.FromSeconds(30)).Ok();
        Assert.False(traffic.HasExited, traffic.ToString());
        traffic.Signal(Native.SIGTERM);
        Assert.NotEmpty(conversations);
        Assert.Equal(RegularHosts.Recorded(Bench), conversations);

        // None of the hosts' packets is sent again by us, nobody is told another way, and ARP answers are for our own address alone.
        Assert.NotEmpty(gatewaysFrames);
        Assert.DoesNotContain(gatewaysFrames, line => line.Contains($" {Bench.OfficeAddress} >", StringComparison.Ordinal) || line.Contains(" 137.118.199.34 >", StringComparison.Ordinal));
        Assert.DoesNotContain(gatewaysFrames, line => line.Contains("redirect", StringComparison.OrdinalIgnoreCase));
        Assert.All(gatewaysFrames.Where(line => line.Contains($"> {office}", StringComparison.Ordinal) && line.Contains("Reply", StringComparison.Ordinal)),
            line => Assert.Contains($"Reply {Bench.GatewayAddress} is-at", line, StringComparison.Ordinal));
        Assert.Contains($"{Bench.RouterAddress} dev eth0 lladdr {router}", tables[Bench.Office], StringComparison.OrdinalIgnoreCase);
    }
}
