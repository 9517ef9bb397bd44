using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>Few ports, so that the host and devices are sure to want the same ones.</summary>
public sealed class HostPortsFixture() : GatewayFixture(new GatewaySettings { Pool = null, Napt = Napt }, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress))
{
    internal const string Napt = "ports = \"10240-11263\"";
}

/// <summary>The shared address is the host's own: the host comes first.</summary>
public sealed partial class NaptHostTests(HostPortsFixture fixture) : GatewayTests(fixture), IClassFixture<HostPortsFixture>
{
    /// <summary>Holds every eighth of the ports that devices share, until it is ended, and answers on them.</summary>
    private const string HoldPorts = """
        import select, socket
        sockets = []
        for port in range(10240, 11264, 8):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("", port))
            sockets.append(s)
        print("held", flush=True)
        while True:
            for s in select.select(sockets, [], [])[0]:
                s.sendto(b"host", s.recvfrom(100)[1])
        """;

    /// <summary>Prints as whom the server sees each of many sockets.</summary>
    private const string AskAll = """
        import socket, sys
        sockets = []
        for i in range(int(sys.argv[3])):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(3)
            s.connect((sys.argv[1], int(sys.argv[2])))
            s.send(b"who am I?")
            print(s.recv(100).decode())
            sockets.append(s)
        """;

    [Fact]
    public void Ports_ThatTheHostsSocketsHave_AreGivenToNoDevice()
    {
        var device = AddDevice("device");
        var holder = Testbed.Start(Testbed.Gateway, "/usr/bin/python3", "-u", "-c", HoldPorts);
        Wait.For("the host's sockets", () => holder.Stdout.Contains("held", StringComparison.Ordinal) || holder.HasExited, TimeSpan.FromSeconds(10), holder.ToString);

        var seen = Testbed.Python(device.Namespace, AskAll, Testbed.ServerAddress, $"{Reflector.Port}", "60").AssertOk().Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(60, seen.Distinct().Count());
        Assert.All(seen, each => Assert.NotEqual(0, Reflector.PortOf(each) % 8));
        // And the host's are reached, whether a device would have liked them or not.
        foreach (var port in Enumerable.Range(0, 16).Select(i => 10240 + (64 * i)))
        {
            Assert.Equal("host\n", Testbed.RunWithInput(Testbed.Server, "x", "socat", "-t", "2", "-", $"UDP4:{Testbed.GatewayAddress}:{port}").AssertOk().Stdout);
        }
    }

    [Fact]
    public void Start_WithPortsOfTheHostsOwnConnections_IsRefused_WithPlaceAndRemedy()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Testbed.Run(Testbed.Gateway, "sysctl", "-qw", "net.ipv4.ip_local_port_range=11000 60999").AssertOk();

        var refused = Assert.Throws<LabException>(() => Testbed.StartGateway(new GatewaySettings { Pool = null, Napt = HostPortsFixture.Napt }));

        Assert.Contains("the gateway ended with 1", refused.Message);
        Assert.Matches(PlaceOfPorts(), refused.Message);
        Assert.Contains("10240-11263 overlaps 11000-60999", refused.Message);
        Assert.Contains("sysctl -w net.ipv4.ip_local_port_range=\"11264 60999\"", refused.Message);

        Testbed.Run(Testbed.Gateway, "sysctl", "-qw", "net.ipv4.ip_local_port_range=11264 60999").AssertOk();
        Testbed.StartGateway(new GatewaySettings { Pool = null, Napt = HostPortsFixture.Napt });
        Fetch(AddDevice("after")).AssertOk();
    }

    [GeneratedRegex(@"innkeeper\.toml:\d+:\d+: napt\.ports")]
    private static partial Regex PlaceOfPorts();

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}
