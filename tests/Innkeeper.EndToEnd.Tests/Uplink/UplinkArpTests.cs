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

    /// <summary>A router whose every frame has a priority tag: it asks for an address, and answers pings of another that only it has.</summary>
    private const string TaggingRouter = """
        import socket, struct, sys
        legal, far = socket.inet_aton(sys.argv[1]), socket.inet_aton(sys.argv[2])
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))
        s.bind(("eth0", 3))
        mac, tag = s.getsockname()[4], b"\x81\x00\x60\x00"
        s.send(b"\xff" * 6 + mac + tag + b"\x08\x06\x00\x01\x08\x00\x06\x04\x00\x01" + mac + socket.inet_aton(sys.argv[3]) + bytes(6) + legal)
        while True:
            f, address = s.recvfrom(2000)
            if f[12:14] == b"\x08\x06" and f[20:22] == b"\x00\x02" and f[28:32] == legal and f[0:6] == mac:
                print("answered")
            if address[2] != 4 and f[12:14] == b"\x08\x00" and f[23] == 1 and f[34] == 8 and f[30:34] == far:
                checksum = struct.unpack("!H", f[36:38])[0] + 0x0800
                checksum = (checksum & 0xffff) + (checksum >> 16)
                s.send(f[6:12] + f[0:6] + tag + f[12:26] + f[30:34] + f[26:30] + b"\x00\x00" + struct.pack("!H", checksum) + f[38:])
        """;

    [Fact]
    public void Router_WhoseFramesHaveAPriorityTag_IsAsOneWithout()
    {
        const string Far = "203.0.113.99";
        var device = Testbed.AddDevice("tagged", "47.31.128.198/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(device).AssertOk();
        Testbed.Run(Testbed.Router, "ip", "route", "add", "blackhole", Far).AssertOk();
        var router = Testbed.Start(Testbed.Router, "/usr/bin/python3", "-u", "-c", TaggingRouter, Testbed.AwaitLegalAddress(device), Far, Testbed.RouterAddress);

        Wait.For("the answer to a tagged ARP request", () => router.Stdout.Contains("answered", StringComparison.Ordinal), TimeSpan.FromSeconds(10), router.ToString);
        Ping(device.Namespace, Far).AssertOk();
    }

    private CommandResult Arping(string target) => Testbed.Run(Testbed.Office, "arping", "-I", "eth0", "-c", "2", "-w", "3", target);
}
