using System.Net;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Forwarding;

public sealed class ProtocolTests(GatewayFixture fixture) : ProtocolCase(fixture), IClassFixture<GatewayFixture>;

/// <summary>All IP protocols pass 1:1, fragments in any order, and ICMP errors in both directions.</summary>
public abstract class ProtocolCase(GatewayFixture fixture) : GatewayTests(fixture)
{
    private const string Claimed = "47.31.128.195";

    /// <summary>Sends UDP to a closed port of the address given and says what the socket got of the ICMP error.</summary>
    internal const string UdpProbe = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.settimeout(1)
        s.connect((sys.argv[1], 9))
        for i in range(8):
            try:
                s.send(b"anyone?")
                s.recv(100)
            except ConnectionRefusedError:
                print("refused"); break
            except TimeoutError:
                print("silence")
        """;

    /// <summary>Sends raw IP packets of a protocol: the kernel writes the IP header, nothing else.</summary>
    private const string SendRaw = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_RAW, int(sys.argv[2]))
        for i in range(5):
            s.sendto(bytes.fromhex(sys.argv[3]), (sys.argv[1], 0))
        """;

    /// <summary>An echo request of 4,000 octets in fragments, the last one first.</summary>
    private const string SendFragmentsBackwards = """
        import sys
        from scapy.all import IP, ICMP, Raw, fragment, send, conf, L3RawSocket
        conf.L3socket = L3RawSocket
        whole = IP(src=sys.argv[2], dst=sys.argv[1], id=0x4242)/ICMP(id=0x77, seq=1)/Raw(bytes(4000))
        send(list(reversed(fragment(whole, fragsize=1200))), verbose=False)
        """;

    [Theory]
    // GRE (RFC 2784), ESP (RFC 4303), an SCTP INIT (RFC 9260), and a number for experiments (RFC 3692).
    [InlineData("gre", 47, "0000080045000014000000004001000001020304050607080000000000000000")]
    [InlineData("esp", 50, "1234567800000001deadbeefdeadbeefdeadbeefdeadbeef")]
    [InlineData("sctp", 132, "1388138800000000e0ca73410100001401020304000010000001000100000001")]
    [InlineData("odd", 253, "cafebabe")]
    public void RawProtocol_InBothDirections_PassesUnchanged(string name, int protocol, string payload)
    {
        var device = Testbed.AddDevice(name, Claimed + "/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);
        var number = protocol.ToString();

        var outside = Testbed.Capture(Testbed.Server, "eth0", "ip", "proto", number);
        Testbed.Python(device.Namespace, SendRaw, Testbed.ServerAddress, number, payload).AssertOk();
        AssertPackets(outside, legal, Testbed.ServerAddress, payload);

        var inside = Testbed.Capture(device.Namespace, "eth0", "ip", "proto", number);
        Testbed.Python(Testbed.Server, SendRaw, legal, number, payload).AssertOk();
        AssertPackets(inside, Testbed.ServerAddress, Claimed, payload);
    }

    [Fact]
    public void Ping_OfFourThousandOctets_PassesInFragments()
    {
        var device = AddDevice("large");

        Ping(device.Namespace, Testbed.ServerAddress, "-s", "4000").AssertOk();
        Ping(Testbed.Office, Testbed.AwaitLegalAddress(device), "-s", "4000").AssertOk();
    }

    [Fact]
    public void Fragments_LastOneFirst_AreAnswered()
    {
        var device = AddDevice("backwards");
        Fetch(device).AssertOk();
        var capture = Testbed.Capture(device.Namespace, "eth0", "icmp and src host " + Testbed.ServerAddress);

        Testbed.Python(device.Namespace, SendFragmentsBackwards, Testbed.ServerAddress, Claimed).AssertOk();

        // The server's kernel puts the request together and its answer of 4,008 octets comes back in three fragments.
        Wait.For("three fragments of the answer", () => capture.Frames().Count >= 3, TimeSpan.FromSeconds(5), () => string.Join('\n', capture.Lines()));
    }

    [Fact]
    public void Udp_InFragments_IsEchoed()
    {
        var device = AddDevice("udpecho");
        Fetch(device).AssertOk();
        AssertEchoesUdpInFragments(device);
    }

    [Fact]
    public void Udp_ToAClosedPort_IsRefusedInTheDevice()
    {
        var device = AddDevice("refused");
        Fetch(device).AssertOk();

        Assert.Contains("refused", Testbed.Python(device.Namespace, UdpProbe, Testbed.ServerAddress).AssertOk().Stdout);
    }

    [Fact]
    public void Iperf3_InBothDirections_MovesData()
    {
        var device = AddDevice("iperf");

        AssertIperf3(device, "-t", "1");
        AssertIperf3(device, "-t", "1", "-R");
        var udp = AssertIperf3(device, "-u", "-b", "20M", "-l", "1400", "-t", "1", "-J");
        Assert.Contains("\"lost_packets\":\t0", udp.Stdout);
    }

    [Fact]
    public void Nping_ToOpenPort_LosesNothing()
    {
        var device = AddDevice("nping");
        Fetch(device).AssertOk();

        var probed = Testbed.Run(device.Namespace, "nping", "--tcp", "-p", "80", "-c", "5", "--rate", "20", Testbed.ServerAddress).AssertOk();

        Assert.Contains("Lost: 0", probed.Stdout);
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, Claimed + "/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private static void AssertPackets(Capture capture, string source, string destination, string payload)
    {
        // The addresses stand at the end of an IPv4 header without options, after an Ethernet header.
        const int addresses = 14 + 12;
        var expected = Convert.ToHexStringLower([.. IPAddress.Parse(source).GetAddressBytes(), .. IPAddress.Parse(destination).GetAddressBytes()]) + payload;
        Wait.For("five packets", () => capture.Frames().Count >= 5, TimeSpan.FromSeconds(5), () => string.Join('\n', capture.Lines()));
        Assert.All(capture.Finish().Frames(), frame => Assert.Equal(expected, Convert.ToHexStringLower(frame.AsSpan(addresses, expected.Length / 2))));
    }
}
