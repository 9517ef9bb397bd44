using FsCheck.Xunit;
using Innkeeper.TestFrames;
using Innkeeper.Tests.Repository;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class Dhcpv6MessageTests
{
    // As scapy 2.5 writes it: client identifier, elapsed time, wants 23, 24, 32 and 103.
    private static readonly byte[] Request = WireSamples.Hex(
        "0b abcdef 0001 000e 000100011234567802000000000c 0008 0002 0000 0006 0008 0017 0018 0020 0067");

    private static readonly Dhcpv6Option[] s_known = Enum.GetValues<Dhcpv6Option>();

    [Fact]
    public void Parse_InformationRequest_Values()
    {
        Assert.True(Dhcpv6Message.TryParse(Request, out var message));
        Assert.Equal((Dhcpv6MessageType.InformationRequest, 0xabcdefu), (message.Type, message.Transaction));
        Assert.True(message.TryGet(Dhcpv6Option.ClientIdentifier, out var client));
        Assert.Equal(WireSamples.Hex("000100011234567802000000000c"), client.ToArray());
        Assert.Equal((true, true, false), (message.Requests(Dhcpv6Option.DnsServers), message.Requests(Dhcpv6Option.CaptivePortal), message.Requests(Dhcpv6Option.RapidCommit)));
        Assert.Equal((true, false), (message.Has(Dhcpv6Option.OptionRequest), message.Has(Dhcpv6Option.RapidCommit)));
    }

    [Fact]
    public void Parse_NoOptions_HasNone()
    {
        Assert.True(Dhcpv6Message.TryParse([11, 0, 0, 1], out var message));
        Assert.Equal(1u, message.Transaction);
        foreach (var option in s_known)
        {
            Assert.Equal((false, false), (message.Has(option), message.Requests(option)));
        }
    }

    [Theory]
    [InlineData("0b 000001 000e 0000", true)] // an option of no octets
    [InlineData("0b 000001 0006 0003 0017 00", true)] // half a code is none
    [InlineData("0b 000001 0001 0004 00010001 0001 0002 0003", true)]
    [InlineData("0b 000001 0001 0005 00010001", false)]
    [InlineData("0b 000001 0001 00", false)]
    [InlineData("0b 0000", false)]
    [InlineData("", false)]
    [InlineData("0c 000001 0001 0000", false)] // a relay's
    [InlineData("0d 000001 0001 0000", false)]
    public void Parse_Forms_TakenOrRefused(string octets, bool good) => Assert.Equal(good, Dhcpv6Message.TryParse(WireSamples.Hex(octets), out _));

    [Fact]
    public void TwoOptionsOfACode_TheFirstCounts()
    {
        Assert.True(Dhcpv6Message.TryParse(WireSamples.Hex("0b 000001 0001 0001 07 0001 0001 08"), out var message));
        Assert.True(message.TryGet(Dhcpv6Option.ClientIdentifier, out var client));
        Assert.Equal([7], client.ToArray());
    }

    [Fact]
    public void Parse_EveryTruncation_IsRefusedOrEndsBehindAnOption()
    {
        int[] ends = [4, 22, 28, Request.Length];
        Assert.All(Enumerable.Range(0, Request.Length + 1), length => Assert.Equal(ends.Contains(length), Dhcpv6Message.TryParse(Request.AsSpan(0, length), out _)));
    }

    [Property(MaxTest = 3000)]
    public void Parse_RandomOctets_NeverThrows(byte type, byte[] octets, ushort length)
    {
        Walk(octets);
        Walk([type, 1, 2, 3, 0, 6, (byte)(length >> 8), (byte)length, .. octets]);
        Walk([type, 1, 2, 3, 0, 6, 0, (byte)Math.Min(octets.Length, 255), .. octets]);
    }

    [Fact]
    public void Parse_TcpdumpsCaptures_MostAreTaken()
    {
        var folder = Checkout.Corpus("tcpdump-tests/tests");
        Assert.SkipWhen(folder is null, "No captures: ../shared/corpora/tcpdump-tests/tests is not there.");

        var (messages, taken, relayed) = (0, 0, 0);
        foreach (var path in Directory.EnumerateFiles(folder!, "dhcp*6*.pcap"))
        {
            foreach (var record in PcapFile.Read(path).Records)
            {
                for (var length = 0; length < record.Data.Length; length++)
                {
                    AnyOctets.Walk(record.Data.AsSpan(0, length));
                }

                if (EthernetPacket.TryParse(record.Data, out var ethernet) && Ipv6Header.TryParse(ethernet.Payload, out var header)
                    && header.NextHeader == IpProtocol.Udp && UdpPacket.TryParse(ethernet.Payload[Ipv6Header.Size..], out var datagram)
                    && datagram.DestinationPort is Dhcpv6Message.ClientPort or Dhcpv6Message.ServerPort)
                {
                    messages++;
                    taken += Walk(datagram.Payload) ? 1 : 0;
                    relayed += datagram.Payload[0] is 12 or 13 ? 1 : 0;
                }
            }
        }

        Assert.True(messages > 20 && taken >= messages - relayed - 2, $"{taken} of {messages}, {relayed} by relays");
    }

    private static bool Walk(ReadOnlySpan<byte> octets)
    {
        if (!Dhcpv6Message.TryParse(octets, out var message))
        {
            return false;
        }

        _ = (message.Type, message.Transaction);
        foreach (var option in s_known)
        {
            Assert.True(message.Has(option) || !message.TryGet(option, out _));
            message.Requests(option);
        }

        return true;
    }
}
