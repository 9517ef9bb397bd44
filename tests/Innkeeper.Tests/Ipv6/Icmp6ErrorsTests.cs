using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Ipv6;

/// <summary>What a device is told about its IPv6 packets.</summary>
public sealed class Icmp6ErrorsTests
{
    private const byte Tcp = 6, Udp = 17, Esp = 50, Icmp6 = 58;

    private static readonly MacAddress s_gateway = MacAddress.Parse("02:00:00:00:00:0a");
    private static readonly MacAddress s_device = MacAddress.Parse("02:00:00:00:10:01");
    private static readonly Ipv6Address s_own = Ipv6Address.Parse("2a01:4f8:1:2::5");
    private static readonly Ipv6Address s_server = Ipv6Address.Parse("2606:4700::1111");

    private static byte[] Packet(byte next, byte[] payload, Ipv6Address? destination = null, MacAddress? to = null, Ipv6Address? source = null)
    {
        var frame = new byte[EthernetHeader.Size + Ipv6Header.Size + payload.Length];
        EthernetHeader.Write(frame, to ?? s_gateway, s_device, EtherTypes.Ipv6);
        new Ipv6Header(source ?? s_own, destination ?? s_server, next, (ushort)payload.Length).Write(frame.AsSpan(EthernetHeader.Size));
        payload.CopyTo(frame, EthernetHeader.Size + Ipv6Header.Size);
        return frame;
    }

    private static byte[] Answer(byte[] refused, ushort vlan = 0)
    {
        var answer = new byte[Icmp6Errors.MaxFrameSize];
        return answer[..Icmp6Errors.Refuse(refused, vlan, s_gateway, answer)];
    }

    private static (Ipv6Header Header, byte[] Message) Read(byte[] answer)
    {
        Assert.True(EthernetPacket.TryParse(answer, out var ethernet));
        Assert.Equal((s_device, s_gateway, EtherTypes.Ipv6), (ethernet.Destination, ethernet.Source, ethernet.EtherType));
        Assert.True(Ipv6Header.TryParse(ethernet.Payload, out var header));
        var message = ethernet.Payload[Ipv6Header.Size..].ToArray();
        Assert.Equal((Icmp6, header.PayloadLength), (header.NextHeader, message.Length));
        Assert.True(Icmp6Checksum.IsRight(header.Source, header.Destination, message));
        return (header, message);
    }

    [Theory]
    [InlineData(Tcp, 0)]
    [InlineData(Udp, 4)]
    [InlineData(Esp, 0)]
    public void Packet_IsAnsweredByTheErrorThatEndsItsProgramsWait_WithThePacketQuoted(byte protocol, byte code)
    {
        var refused = Packet(protocol, [.. Enumerable.Range(0, 40).Select(i => (byte)i)]);

        var (header, message) = Read(Answer(refused, vlan: 7));

        Assert.Equal((Ipv6Address.LinkLocalOf(s_gateway), s_own), (header.Source, header.Destination));
        Assert.Equal([1, code], message[..2]);
        Assert.Equal(refused[EthernetHeader.Size..], message[8..]);
        Assert.True(EthernetPacket.TryParse(Answer(refused, vlan: 7), out var tagged));
        Assert.Equal(7, tagged.VlanId);
    }

    [Theory]
    [InlineData(1300, 1600)]
    [InlineData(9000, 1560)]
    public void LongPacket_IsQuotedAsFarAsTheLeastMtuAllows(int size, int copied)
    {
        var refused = Packet(Udp, new byte[size]);

        var answer = Answer(refused[..Math.Min(refused.Length, EthernetHeader.Size + copied)]);

        Assert.Equal(EthernetHeader.Size + 1280, answer.Length);
        Read(answer);
    }

    [Fact]
    public void ExtensionHeaders_AreLookedThrough()
    {
        byte[] extensions = [43, 1, .. new byte[14], 44, 0, .. new byte[6], Udp, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4];

        Assert.Equal([1, 4], Read(Answer(Packet(0, extensions))).Message[..2]);
    }

    [Fact]
    public void Echo_ToTheRoutersLinkLocalAddress_IsRepliedTo_AndElsewhereRefused()
    {
        byte[] echo = [128, 0, 9, 9, 1, 2, 3, 4, 5, 6, 7];
        var router = Ipv6Address.Parse("fe80::1");

        var (header, message) = Read(Answer(Packet(Icmp6, echo, router)));

        Assert.Equal((router, s_own), (header.Source, header.Destination));
        Assert.Equal([129, 0], message[..2]);
        Assert.Equal(echo[4..], message[4..]);
        Assert.Equal([1, 0], Read(Answer(Packet(Icmp6, echo))).Message[..2]);
    }

    /// <summary>RFC 4443 section 2.4 (e).</summary>
    [Fact]
    public void WhatMustNotBeAnswered_IsNot()
    {
        byte[] some = new byte[40];
        byte[][] silent =
        [
            Packet(Icmp6, [1, 4, .. some]), Packet(Icmp6, [143, 0, .. some]), Packet(Icmp6, []),
            Packet(Udp, some, Ipv6Address.Parse("ff02::fb")), Packet(Udp, some, to: Ipv6Address.AllNodes.MulticastMac()),
            Packet(Udp, some, source: Ipv6Address.Any), Packet(Udp, some, source: Ipv6Address.Parse("ff02::1")),
            Packet(44, [Udp, 0, 0, 8, 0, 0, 0, 0, .. some]), Packet(0, [0, 0, .. new byte[6], 0, 0, .. new byte[6], 0, 0, .. new byte[6], 0, 0, .. new byte[6], 0, 0, .. new byte[6]]),
            Packet(0, [Udp, 255]), Packet(Udp, some)[..50],
        ];

        Assert.All(silent, frame => Assert.Empty(Answer(frame)));
    }

    [Fact]
    public void RandomFrames_NeverThrow_AndAnswersAreWellFormed()
    {
        var random = new Random(6);
        byte[] nexts = [0, 6, 17, 43, 44, 51, 58, 59, 60];
        for (var i = 0; i < 20_000; i++)
        {
            var payload = new byte[random.Next(120)];
            random.NextBytes(payload);
            if (payload.Length > 0)
            {
                payload[0] = nexts[random.Next(nexts.Length)];
            }

            var frame = Packet(nexts[random.Next(nexts.Length)], payload);
            var answer = Answer(frame[..random.Next(frame.Length + 1)]);
            if (answer.Length > 0)
            {
                Read(answer);
            }
        }
    }
}
