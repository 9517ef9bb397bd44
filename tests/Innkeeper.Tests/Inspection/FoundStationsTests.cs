using System.Text;
using FsCheck.Xunit;
using Innkeeper.Inspection;
using Innkeeper.TestFrames;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using Innkeeper.Wire.Discovery;
using static Innkeeper.Tests.Wire.WireSamples;

namespace Innkeeper.Tests.Inspection;

/// <summary>Frames in, stations out.</summary>
public sealed class FoundStationsTests
{
    private static readonly MacAddress s_gateway = MacAddress.Parse("02:00:00:00:00:a1");
    private static readonly MacAddress s_press = MacAddress.Parse("02:00:00:00:01:01");
    private static readonly MacAddress s_group = MacAddress.Parse("01:00:5e:00:00:fb");
    private static readonly Ipv4Address s_own = Ipv4Address.Parse("192.168.1.10");

    private readonly FoundStations _found = new(s_gateway);

    private static byte[] Arp(ArpMessage message, ushort vlan = 0) => FrameBuilder.Arp(message.SenderMac, MacAddress.Broadcast, message, vlan);

    private static byte[] Frame(ushort etherType, string payload, ushort vlan = 0)
    {
        var frame = new byte[18];
        return [.. frame[..EthernetHeader.Write(frame, s_group, s_press, etherType, vlan)], .. Hex(payload)];
    }

    private static byte[] ToAll(ushort source, ushort destination, byte[] payload, Ipv4Address? from = null) =>
        FrameBuilder.Udp(new FramePath(s_press, s_group, from ?? s_own, Ipv4Address.Broadcast), source, destination, payload);

    private static byte[] Dhcp(MacAddress client, params (DhcpOption Option, string Text)[] options)
    {
        var message = new byte[300];
        var writer = new DhcpWriter(message, new DhcpHeader(false, 7, client));
        foreach (var (option, text) in options)
        {
            writer.TryAdd(option, Encoding.UTF8.GetBytes(text));
        }

        writer.Finish();
        return message;
    }

    private FoundStation Heard(byte[] frame) => Assert.IsType<FoundStation>(_found.Hear(frame));

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Hear_AnswerByArp_HasItsAddress_InItsVlan(ushort vlan)
    {
        var station = Heard(Arp(ArpMessage.Reply(s_press, s_own, s_gateway, Ipv4Address.Any), vlan));

        Assert.Equal((vlan, s_press, FoundBy.Arp, true), (station.Vlan, station.Mac, station.By, station.IsDescribed));
        Assert.Equal([s_own], station.Addresses);
    }

    [Fact]
    public void Hear_TheSameAgain_IsNoNews()
    {
        Heard(Arp(ArpMessage.Announcement(s_press, s_own)));
        Assert.Single(_found.TakeChanged());

        Assert.Null(_found.Hear(Arp(ArpMessage.Announcement(s_press, s_own))));
        Assert.Empty(_found.TakeChanged());
        Assert.Single(_found.All);
    }

    /// <summary>A forged sender, the gateway's own frames, no station, and octets that are no frame.</summary>
    [Fact]
    public void Hear_FramesThatSayNothingOfTheirStation_HaveNoAddress()
    {
        Assert.False(Heard(FrameBuilder.Arp(s_press, MacAddress.Broadcast, ArpMessage.Announcement(MacB, s_own))).IsDescribed);
        Assert.Null(_found.Hear(Arp(ArpMessage.Announcement(s_gateway, s_own))));
        Assert.Null(_found.Hear(Arp(ArpMessage.Announcement(MacAddress.Zero, s_own))));
        Assert.Null(_found.Hear(Arp(ArpMessage.Announcement(s_group, s_own))));
        Assert.Null(_found.Hear([1, 2, 3]));
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("169.254.7.7", true)]
    [InlineData("8.8.8.8", true)]
    public void Hear_Address_IsOneThatAStationCanHave(string address, bool isTaken) =>
        Assert.Equal(isTaken, Heard(ToAll(1, 2, [7], Ipv4Address.Parse(address))).Addresses.Contains(Ipv4Address.Parse(address)));

    [Fact]
    public void Hear_PacketToOneStation_HasNoAddress_ForItMayComeFromBehindARouter() =>
        Assert.False(Heard(FrameBuilder.Udp(new FramePath(s_press, s_gateway, s_own, Ipv4Address.Parse("8.8.8.8")), 1, 2, 7)).IsDescribed);

    [Fact]
    public void Hear_Dhcp_HasNameAndProduct_UnlessItIsForAnother()
    {
        var station = Heard(ToAll(68, 67, Dhcp(s_press, (DhcpOption.HostName, "drive\u001b 3"), (DhcpOption.VendorClass, "Drive 2.1")), Ipv4Address.Any));
        Assert.Equal(("drive 3", "Drive 2.1", FoundBy.Dhcp), (station.Name, station.Product, station.By));

        Assert.Null(new FoundStations(s_gateway).Hear(ToAll(68, 67, Dhcp(MacB, (DhcpOption.HostName, "phone")), Ipv4Address.Any))!.Name);
    }

    [Fact]
    public void Hear_Mdns_HasTheNameOfTheSendersAddress()
    {
        var station = Heard(ToAll(5353, 5353, Hex("0000 8400 0000 0001 0000 0000 0764726976652d33 056c6f63616c 00 0001 8001 00000078 0004 c0a8010a")));

        Assert.Equal(("drive-3", FoundBy.Mdns), (station.Name, station.By));
        Assert.Equal([s_own], station.Addresses);
    }

    [Fact]
    public void Hear_Lldp_HasSystemNameOrChassis()
    {
        Assert.Equal("camera-7", Heard(Frame(EtherTypes.Lldp, "0207 04 020000000102 0403 07 7031 0602 0014 0a08 63616d6572612d37 0000")).Name);
        Assert.Equal("io-4", Heard(Frame(EtherTypes.Lldp, "0205 07 696f2d34 0403 07 7031 0602 0014 0000", vlan: 7)).Name);
        Assert.Null(Heard(Frame(EtherTypes.Lldp, "0207 04 020000000102 0403 07 7031 0602 0014 0000", vlan: 8)).Name);
    }

    [Fact]
    public void Hear_EtherNetIp_HasTheAddressOfItsMessage()
    {
        var answer = Hex("6300 3300 00000000 00000000 0000000000000000 00000000 0100 0c00 2300 0100 0002 af12 c0a8010b 0000000000000000 0100 0e00 3600 1413 3000 78563412 01 41 03");
        var station = Heard(FrameBuilder.Udp(new FramePath(s_press, s_gateway, s_own, Ipv4Address.Parse("192.0.2.1")), 44818, 44818, answer));

        Assert.Equal(("A", FoundBy.EtherNetIp, "192.168.1.11"), (station.Product, station.By, Assert.Single(station.Addresses).ToString()));
    }

    /// <summary>The name that an engineer set stays, whatever comes later; another by the same way replaces it.</summary>
    [Fact]
    public void Hear_SeveralNames_KeepsThatOfTheEngineer()
    {
        const string Dcp = "feff 05 01 00000007 0000 0016 0202 0009 0000 70726573732d31 00 0201 0004 0000 5337";
        Heard(ToAll(68, 67, Dhcp(s_press, (DhcpOption.HostName, "plc"))));
        var named = Heard(Frame(EtherTypes.Profinet, Dcp));
        Assert.Equal(("press-1", "S7", FoundBy.Dhcp | FoundBy.Profinet), (named.Name, named.Product, named.By));

        Assert.Null(_found.Hear(ToAll(68, 67, Dhcp(s_press, (DhcpOption.HostName, "other")))));
        Assert.Equal("press-2", Heard(Frame(EtherTypes.Profinet, Dcp.Replace("2d31", "2d32", StringComparison.Ordinal))).Name);
    }

    [Fact]
    public void Hear_ProbeForAnAddress_IsBeingTaken_AndNotOwnedYet()
    {
        Assert.False(Heard(Arp(ArpMessage.Probe(s_press, s_own), 7)).IsDescribed);

        Assert.True(_found.IsBeingTaken(7, s_own));
        Assert.False(_found.IsBeingTaken(0, s_own));
    }

    [Fact]
    public void Hear_ManyAddressesOfOneStation_AreBounded()
    {
        for (byte n = 1; n <= 20; n++)
        {
            _found.Hear(Arp(ArpMessage.Announcement(s_press, Ipv4Address.Of(10, 0, 0, n))));
        }

        Assert.Equal(FoundStations.MostAddresses, Assert.Single(_found.All).Addresses.Length);
    }

    /// <summary>A hostile device invents 100,000 MACs; a machine that answers is found all the same.</summary>
    [Fact]
    public void Hear_AFloodOfMacs_IsBounded_Counted_AndAStationThatDescribesItselfHasRoom()
    {
        for (var n = 1; n <= 100_000; n++)
        {
            _found.Hear(FrameBuilder.Udp(new FramePath(new MacAddress(0x0a00_0000_0000 + (ulong)n), s_gateway, s_own, s_own), 1, 2));
        }

        Assert.Equal((FoundStations.Most, 100_000L - FoundStations.Most), (_found.All.Count, _found.NotKept));

        Assert.True(Heard(Arp(ArpMessage.Reply(MacAddress.Parse("06:00:00:00:00:01"), s_own, s_gateway, Ipv4Address.Any))).IsDescribed);
        Assert.Equal(FoundStations.Most, _found.All.Count);
        Assert.Equal(FoundStations.Most, _found.TakeChanged().Count);
    }

    [Fact]
    public void Hear_AFloodOfStationsThatDescribeThemselves_IsBounded()
    {
        for (var n = 1; n <= FoundStations.Most + 10; n++)
        {
            _found.Hear(Arp(ArpMessage.Announcement(new MacAddress(0x0a00_0000_0000 + (ulong)n), s_own)));
        }

        Assert.Equal((FoundStations.Most, 10L), (_found.All.Count, _found.NotKept));
    }

    [Property(MaxTest = 2000)]
    public void Hear_AnyOctets_NeverThrows(byte[] octets, byte kind)
    {
        ushort[] types = [EtherTypes.Arp, EtherTypes.Ipv4, EtherTypes.Lldp, EtherTypes.Profinet];
        _found.Hear([.. Frame(types[kind % 4], ""), .. octets]);
        _found.Hear(octets);
        _found.Hear(ToAll(kind % 2 == 0 ? MdnsName.UdpPort : (ushort)68, kind % 2 == 0 ? MdnsName.UdpPort : (ushort)67, octets));
    }
}
