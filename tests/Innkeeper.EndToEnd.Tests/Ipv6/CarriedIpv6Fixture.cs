using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Ipv6;

/// <summary>The router outside advertises a prefix on the uplink, and has a web server beyond it.</summary>
public class CarriedIpv6Fixture() : GatewayFixture(Settings, beforeStart: Prepare)
{
    internal const string Prefix = "2001:db8:77:1::/64";
    internal const string Next = "2001:db8:78:1::/64";
    internal const string Web = "2001:db8:88::80";

    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with
    {
        Extra = """
            [profiles.closed]
            inbound = false

            [[rules]]
            profile = "closed"
            mac = "06:c1"
            """,
    };

    /// <summary>The router's advertisements from now on.</summary>
    internal static void Advertise(Testbed testbed, string file, string prefixes) =>
        File.WriteAllText(Path.Combine(testbed.Directory, file), $"interface eth0 {{ AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; {prefixes} }};\n");

    internal static string ConfigOf(Testbed testbed) => Path.Combine(testbed.Directory, "outside.conf");

    internal BackgroundProcess? Radvd => Routers.GetValueOrDefault(Testbed);

    private static readonly Dictionary<Testbed, BackgroundProcess> Routers = [];

    private static void Prepare(Testbed testbed)
    {
        testbed.AllowIpv6(Prefix, Next);
        Testbed.Run(testbed.Router, "ip", "address", "add", "2001:db8:77:1::1/64", "dev", "eth0", "nodad").AssertOk();
        Testbed.Run(testbed.Router, "ip", "address", "add", "2001:db8:78:1::1/64", "dev", "eth0", "nodad").AssertOk();
        Testbed.Run(testbed.Router, "ip", "address", "add", Web + "/64", "dev", "lo", "nodad").AssertOk();
        Advertise(testbed, "outside.conf", $"prefix {Prefix} {{ }};");
        lock (Routers)
        {
            Routers[testbed] = testbed.Start(testbed.Router, "radvd", "--nodaemon", "--logmethod", "stderr", "--config", ConfigOf(testbed), "--pidfile", ConfigOf(testbed) + ".pid");
        }

        testbed.StartListener(testbed.Router, 80, "python3", "-m", "http.server", "--bind", Web, "--directory", testbed.WebRoot, "80");
    }
}

/// <summary>Another one, for tests that change it.</summary>
public sealed class ChangingIpv6Fixture : CarriedIpv6Fixture;
