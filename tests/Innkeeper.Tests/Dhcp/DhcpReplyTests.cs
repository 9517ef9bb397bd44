using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.Dhcp.DhcpHarness;

namespace Innkeeper.Tests.Dhcp;

/// <summary>What clients are answered, octet by octet where it matters.</summary>
public sealed class DhcpReplyTests
{
    private static readonly MacAddress AccessMac = MacAddress.Parse("02:00:00:00:00:a1");

    private static Answer Reply(DhcpHarness harness, DhcpMessageType type, Action<DhcpFill>? fill = null, ushort vlan = 0)
    {
        var message = harness.Message(type, Mac, fill);
        var decision = harness.Decide(message, vlan: vlan);
        Assert.True(DhcpPacket.TryParse(message, out var packet));
        var frame = new byte[DhcpFrame.MaxSize];
        frame.AsSpan().Fill(0xA5);
        return new Answer(frame[..DhcpReply.Write(packet, decision, harness.Settings, harness.Policy, new Station(vlan, packet.ClientMac), AccessMac, frame)], decision);
    }

    [Fact]
    public void Offer_HasWhatEveryClientNeeds_InTheOrderAskedFor()
    {
        var answer = Reply(new DhcpHarness(), DhcpMessageType.Discover, f => f.Add(DhcpOption.ParameterList, 15, 28, 1, 3, 6));

        Assert.Equal(
            ["35:02", "36:0acb0001", "33:00000e10", "3a:00000708", "3b:00000c4e", "01:ffffff00", "03:0acb0001", "06:0acb0001", "0f:67756573742e6c616e", "1c:0acb00ff"],
            answer.Options);
        Assert.Equal((Mac, answer.Decision.Address), (answer.Destination, answer.To));
        Assert.Equal((AccessMac, Server), (answer.Source, answer.From));
    }

    [Fact]
    public void Offer_ToWhoAsksForNothing_HasTheDomainToo() =>
        Assert.Equal(["01", "03", "06", "0f"], Reply(new DhcpHarness(), DhcpMessageType.Discover).Options.Skip(5).Select(o => o[..2]));

    [Fact]
    public void Offer_ToWhoCannotTakeUnicast_IsBroadcast()
    {
        var answer = Reply(new DhcpHarness(), DhcpMessageType.Discover, f => f.IsBroadcast = true);
        Assert.Equal((MacAddress.Broadcast, Ipv4Address.Broadcast), (answer.Destination, answer.To));
    }

    [Fact]
    public void Ack_OfARenewal_GoesToTheClientsAddress_EvenWithTheBroadcastFlag()
    {
        var harness = new DhcpHarness();
        var address = harness.Lease(Mac);
        var answer = Reply(harness, DhcpMessageType.Request, f =>
        {
            f.ClientAddress = address;
            f.IsBroadcast = true;
        });
        Assert.Equal((Mac, address), (answer.Destination, answer.To));
        Assert.Equal("35:05", answer.Options[0]);
    }

    [Fact]
    public void Nak_IsBroadcast_AndSaysNothingOfAnAddress()
    {
        var answer = Reply(new DhcpHarness(), DhcpMessageType.Request, f =>
        {
            f.Address(DhcpOption.RequestedAddress, Ipv4Address.Parse("192.168.1.7"));
            f.Add(DhcpOption.ClientIdentifier, 1, 2, 3);
        });
        Assert.Equal((MacAddress.Broadcast, Ipv4Address.Broadcast), (answer.Destination, answer.To));
        Assert.Equal(["35:06", "36:0acb0001", "3d:010203"], answer.Options);
    }

    [Fact]
    public void Inform_FromElsewhere_HasNoAddressLeaseMaskOrRouter()
    {
        var answer = Reply(new DhcpHarness(), DhcpMessageType.Inform, f => f.ClientAddress = Ipv4Address.Parse("47.31.128.195"));
        Assert.Equal(["35:05", "36:0acb0001", "06:0acb0001", "0f:67756573742e6c616e"], answer.Options);
        Assert.Equal("47.31.128.195", answer.To.ToString());
        Assert.Equal(Ipv4Address.Any, answer.Yours);
    }

    [Fact]
    public void ClientIdentifierAndRelayInformation_ComeBackAsTheyCame_TheLatterLast()
    {
        var harness = new DhcpHarness();
        var answer = Reply(harness, DhcpMessageType.Discover, f => f.Add(DhcpOption.RelayInformation, 1, 2, 0xab, 0xcd).Add(DhcpOption.ClientIdentifier, 0xff, 0, 1));
        Assert.Equal("3d:ff0001", answer.Options[2]);
        Assert.Equal("52:0102abcd", answer.Options[^1]);
    }

    [Fact]
    public void Routes_ComeWithTheDefaultOne_OnlyToWhoAsks()
    {
        var harness = new DhcpHarness(change: s => s with { Routes = [new DhcpRoute(Ipv4Network.Parse("10.1.0.0/16"), Ipv4Address.Parse("10.203.0.9"))] });
        Assert.Contains("79:100a010acb0009000acb0001", Reply(harness, DhcpMessageType.Discover, f => f.Add(DhcpOption.ParameterList, 121, 1, 3)).Options);
        Assert.DoesNotContain(Reply(harness, DhcpMessageType.Discover, f => f.Add(DhcpOption.ParameterList, 1, 3)).Options, o => o.StartsWith("79", StringComparison.Ordinal));
        Assert.DoesNotContain(
            Reply(new DhcpHarness(), DhcpMessageType.Discover, f => f.Add(DhcpOption.ParameterList, 121)).Options, o => o.StartsWith("79", StringComparison.Ordinal));
    }

    [Fact]
    public void PortalNameAndMtu_AreToldWhereThereAreAny()
    {
        var harness = new DhcpHarness(change: s => s with { Mtu = 1400, CaptivePortal = "https://a/" }) { Policy = new DhcpClientPolicy(HostName: "cam") };
        var wanted = (DhcpFill f) => { f.Add(DhcpOption.ParameterList, 114, 12, 26); };
        Assert.Equal(["72:68747470733a2f2f612f", "0c:63616d", "1a:0578"], Reply(harness, DhcpMessageType.Discover, wanted).Options.Skip(8));

        harness.Policy = new DhcpClientPolicy(CaptivePortal: "https://b/");
        Assert.Equal("72:68747470733a2f2f622f", Reply(harness, DhcpMessageType.Discover, wanted).Options[8]);
        Assert.Equal(8, Reply(new DhcpHarness(), DhcpMessageType.Discover, wanted).Options.Count);
    }

    [Fact]
    public void Answer_IsNoLongerThanTheClientTakes_AndKeepsWhatMatters()
    {
        var harness = new DhcpHarness(change: s => s with { Domain = new string('d', 200) });
        void Fill(DhcpFill f) => f.Add(DhcpOption.ClientIdentifier, new byte[200]).Add(DhcpOption.RelayInformation, new byte[40]).Add(DhcpOption.ParameterList, 15);
        var small = Reply(harness, DhcpMessageType.Discover, Fill);
        Assert.InRange(small.Length, 400, 576);
        Assert.DoesNotContain(small.Options, o => o.StartsWith("0f", StringComparison.Ordinal));
        Assert.StartsWith("52:", small.Options[^1]);
        Assert.Contains("03:0acb0001", small.Options);

        var large = Reply(harness, DhcpMessageType.Discover, f =>
        {
            Fill(f);
            f.Add(DhcpOption.MaxMessageSize, 0x05, 0xdc);
        });
        Assert.Contains(large.Options, o => o.StartsWith("0f", StringComparison.Ordinal));
    }

    [Fact]
    public void Answer_InAVlan_IsTagged() => Assert.Equal(42, Reply(new DhcpHarness(), DhcpMessageType.Discover, vlan: 42).Vlan);

    /// <summary>A frame read back by the product's parsers.</summary>
    private sealed class Answer
    {
        public Answer(byte[] frame, DhcpDecision decision)
        {
            Decision = decision;
            Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
            (Destination, Source, Vlan) = (ethernet.Destination, ethernet.Source, ethernet.HasVlan ? ethernet.VlanId : 0);
            Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var ip));
            Assert.Equal(TransportChecksumResult.Right, TransportChecksum.TryComplete(ethernet.Payload.ToArray()));
            (To, From, Length) = (ip.Destination, ip.Source, ip.TotalLength);
            Assert.True(UdpPacket.TryParse(ip.Payload, out var udp));
            Assert.Equal((67, 68), (udp.SourcePort, udp.DestinationPort));
            Assert.True(DhcpPacket.TryParse(udp.Payload, out var packet));
            Assert.True(packet.IsReply);
            Assert.Equal(decision.Address, packet.YourAddress);
            Yours = packet.YourAddress;
            var options = new DhcpOptions(udp.Payload[DhcpHeader.Size..]);
            while (options.TryRead(out var code, out var value))
            {
                Options.Add($"{(byte)code:x2}:{Convert.ToHexStringLower(value)}");
            }
        }

        public DhcpDecision Decision { get; }

        public MacAddress Destination { get; }

        public MacAddress Source { get; }

        public int Vlan { get; }

        public Ipv4Address To { get; }

        public Ipv4Address From { get; }

        public Ipv4Address Yours { get; }

        public int Length { get; }

        public List<string> Options { get; } = [];
    }
}
