using System.Globalization;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Ipv6;

/// <summary>Devices with IPv6, and what their programs are told.</summary>
public abstract class Ipv6Case(GatewayFixture fixture) : GatewayTests(fixture)
{
    private protected const string Foreign = "2a01:4f8:1:2::5/64";

    /// <summary>Nobody's: there is no IPv6 beyond the gateway.</summary>
    private protected const string Literal = "2606:4700::1111";

    /// <summary>A connection by TCP, then a datagram by UDP that waits for its answer: what each ends with, and after how many seconds.</summary>
    private const string Connect = """
        import errno, socket, sys, time
        for name, kind in (("tcp", socket.SOCK_STREAM), ("udp", socket.SOCK_DGRAM)):
            s = socket.socket(socket.AF_INET6, kind)
            s.settimeout(4)
            began = time.monotonic()
            try:
                s.connect((sys.argv[1], 443))
                if kind == socket.SOCK_DGRAM:
                    s.send(b"x")
                    s.recv(10)
                told = "connected"
            except OSError as error:
                told = errno.errorcode.get(error.errno, "silence")
            print(name, told, "%.3f" % (time.monotonic() - began))
        """;

    private protected static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private static int s_devices;

    /// <summary>A device with a static IPv6 address beside an IPv4 one, deaf to router advertisements as such hosts are.</summary>
    /// <param name="address">Null: the one of its link alone.</param>
    /// <param name="gateway">Null: no default route.</param>
    private protected Device Add(string? address, string? gateway, string prefix = "06:1b", int? vlan = null, bool isolated = true)
    {
        var number = Interlocked.Increment(ref s_devices);
        var device = Testbed.AddDevice($"six{number}", $"47.31.128.{number}/24", "47.31.128.254", new DeviceSettings
        {
            Mac = string.Create(CultureInfo.InvariantCulture, $"{prefix}:5e:66:00:{number:x2}"),
            Vlan = vlan,
            Isolated = isolated,
        });
        Testbed.Run(device.Namespace, "sysctl", "-qw", "net.ipv6.conf.eth0.accept_ra=0", "net.ipv6.conf.all.disable_ipv6=0").AssertOk();
        if (address is not null)
        {
            Testbed.Run(device.Namespace, "ip", "address", "add", address, "dev", "eth0", "nodad").AssertOk();
        }

        if (gateway is not null)
        {
            Testbed.Run(device.Namespace, "ip", "-6", "route", "add", "default", "via", gateway, "dev", "eth0").AssertOk();
        }

        return device;
    }

    private protected static string NextName() => $"six{Interlocked.Increment(ref s_devices)}";

    /// <summary>TCP and UDP are refused, each time the gateway's MAC was forgotten; mostly as fast as one who waits does not notice.</summary>
    private protected static void AssertRefused(Device device)
    {
        var rounds = new List<(string What, double Seconds)[]>();
        for (var round = 0; round < 3; round++)
        {
            Testbed.Run(device.Namespace, "ip", "-6", "neigh", "flush", "dev", "eth0").AssertOk();
            rounds.Add(Told(device));
            AssertRefusals(rounds[^1]);
        }

        // 0.1 s, and 0.05 s for the resolution; the middle one of three, for a machine that has other things to do.
        var text = string.Join("; ", rounds.Select(round => string.Join(", ", round)));
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        Assert.True(rounds.Select(round => round[0].Seconds).Order().ElementAt(1) <= 0.15, text);
        Assert.True(rounds.Select(round => round[1].Seconds).Order().ElementAt(1) <= 0.1, text);
    }

    private static void AssertRefusals((string What, double Seconds)[] told)
    {
        Assert.Contains(told[0].What, (string[])["tcp ENETUNREACH", "tcp EHOSTUNREACH"]);
        Assert.Equal("udp ECONNREFUSED", told[1].What);

        // Three solicitations in vain end with EHOSTUNREACH too, after 3 s.
        Assert.All(told, each => Assert.InRange(each.Seconds, 0, 1.5));
    }

    /// <summary>The ends of a connection by TCP and of a datagram by UDP to <see cref="Literal"/>.</summary>
    private protected static (string What, double Seconds)[] Told(Device device) =>
        [.. Lines(Testbed.Python(device.Namespace, Connect, Literal).AssertOk().Stdout)
            .Select(line => line.Split(' ')).Select(words => ($"{words[0]} {words[1]}", Seconds(words[2])))];

    /// <summary>The MACs that answer for an address within half a second.</summary>
    private protected static string[] Ask(Device device, string target) =>
        [.. Lines(Testbed.Run(device.Namespace, "ndisc6", "-q", "-m", "-r", "1", "-w", "500", target, "eth0").Stdout).Select(mac => mac.ToLowerInvariant())];

    /// <summary>A device's own address of the link, once it may use it.</summary>
    private protected static string LinkLocal(Device device)
    {
        var line = "";
        Wait.For("an address of the link", () =>
            Lines(line = Testbed.Run(device.Namespace, "ip", "-6", "-o", "address", "show", "dev", "eth0", "scope", "link", "-tentative").AssertOk().Stdout).Length > 0, s_patience);
        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].Split('/')[0];
    }

    /// <summary>The addresses of the dual-stack name that the device's DNS server tells; it answers without error, whether there are any or not.</summary>
    private protected static string[] Addresses(Device device, string type)
    {
        var answer = Testbed.Run(device.Namespace, "dig", "+time=3", "+tries=1", "@8.8.8.8", Testbed.DualName, type).AssertOk().Stdout;
        Assert.Contains("status: NOERROR", answer);
        string[] found = [.. Lines(answer).Where(line => line.StartsWith(Testbed.DualName, StringComparison.Ordinal))
            .Select(line => line.Split((char[])['\t', ' '], StringSplitOptions.RemoveEmptyEntries)).Where(words => words[3] == type).Select(words => words[^1])];
        Assert.Contains($"ANSWER: {found.Length},", answer);
        return found;
    }

    private protected static CommandResult Ping(Device device, params string[] arguments) => Testbed.Run(device.Namespace, ["ping", "-n", .. arguments]);

    private protected static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private protected static double Seconds(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
