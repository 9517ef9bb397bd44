using System.Buffers.Binary;
using Innkeeper.Ipv6;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Ipv6Packets;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Ipv6;

/// <summary>IPv6 that is carried: out, in, between devices, and what is refused, on whole packets.</summary>
public sealed class CarriedIpv6Tests : IDisposable
{
    private const ConfigFlags Carried = ConfigFlags.RefuseIpv6 | ConfigFlags.CarryIpv6;

    private static readonly Ipv6Address s_device = Ipv6Address.Parse("2a01:4f8:1:2::5");
    private static readonly Ipv6Address s_server = Ipv6Address.Parse("2606:4700::1111");
    private static readonly Ipv6Address s_linkLocal = Ipv6Address.Parse("fe80::1");

    private readonly Plane _plane = new(flags: Carried);
    private readonly Ipv6Address _outside;

    public CarriedIpv6Tests()
    {
        _plane.SetOutside(new Ipv6Outside(Prefix6, IsOnLink: true, Router6, null));
        _outside = _plane.Bind6(1, DeviceMac, s_device);
        _plane.Punts();
    }

    public void Dispose() => _plane.Dispose();

    private List<PuntReason> Punts() => [.. _plane.Punts().Select(p => p.Reason)];

    private static byte[] FromDevice(byte next, byte[] upper, Ipv6Address? source = null, Ipv6Address? to = null, byte hopLimit = 64, string mac = DeviceMac) =>
        Frame(AccessMac, mac, source ?? s_device, to ?? s_server, next, upper, hopLimit);

    private byte[] FromOutside(byte next, byte[] upper, Ipv6Address? source = null, Ipv6Address? to = null, byte hopLimit = 64, string mac = UplinkMac) =>
        Frame(mac, RouterMac, source ?? s_server, to ?? _outside, next, upper, hopLimit);

    private static Ipv6Header HeaderOf(byte[] frame)
    {
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.True(Ipv6Header.TryParse(ethernet.Payload, out var header));
        return header;
    }

    /// <summary>Where the two frames differ, behind the Ethernet header.</summary>
    private static IEnumerable<int> Differences(byte[] before, byte[] after) =>
        Enumerable.Range(EthernetHeader.Size, before.Length - EthernetHeader.Size).Where(i => before[i] != after[i]);

    [Fact]
    public void RandomPackets_OutAndIn_ChangeAddressAndHopLimitAlone_AndHaveRightChecksums()
    {
        var random = new Random(20);
        byte[] protocols = [IpProtocol.Tcp, IpProtocol.Udp, Icmp6Types.NextHeader, IpProtocol.Dccp, Esp, Sctp];
        for (var i = 0; i < 10_000; i++)
        {
            var protocol = protocols[i % protocols.Length];
            var octets = new byte[random.Next(32, 400)];
            random.NextBytes(octets);
            if (protocol == IpProtocol.Tcp)
            {
                octets[13] &= 0xfd;
            }
            else if (protocol == Icmp6Types.NextHeader)
            {
                octets[0] = i % 2 == 0 ? Icmp6Types.EchoRequest : Icmp6Types.EchoReply;
            }

            var isOut = random.Next(2) == 0;
            var (from, to) = isOut ? (s_device, s_server) : (s_server, _outside);
            var upper = Upper(protocol, from, to, octets);
            var before = isOut ? FromDevice(protocol, upper) : FromOutside(protocol, upper);
            var (act, after) = _plane.Run(isOut ? "from_access" : "from_uplink", before);

            Assert.Equal(Act.Redirect, act);
            var header = HeaderOf(after);
            Assert.Equal(isOut ? (_outside, s_server) : (s_server, s_device), (header.Source, header.Destination));
            Assert.Equal(63, header.HopLimit);
            Assert.True(IsRight(protocol, header.Source, header.Destination, after.AsSpan(Behind)), $"{protocol} {isOut}");
            var address = EthernetHeader.Size + (isOut ? 8 : 24);
            Assert.DoesNotContain(Differences(before, after), at => at != EthernetHeader.Size + 7 && (at < address || at >= address + Ipv6Address.Size));
        }
    }

    [Fact]
    public void RandomDevices_HaveOutsideAddressesWithTheSameSum_InThePrefix_AndOneGroup()
    {
        var random = new Random(3);
        var neutral = new NeutralAddresses(new byte[32]);
        var groups = new HashSet<Ipv6Address>();
        for (var i = 0; i < 3000; i++)
        {
            var octets = new byte[Ipv6Address.Size];
            random.NextBytes(octets);
            octets[0] = 0x20;
            var claimed = Ipv6Address.Read(octets);
            var outside = neutral.Of(Prefix6, new Ipv6Claim(new Bindings.Station((ushort)(i % 3), new MacAddress((ulong)random.NextInt64(1L << 40))), claimed), i % 4);

            Assert.True(Prefix6.Contains(outside));
            Assert.Equal(SumOf(claimed), SumOf(outside));
            groups.Add(outside.SolicitedNode());
        }

        Assert.Equal([neutral.Group], groups);

        static int SumOf(Ipv6Address address)
        {
            var octets = new byte[Ipv6Address.Size];
            address.Write(octets);
            return Enumerable.Range(0, 8).Sum(i => BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(2 * i))) % 0xffff;
        }
    }

    [Fact]
    public void Fragments_LastFirst_BothWays_AreTranslated()
    {
        var datagram = Udp(s_device, s_server, new byte[2000]);
        foreach (var (offset, isLast) in ((int, bool)[])[(1232, true), (0, false)])
        {
            var part = datagram.AsSpan(offset, isLast ? datagram.Length - offset : 1232);
            var (act, after) = _plane.Run("from_access", FromDevice(Ipv6Packets.Fragment, FragmentOf(IpProtocol.Udp, offset, isLast, part)));

            Assert.Equal((Act.Redirect, _outside), (act, HeaderOf(after).Source));
        }

        var answer = _plane.Run("from_uplink", FromOutside(Ipv6Packets.Fragment, FragmentOf(IpProtocol.Udp, 1232, true, new byte[100])));
        Assert.Equal((Act.Redirect, s_device), (answer.Act, HeaderOf(answer.Frame).Destination));
    }

    [Theory]
    [InlineData(1, 0u)]
    [InlineData(2, 1400u)]
    [InlineData(3, 0u)]
    [InlineData(4, 40u)]
    public void Error_FromOutside_HasTheQuotedAddressOfTheDevice_AndARightChecksum(byte type, uint rest)
    {
        var quoted = FromDevice(IpProtocol.Udp, Udp(_outside, s_server, new byte[40]), source: _outside)[EthernetHeader.Size..];
        var router = Ipv6Address.Parse("2001:db8:99::9");
        var (act, after) = _plane.Run("from_uplink", FromOutside(Icmp6Types.NextHeader, Icmp(type, 0, rest, router, _outside, quoted), source: router));

        Assert.Equal(Act.Redirect, act);
        var header = HeaderOf(after);
        Assert.Equal(s_device, header.Destination);
        Assert.True(IsRight(Icmp6Types.NextHeader, header.Source, header.Destination, after.AsSpan(Behind)));
        Assert.True(Ipv6Header.TryParseStart(after.AsSpan(Behind + 8), out var inner));
        Assert.Equal((s_device, s_server), (inner.Source, inner.Destination));
        Assert.True(IsRight(IpProtocol.Udp, inner.Source, inner.Destination, after.AsSpan(Behind + 8 + Ipv6Header.Size)));
    }

    [Fact]
    public void Error_OfADevice_HasTheQuotedAddressOutside()
    {
        var quoted = FromOutside(IpProtocol.Udp, Udp(s_server, s_device, new byte[40]), to: s_device)[EthernetHeader.Size..];
        var (act, after) = _plane.Run("from_access", FromDevice(Icmp6Types.NextHeader, Icmp(1, 4, 0, s_device, s_server, quoted)));

        Assert.Equal(Act.Redirect, act);
        Assert.True(IsRight(Icmp6Types.NextHeader, _outside, s_server, after.AsSpan(Behind)));
        Assert.True(Ipv6Header.TryParseStart(after.AsSpan(Behind + 8), out var inner));
        Assert.Equal((s_server, _outside), (inner.Source, inner.Destination));
    }

    [Fact]
    public void Error_AboutAnotherHostsPacket_OrThatNarrowsAPathTooMuch_IsDropped()
    {
        var foreign = FromDevice(IpProtocol.Udp, Udp(s_server, s_server, new byte[8]), source: Ipv6Address.Parse("2001:db8:77:1::bad"))[EthernetHeader.Size..];
        _plane.AssertDropped("from_uplink", FromOutside(Icmp6Types.NextHeader, Icmp(1, 0, 0, s_server, _outside, foreign)), DropReason.IcmpQuote);
        _plane.AssertDropped("from_uplink", FromOutside(Icmp6Types.NextHeader, Icmp(2, 0, 1279, s_server, _outside, foreign)), DropReason.IcmpMtu);
        _plane.AssertDropped("from_access", FromDevice(Icmp6Types.NextHeader, Icmp(1, 0, 0, s_device, s_server, foreign)), DropReason.IcmpQuote);
    }

    [Fact]
    public void TheSameAddressOnTwoDevices_HasTwoAddressesOutside_AndEachGetsItsAnswers()
    {
        var twin = _plane.Bind6(2, TwinMac, s_device);
        Assert.NotEqual(_outside, twin);

        var (_, sent) = _plane.Run("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, [1]), mac: TwinMac));
        Assert.Equal(twin, HeaderOf(sent).Source);
        var (_, answer) = _plane.Run("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, twin, [1]), to: twin));
        Assert.True(EthernetPacket.TryParse(answer, out var ethernet));
        Assert.Equal((MacAddress.Parse(TwinMac), MacAddress.Parse(AccessMac)), (ethernet.Destination, ethernet.Source));
    }

    [Fact]
    public void NewAddress_IsForTheControlPlane_WithoutIpv6OutsideItIsRefused()
    {
        var packet = FromDevice(IpProtocol.Udp, Udp(s_device, s_server, [1]), source: Ipv6Address.Parse("fd00::77"));
        Assert.Equal(Act.Drop, _plane.Run("from_access", packet).Act);
        Assert.Equal([PuntReason.NewSource6], Punts());

        _plane.SetOutside(null);
        _plane.AssertDropped("from_access", packet, DropReason.NoIpv6);
        Assert.Equal([PuntReason.NoIpv6], Punts());
    }

    [Fact]
    public void PrefixThatIsGone_NothingLeavesOrComesInWithTheOldOne()
    {
        _plane.SetOutside(new Ipv6Outside(Ipv6Network.Parse("2001:db8:78::/64"), true, Router6, null));
        _plane.AssertDropped("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, [1])), DropReason.NoIpv6);
        Assert.Equal([PuntReason.NoIpv6], Punts());
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, _outside, [1])), DropReason.WrongUplink);
    }

    [Fact]
    public void HeldAndBlocked_AreRefusedAtOnce_AndReachedByNoHost()
    {
        var claimed = Ipv6Address.Parse("2001:db8:5::5");
        var outside = _plane.Bind6(3, TwinMac, claimed, isHeld: true);
        _plane.AssertDropped("from_access", FromDevice(IpProtocol.Udp, Udp(claimed, s_server, [1]), source: claimed, mac: TwinMac), DropReason.Held);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, outside, [1]), to: outside), DropReason.InboundRefused);

        _plane.Bpf.Blocked.Set(new StationKey { Mac = MacAddress.Parse("02:00:00:00:09:09") }, 1);
        _plane.AssertDropped("from_access", FromDevice(IpProtocol.Udp, Udp(claimed, s_server, [1]), source: claimed, mac: "02:00:00:00:09:09"), DropReason.Blocked);
        Assert.Equal([PuntReason.NoIpv6, PuntReason.NoIpv6], Punts());
    }

    [Fact]
    public void ProfileThatRefusesCallers_IsAnsweredByHostsItSentTo_ByTheSameProtocolAlone()
    {
        var claimed = Ipv6Address.Parse("2001:db8:5::5");
        var outside = _plane.Bind6(3, TwinMac, claimed, inbound: false);
        var answer = FromOutside(IpProtocol.Udp, Udp(s_server, outside, [1]), to: outside);
        _plane.AssertDropped("from_uplink", answer, DropReason.InboundRefused);

        _plane.Run("from_access", FromDevice(IpProtocol.Udp, Udp(claimed, s_server, [1]), source: claimed, mac: TwinMac));
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", answer).Act);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Tcp, Tcp(s_server, outside, 0x10), to: outside), DropReason.InboundRefused);

        _plane.Run("from_access", FromDevice(IpProtocol.Tcp, Tcp(claimed, s_server, 0x02), source: claimed, mac: TwinMac));
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", FromOutside(IpProtocol.Tcp, Tcp(s_server, outside, 0x12), to: outside)).Act);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Tcp, Tcp(s_server, outside, 0x02), to: outside), DropReason.InboundRefused);

        // An error about the device's own packet is let in, one about a packet to another host is not.
        var own = FromDevice(IpProtocol.Tcp, Tcp(outside, s_server, 0x02), source: outside)[EthernetHeader.Size..];
        var other = FromDevice(IpProtocol.Tcp, Tcp(outside, s_linkLocal, 0x02), source: outside, to: Ipv6Address.Parse("2001:db8::bad"))[EthernetHeader.Size..];
        var router = Ipv6Address.Parse("2001:db8:99::9");
        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", FromOutside(Icmp6Types.NextHeader, Icmp(1, 0, 0, router, outside, own), source: router, to: outside)).Act);
        _plane.AssertDropped("from_uplink", FromOutside(Icmp6Types.NextHeader, Icmp(1, 0, 0, router, outside, other), source: router, to: outside), DropReason.InboundRefused);
    }

    [Fact]
    public void DeniedNetwork_IsRefused_ButACallerFromThereIsAnswered()
    {
        _plane.Bpf.Profiles.Set(0, new ProfileSlot { Flags = ProfileFlags.Destinations });
        _plane.Bpf.Destinations6.Set(new Destination6Key { Prefix = 32 + 32, Network = Ipv6Address.Parse("2606:4700::") }, Destination.Denied);
        var packet = FromDevice(IpProtocol.Udp, Udp(s_device, s_server, [1]));
        _plane.AssertDropped("from_access", packet, DropReason.Denied);
        Assert.Equal([PuntReason.NoIpv6], Punts());

        Assert.Equal(Act.Redirect, _plane.Run("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, _outside, [1]))).Act);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", packet).Act);

        _plane.Bpf.Destinations6.Set(new Destination6Key { Prefix = 32 + 128, Network = Ipv6Address.Parse("2606:4700::2") }, Destination.Allowed);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, [1]), to: Ipv6Address.Parse("2606:4700::2"))).Act);
    }

    [Fact]
    public void ProfileThatDeniesUplinks_DoesNotReachTheirLink()
    {
        _plane.Bpf.Profiles.Set(0, new ProfileSlot { Flags = ProfileFlags.DenyUplinks });
        var neighbor = Ipv6Address.Parse("2001:db8:77:1::99");
        _plane.AssertDropped("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, neighbor, [1]), to: neighbor), DropReason.Denied);
        Assert.Equal(Act.Redirect, _plane.Run("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, [1]))).Act);
    }

    [Fact]
    public void DeviceToDevice_SeesTheOtherByItsOutsideAddress_AndIsolatedOnesDoNotReachEachOther()
    {
        var claimed = Ipv6Address.Parse("fd00::5");
        var other = _plane.Bind6(2, TwinMac, claimed);
        var packet = FromDevice(IpProtocol.Udp, Udp(s_device, other, [1, 2, 3]), to: other);
        var (act, after) = _plane.Run("from_access", packet);

        Assert.Equal(Act.Redirect, act);
        var header = HeaderOf(after);
        Assert.Equal((_outside, claimed, 63), (header.Source, header.Destination, header.HopLimit));
        Assert.True(IsRight(IpProtocol.Udp, header.Source, header.Destination, after.AsSpan(Behind)));

        _plane.Bpf.Profiles.Set(0, new ProfileSlot { Flags = ProfileFlags.Isolate });
        _plane.AssertDropped("from_access", packet, DropReason.Isolated);
    }

    [Fact]
    public void HopLimitUsedUp_OrTooLong_IsForTheControlPlaneToReport()
    {
        _plane.AssertDropped("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, [1]), hopLimit: 1), DropReason.HopLimit);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, _outside, [1]), hopLimit: 1), DropReason.HopLimit);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, _outside, new byte[1480])), DropReason.TooLong);
        _plane.SetOutside(new Ipv6Outside(Prefix6, true, Router6, 1400));
        _plane.AssertDropped("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, new byte[1400])), DropReason.TooLong);

        Assert.Equal([(PuntReason.HopLimit, 0u), (PuntReason.HopLimit, 1u), (PuntReason.TooLong, 1u), (PuntReason.TooLong, 0u)], _plane.PuntNumbers());
    }

    [Fact]
    public void ExtensionHeaders_AreLookedThrough_ARouteThatTheSenderChoseIsNot()
    {
        byte[] options = [IpProtocol.Udp, 0, 1, 4, 0, 0, 0, 0];
        Assert.Equal(Act.Redirect, _plane.Run("from_access", FromDevice(DestinationOptions, [.. options, .. Udp(s_device, s_server, [1])])).Act);
        _plane.AssertDropped("from_access", FromDevice(Routing, [IpProtocol.Udp, 2, 0, 1, .. new byte[20], .. Udp(s_device, s_server, [1])]), DropReason.SourceRoute);
        _plane.AssertDropped("from_access", FromDevice(HopByHop, [Icmp6Types.NextHeader, 0, 1, 4, 0, 0, 0, 0, Icmp6Types.NeighborSolicitation, .. new byte[23]], hopLimit: 255), DropReason.Ipv6);
        _plane.AssertDropped("from_access", FromDevice(HopByHop, [IpProtocol.Udp, 0]), DropReason.Malformed);
    }

    [Fact]
    public void ForgedSources_FromOutside_AreDropped()
    {
        var other = _plane.Bind6(2, TwinMac, Ipv6Address.Parse("fd00::5"));
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(other, _outside, [1]), source: other), DropReason.OwnSource);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(_outside, _outside, [1]), source: _outside), DropReason.BogusSource);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_linkLocal, _outside, [1]), source: s_linkLocal), DropReason.BogusSource);
        _plane.AssertDropped("from_uplink", FromOutside(IpProtocol.Udp, Udp(Ipv6Address.Parse("ff02::1"), _outside, [1]), source: Ipv6Address.Parse("ff02::1")), DropReason.BogusSource);
    }

    [Fact]
    public void WhatIsNotADevices_PassesToTheHost()
    {
        var host = Ipv6Address.Parse("2001:db8:77:1::2");
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, host, [1]), to: host)).Act);
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, _outside, [1]), mac: RouterMac)).Act);
    }

    [Fact]
    public void OutsideAddress_IsAskedForOnTheUplink_AndAnsweredByTheDataPlane()
    {
        var asker = Ipv6Address.Parse("fe80::99");
        var (act, after) = _plane.Run("from_uplink", Solicitation(asker, _outside));
        Assert.Equal(Act.Redirect, act);
        Assert.True(EthernetPacket.TryParse(after, out var ethernet));
        Assert.True(NeighborDiscoveryMessage.TryParse(ethernet.Payload, out var answer));
        Assert.Equal((_outside, asker, _outside, MacAddress.Parse(UplinkMac)), (answer.Source, answer.Destination, answer.Target, answer.LinkLayer));
        Assert.Equal(NeighborBits.Solicited | NeighborBits.Override, answer.Bits);
        Assert.Equal(MacAddress.Parse(RouterMac), ethernet.Destination);

        // A host there that looks whether the address is free hears that it is not (RFC 4862 section 5.4.3).
        (act, after) = _plane.Run("from_uplink", Solicitation(Ipv6Address.Any, _outside));
        Assert.Equal(Act.Redirect, act);
        Assert.True(EthernetPacket.TryParse(after, out ethernet) && NeighborDiscoveryMessage.TryParse(ethernet.Payload, out answer));
        Assert.Equal((Ipv6Address.AllNodes, Ipv6Address.AllNodes.MulticastMac(), NeighborBits.Override), (answer.Destination, ethernet.Destination, answer.Bits));

        Assert.Equal(Act.Ok, _plane.Run("from_uplink", Solicitation(asker, Ipv6Address.Parse("2001:db8:77:1::2"))).Act);
    }

    [Fact]
    public void RoutersOutside_AndHostsThatShowADevicesAddress_AreReported_AndTheHostHearsThemToo()
    {
        var advertisement = new byte[NeighborDiscoveryWriter.MaxSize];
        NeighborDiscoveryWriter.NeighborAdvertisement(advertisement, MacAddress.Parse(RouterMac), _outside, Ipv6Address.AllNodes, NeighborBits.Override);
        Assert.True(Ipv6Header.TryParse(advertisement, out var header));
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", Frame("33:33:00:00:00:01", RouterMac, header.Source, header.Destination, header.NextHeader, advertisement.AsSpan(Ipv6Header.Size), 255)).Act);
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", Frame("33:33:00:00:00:01", RouterMac, Router6, Ipv6Address.AllNodes, Icmp6Types.NextHeader, Icmp(Icmp6Types.RouterAdvertisement, 0, 0, Router6, Ipv6Address.AllNodes, new byte[8]), 255)).Act);
        Assert.Equal(Act.Ok, _plane.Run("from_uplink", Frame("33:33:00:00:00:01", RouterMac, Router6, Ipv6Address.AllNodes, Icmp6Types.NextHeader, Icmp(Icmp6Types.RouterAdvertisement, 0, 0, Router6, Ipv6Address.AllNodes, new byte[8]), 254)).Act);

        Assert.Equal([PuntReason.Legal6, PuntReason.Router], Punts());
    }

    [Fact]
    public void MssOfAConnection_IsLoweredToTheNarrowerLink()
    {
        using var plane = new Plane(flags: Carried | ConfigFlags.ClampMss);
        plane.SetOutside(new Ipv6Outside(Prefix6, true, Router6, 1400));
        var outside = plane.Bind6(1, DeviceMac, s_device);
        var (act, after) = plane.Run("from_access", FromDevice(IpProtocol.Tcp, Tcp(s_device, s_server, 0x02, [2, 4, 5, 0xa0])));

        Assert.Equal(Act.Redirect, act);
        Assert.Equal(1400 - 60, BinaryPrimitives.ReadUInt16BigEndian(after.AsSpan(Behind + 22)));
        Assert.True(IsRight(IpProtocol.Tcp, outside, s_server, after.AsSpan(Behind)));
    }

    [Fact]
    public void Traffic_IsCounted_AndTheRateHolds()
    {
        _plane.Run("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, new byte[100])));
        _plane.Run("from_uplink", FromOutside(IpProtocol.Udp, Udp(s_server, _outside, new byte[200])));
        var traffic = _plane.Table6.TrafficOf(1);
        Assert.Equal((1UL, 162UL, 1UL, 262UL), (traffic.OutPackets, traffic.OutBytes, traffic.InPackets, traffic.InBytes));

        _plane.Bpf.Profiles.Set(0, new ProfileSlot { Out = new Rate { Interval = 1_000_000_000, Burst = 1 } });
        _plane.Run("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, new byte[100])));
        _plane.AssertDropped("from_access", FromDevice(IpProtocol.Udp, Udp(s_device, s_server, new byte[100])), DropReason.Rate);
    }

    [Theory]
    [InlineData(IpProtocol.Udp)]
    [InlineData(IpProtocol.Tcp)]
    public void QueryToAnyServer_IsForTheService_AndItsAnswerComesFromThatServer(byte protocol)
    {
        OfferServices();
        var server = Ipv6Address.Parse("2001:4860:4860::8888");
        var inside = InsideAddresses6.Of(1, s_device);
        byte[] ports = [0x9c, 0x40, 0, 53];
        byte[] rest = protocol == IpProtocol.Udp ? [0, 0, 0, 0, 1, 2, 3] : [.. new byte[8], 0x50, 0x02, .. new byte[6]];
        var (act, sent) = _plane.Run("from_access", FromDevice(protocol, Upper(protocol, s_device, server, [.. ports, .. rest]), to: server), 0, out var mark);

        Assert.Equal((Act.Redirect, 0x696bu), (act, mark));
        var header = HeaderOf(sent);
        Assert.Equal((inside, server, 64), (header.Source, header.Destination, header.HopLimit));
        Assert.Equal(DnsPort, BinaryPrimitives.ReadUInt16BigEndian(sent.AsSpan(Behind + 2)));
        Assert.True(IsRight(protocol, inside, server, sent.AsSpan(Behind)));
        Assert.True(EthernetPacket.TryParse(sent, out var ethernet));
        Assert.Equal(MacAddress.Parse(StackMac), ethernet.Destination);

        var reply = Upper(protocol, server, inside, [(byte)(DnsPort >> 8), (byte)(DnsPort & 255), 0x9c, 0x40, .. rest]);
        (act, var answer) = _plane.Run("from_stack", Frame(EdgeMac, StackMac, server, inside, protocol, reply), 0x696b);
        Assert.Equal(Act.Redirect, act);
        header = HeaderOf(answer);
        Assert.Equal((server, s_device), (header.Source, header.Destination));
        Assert.Equal(53, BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(Behind)));
        Assert.True(IsRight(protocol, server, s_device, answer.AsSpan(Behind)));
        Assert.True(EthernetPacket.TryParse(answer, out ethernet));
        Assert.Equal(MacAddress.Parse(DeviceMac), ethernet.Destination);
    }

    [Fact]
    public void HeldDevice_ReachesDns_AndWhileDnsIsAway_OthersReachTheServerItself()
    {
        OfferServices();
        var claimed = Ipv6Address.Parse("2001:db8:5::5");
        _plane.Bind6(3, TwinMac, claimed, isHeld: true);
        byte[] query = [0x9c, 0x40, 0, 53, 0, 0, 0, 0, 1];
        byte[] ofHeld = FromDevice(IpProtocol.Udp, Upper(IpProtocol.Udp, claimed, s_server, query), source: claimed, mac: TwinMac);
        Assert.Equal(s_server, HeaderOf(_plane.Run("from_access", ofHeld).Frame).Destination);

        _plane.SetDns(isHere: false, null);
        var (act, sent) = _plane.Run("from_access", FromDevice(IpProtocol.Udp, Upper(IpProtocol.Udp, s_device, s_server, query)));
        Assert.Equal((Act.Redirect, _outside), (act, HeaderOf(sent).Source));
        Assert.Equal(InsideAddresses6.Of(3, claimed), HeaderOf(_plane.Run("from_access", ofHeld).Frame).Source);
    }

    [Fact]
    public void StackSendsOtherThings_NoDeviceGetsThem()
    {
        OfferServices();
        var inside = InsideAddresses6.Of(1, s_device);
        var other = Upper(IpProtocol.Udp, s_server, inside, [0, 99, 0x9c, 0x40, 0, 0, 0, 0]);
        byte[] Stack(Ipv6Address to) => Frame(EdgeMac, StackMac, s_server, to, IpProtocol.Udp, other);
        void Refused(byte[] frame, uint mark, DropReason reason)
        {
            var before = _plane.Bpf.DropsOf(reason);
            Assert.Equal(Act.Drop, _plane.Run("from_stack", frame, mark).Act);
            Assert.Equal(before + 1, _plane.Bpf.DropsOf(reason));
        }

        Refused(Stack(inside), 0, DropReason.StackOther);
        Refused(Stack(inside), 0x696b, DropReason.StackOther);
        Refused(Stack(InsideAddresses6.Of(9, s_device)), 0x696b, DropReason.NoBinding);
        Refused(Stack(InsideAddresses6.Of(1, s_server)), 0x696b, DropReason.NoBinding);
    }

    private void OfferServices()
    {
        Assert.True(_plane.Bpf.Config.TryGet(0, out var config));
        config.Services[0].Flags = config.Services[1].Flags = ServiceFlags.Ipv6;
        _plane.Bpf.Config.Set(0, config);
    }

    private static byte[] Solicitation(Ipv6Address source, Ipv6Address target)
    {
        var packet = new byte[NeighborDiscoveryWriter.MaxSize];
        var length = NeighborDiscoveryWriter.NeighborSolicitation(packet, MacAddress.Parse(RouterMac), source, target);
        Assert.True(Ipv6Header.TryParse(packet, out var header));
        return Frame(target.SolicitedNode().MulticastMac().ToString(), RouterMac, header.Source, header.Destination, header.NextHeader, packet.AsSpan(Ipv6Header.Size..length), 255);
    }
}
