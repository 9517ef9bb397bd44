using System.Diagnostics;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane.Tests.Napt;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.OneArm;

/// <summary>Access and uplink are one interface: interlopers' packets are taken, everybody else's pass as they came.</summary>
public sealed class OneArmTests : IDisposable
{
    private const string Everybody = "ff:ff:ff:ff:ff:ff";
    private const string HostMac = "02:00:00:00:03:03";
    private const string Host = "137.118.199.33";
    private const string OtherHost = "137.118.199.34";
    private const string LostMac = "02:00:00:00:04:04";
    private const string Lost = "137.118.199.120";
    private const string LostGateway = "137.118.199.254";

    private static readonly byte[] s_data = [1, 2, 3, 4, 5, 6, 7];

    private readonly Plane _plane = new(flags: ConfigFlags.OneArm);

    public OneArmTests() => _plane.Bind(4, LostMac, Lost, Lost, LostGateway, isLocal: true);

    public void Dispose() => _plane.Dispose();

    private static Ipv4Address Ip(string text) => Ipv4Address.Parse(text);

    private static MacAddress Mac(string text) => MacAddress.Parse(text);

    private static byte[] Udp(string toMac, string fromMac, string source, string destination, byte ttl = 64) =>
        Packets.Ipv4(toMac, fromMac, source, destination, IpProtocol.Udp, Packets.Udp(source, destination, 4000, 123, s_data), ttl);

    private static byte[] Request(string to, string from, string sender, string target) => Packets.Arp(to, from, ArpMessage.Request(Mac(from), Ip(sender), Ip(target)));

    /// <summary>Neither program touches it, or drops it, and the control plane is not told.</summary>
    private void AssertLeftAlone(byte[] frame)
    {
        var punted = 0;
        using var ring = _plane.Bpf.OpenPunts((in Punt _, ReadOnlySpan<byte> _) => punted++);
        foreach (var program in (string[])["from_access", "from_uplink"])
        {
            var (act, result) = _plane.Run(program, frame);
            Assert.Equal(Act.Ok, act);
            Assert.Equal(frame, result);
        }

        ring.Poll(TimeSpan.Zero);
        Assert.Equal(0, punted);
    }

    private List<PuntReason> PuntsOf(string program, byte[] frame, Act expected)
    {
        var reasons = new List<PuntReason>();
        using var ring = _plane.Bpf.OpenPunts((in Punt punt, ReadOnlySpan<byte> _) => reasons.Add(punt.Reason));
        Assert.Equal(expected, _plane.Run(program, frame).Act);
        ring.Poll(TimeSpan.Zero);
        return reasons;
    }

    [Theory]
    [InlineData(UplinkMac, Host, UplinkAddress)]
    [InlineData(UplinkMac, Host, Server)]
    [InlineData(UplinkMac, Host, OtherHost)]
    [InlineData(UplinkMac, "127.0.0.1", UplinkAddress)]
    [InlineData(HostMac, Claimed, Server)]
    [InlineData(TwinMac, Host, OtherHost)]
    [InlineData(Everybody, Host, "137.118.199.255")]
    [InlineData(Everybody, "0.0.0.0", "255.255.255.255")]
    [InlineData("01:00:5e:00:00:fb", Host, "224.0.0.251")]
    public void Ipv4_ThatIsNoInterlopers_IsLeftAlone(string toMac, string source, string destination) =>
        AssertLeftAlone(Udp(toMac, HostMac, source, destination));

    [Theory]
    [InlineData("0806")]
    [InlineData("86dd")]
    [InlineData("88cc")]
    [InlineData("0800")]
    [InlineData("8100000a0800")]
    public void Frame_ThatIsNoWholePacket_IsLeftAlone(string typeAndMore) =>
        AssertLeftAlone([.. Convert.FromHexString("0200000000b1020000000303" + typeAndMore), .. new byte[40]]);

    [Fact]
    public void Interloper_IsTranslatedAndBack()
    {
        _plane.AssertForwarded("from_access", Udp(UplinkMac, DeviceMac, Claimed, Server), Udp(UplinkMac, DeviceMac, Legal, Server, 63));
        _plane.AssertForwarded("from_access", Udp(UplinkMac, TwinMac, Claimed, Host), Udp(UplinkMac, TwinMac, TwinLegal, Host, 63));
        _plane.AssertForwarded("from_uplink", Udp(UplinkMac, RouterMac, Server, Legal), Udp(DeviceMac, UplinkMac, Server, Claimed, 63));
        _plane.AssertForwarded("from_uplink", Udp(UplinkMac, HostMac, Host, TwinLegal), Udp(TwinMac, UplinkMac, Host, Claimed, 63));
    }

    [Fact]
    public void Interlopers_ReachEachOther_ByTheirLegalAddresses() =>
        _plane.AssertForwarded("from_access", Udp(UplinkMac, DeviceMac, Claimed, TwinLegal), Udp(TwinMac, UplinkMac, Legal, Claimed, 63));

    [Fact]
    public void ForeignSource_BoundForBeyondTheLan_IsAsked_ButNotTheRoutersNorAForwardersNorWhenPassive()
    {
        var foreign = Udp(UplinkMac, HostMac, "10.9.8.7", Server);
        Assert.Equal([], PuntsOf("from_access", foreign, Act.Ok));
        Assert.Equal([PuntReason.NewSource], PuntsOf("from_uplink", foreign, Act.Drop));

        // Beyond the router's own packets: to our address, and to a host of the LAN that the router still takes us for.
        AssertLeftAlone(Udp(UplinkMac, HostMac, "10.9.8.7", UplinkAddress));
        AssertLeftAlone(Udp(UplinkMac, HostMac, "10.9.8.7", OtherHost));
        AssertLeftAlone(Udp(UplinkMac, RouterMac, "10.9.8.7", Server));
        _plane.Bpf.Stations.Set(new StationKey { Mac = Mac(HostMac) }, StationKind.Regular);
        AssertLeftAlone(foreign);
        using var passive = new Plane(flags: ConfigFlags.OneArm | ConfigFlags.Passive);
        Assert.Equal(Act.Ok, passive.Run("from_uplink", foreign).Act);
    }

    [Fact]
    public void HostOfTheLan_ThatTakesUsForItsNeighbor_IsLeftAlone_AndHeardOf()
    {
        var mistaken = Udp(UplinkMac, LostMac, Lost, OtherHost);
        Assert.Equal([PuntReason.Learn], PuntsOf("from_access", mistaken, Act.Ok));
        var (act, result) = _plane.Run("from_access", mistaken);
        Assert.Equal(Act.Ok, act);
        Assert.Equal(mistaken, result);
    }

    /// <summary>The binding is there before the packet; as long as the device had only just been heard, its first packet said nothing.</summary>
    [Fact]
    public void Interloper_BoundForItsQuestion_IsLearntFromByItsFirstPacket()
    {
        var punts = new List<PuntReason>();
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                // When the device was heard is kept with the first CPU's traffic.
                Assert.Equal(0, NaptRaceTests.sched_setaffinity(0, sizeof(ulong), 1));
                for (uint i = 0; i < 20; i++)
                {
                    var claim = new ClaimedAddress(new Station(0, Mac("02:00:00:00:05:05")), new Ipv4Address(Ip("10.9.8.1").Value + i));
                    _plane.Table.Add(new Binding(10 + i, claim, Ip("137.118.199.99"), default, false, default), Stopwatch.GetElapsedTime(0) - BindingService.JustBefore);
                    punts.AddRange(PuntsOf("from_access", Udp(UplinkMac, "02:00:00:00:05:05", claim.Address.ToString(), Server), Act.Redirect));
                }
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();

        Assert.Null(failure);
        Assert.Equal(Enumerable.Repeat(PuntReason.Learn, 20), punts);
    }

    [Fact]
    public void HostOfTheLanWithoutAGateway_KeepsItsAddress_AndItsLan()
    {
        _plane.AssertForwarded("from_access", Udp(UplinkMac, LostMac, Lost, Server), Udp(UplinkMac, LostMac, Lost, Server, 63));
        AssertLeftAlone(Udp(UplinkMac, LostMac, Lost, UplinkAddress));
        // An interloper's legal address is its neighbour as any other.
        Assert.Equal(Act.Ok, _plane.Run("from_access", Udp(UplinkMac, LostMac, Lost, Legal)).Act);
        _plane.AssertForwarded("from_uplink", Udp(UplinkMac, LostMac, Lost, Legal), Udp(DeviceMac, UplinkMac, Lost, Claimed, 63));
        // Nobody is told that its address is ours.
        AssertHeardAndPassed(Request(Everybody, HostMac, Host, Lost));
    }

    [Theory]
    [InlineData(Everybody, DeviceMac, Claimed, Gateway, true)]
    [InlineData(UplinkMac, DeviceMac, Claimed, Gateway, true)]
    [InlineData(Everybody, LostMac, Lost, LostGateway, true)]
    [InlineData(UplinkMac, DeviceMac, Claimed, "47.31.128.9", false)]
    [InlineData(Everybody, DeviceMac, Claimed, "47.31.128.9", false)]
    [InlineData(HostMac, DeviceMac, Claimed, Gateway, false)]
    [InlineData(Everybody, HostMac, Claimed, Gateway, false)]
    [InlineData(Everybody, HostMac, Host, OtherHost, false)]
    [InlineData(Everybody, HostMac, "0.0.0.0", Gateway, false)]
    [InlineData(Everybody, DeviceMac, Claimed, Claimed, false)]
    public void Request_OfAnInterloperForItsGateway_IsAnswered_AndNoOther(string to, string from, string sender, string target, bool isAnswered)
    {
        var request = Request(to, from, sender, target);
        if (isAnswered)
        {
            _plane.AssertForwarded("from_access", request, Packets.Arp(from, UplinkMac, ArpMessage.Reply(Mac(UplinkMac), Ip(target), Mac(from), Ip(sender))));
            using var passive = new Plane(flags: ConfigFlags.OneArm | ConfigFlags.Passive);
            Assert.Equal(Act.Ok, passive.Run("from_access", request).Act);
        }
        else
        {
            AssertHeardAndPassed(request);
        }
    }

    [Fact]
    public void Request_ForALegalAddressInUse_IsAnsweredToAnybody()
    {
        Assert.Equal([PuntReason.ArpLan], PuntsOf("from_access", Request(Everybody, HostMac, Host, Legal), Act.Ok));
        _plane.AssertForwarded("from_uplink", Request(Everybody, HostMac, Host, Legal), Packets.Arp(HostMac, UplinkMac, ArpMessage.Reply(Mac(UplinkMac), Ip(Legal), Mac(HostMac), Ip(Host))));
    }

    [Theory]
    [InlineData("137.118.199.1")]
    [InlineData(UplinkAddress)]
    public void Arp_ThatClaimsTheRoutersAddressOrOurs_IsKeptFromTheHost_AndReported(string claimed)
    {
        foreach (var message in (ArpMessage[])[ArpMessage.Announcement(Mac(HostMac), Ip(claimed)), ArpMessage.Request(Mac(HostMac), Ip(claimed), Ip(LostGateway)), ArpMessage.Reply(Mac(HostMac), Ip(claimed), Mac(UplinkMac), Ip(UplinkAddress))])
        {
            var before = _plane.Drops(DropReason.Impostor);
            Assert.Equal([PuntReason.ArpLan], PuntsOf("from_access", Packets.Arp(Everybody, HostMac, message), Act.Drop));
            Assert.Equal(before + 1, _plane.Drops(DropReason.Impostor));
        }
    }

    [Fact]
    public void Impostor_IsIsolatedFromUs()
    {
        _plane.Bpf.Stations.Set(new StationKey { Mac = Mac(DeviceMac) }, StationKind.Impostor);
        _plane.AssertDropped("from_access", Udp(UplinkMac, DeviceMac, Claimed, Server), DropReason.Impostor);
        AssertLeftAlone(Udp(HostMac, DeviceMac, Claimed, Server));
    }

    [Fact]
    public void Hello_OfAnotherGateway_IsCopied()
    {
        var hello = new byte[Advertisement.FrameSize];
        new Advertisement(100, false, false).Write(hello, Mac(HostMac));
        Assert.Equal([PuntReason.Peer], PuntsOf("from_access", hello, Act.Ok));
    }

    private void AssertHeardAndPassed(byte[] frame)
    {
        Assert.Equal([PuntReason.ArpLan], PuntsOf("from_access", frame, Act.Ok));
        Assert.Equal([], PuntsOf("from_uplink", frame, Act.Ok));
    }
}
