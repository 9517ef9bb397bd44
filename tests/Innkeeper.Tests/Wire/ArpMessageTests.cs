using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class ArpMessageTests
{
    private static readonly byte[] Octets =
        WireSamples.Hex("0001 0800 06 04 0002 02000000000a c0000201 02000000000b c6336402");

    private static readonly ArpMessage Message =
        ArpMessage.Reply(WireSamples.MacA, WireSamples.IpA, WireSamples.MacB, WireSamples.IpB);

    [Fact]
    public void Parse_Reply_Message()
    {
        Assert.True(ArpMessage.TryParse(Octets, out var message));
        Assert.Equal(Message, message);
    }

    [Fact]
    public void Parse_PaddingBehind_Ignored()
    {
        Assert.True(ArpMessage.TryParse([.. Octets, .. new byte[18]], out var message));
        Assert.Equal(Message, message);
    }

    [Fact]
    public void Emit_Reply_TwentyEightOctets()
    {
        var buffer = WireSamples.Dirty(29);
        Assert.Equal(28, Message.Write(buffer));
        Assert.Equal([.. Octets, 0xA5], buffer);
    }

    [Fact]
    public void Parse_EveryTruncation_Refused()
    {
        for (var length = 0; length < Octets.Length; length++)
        {
            Assert.False(ArpMessage.TryParse(Octets.AsSpan(0, length), out var message));
            Assert.Equal(default, message);
        }
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(0, 1)]
    [InlineData(2, 0x86)]
    [InlineData(3, 0xDD)]
    [InlineData(4, 8)]
    [InlineData(5, 16)]
    public void Parse_OtherTypeOrLength_Refused(int offset, byte value)
    {
        byte[] octets = [.. Octets];
        octets[offset] = value;
        Assert.False(ArpMessage.TryParse(octets, out _));
    }

    [Property]
    public void EmitAndParse_AnyMessage_ComesBack(ushort operation, uint high, ushort low, uint senderIp, uint targetIp)
    {
        var message = new ArpMessage(
            (ArpOperation)operation, WireSamples.Mac(high, low), new Ipv4Address(senderIp), WireSamples.Mac(~high, low), new Ipv4Address(targetIp));
        var buffer = WireSamples.Dirty(ArpMessage.Size);
        message.Write(buffer);

        Assert.True(ArpMessage.TryParse(buffer, out var back));
        Assert.Equal(message, back);
    }

    [Fact]
    public void Probe_Made_IsProbeOnly()
    {
        var probe = ArpMessage.Probe(WireSamples.MacA, WireSamples.IpA);
        Assert.Equal(new ArpMessage(ArpOperation.Request, WireSamples.MacA, Ipv4Address.Any, MacAddress.Zero, WireSamples.IpA), probe);
        Assert.True(probe.IsProbe);
        Assert.False(probe.IsAnnouncement);
        Assert.False((probe with { Operation = ArpOperation.Reply }).IsProbe);
        Assert.False((probe with { TargetIp = Ipv4Address.Any }).IsAnnouncement);
    }

    [Fact]
    public void Announcement_Made_IsAnnouncementOnly()
    {
        var announcement = ArpMessage.Announcement(WireSamples.MacA, WireSamples.IpA);
        Assert.Equal(new ArpMessage(ArpOperation.Request, WireSamples.MacA, WireSamples.IpA, MacAddress.Zero, WireSamples.IpA), announcement);
        Assert.True(announcement.IsAnnouncement);
        Assert.True((announcement with { Operation = ArpOperation.Reply }).IsAnnouncement);
        Assert.False(announcement.IsProbe);
    }

    [Fact]
    public void Request_Made_NeitherProbeNorAnnouncement()
    {
        var request = ArpMessage.Request(WireSamples.MacA, WireSamples.IpA, WireSamples.IpB);
        Assert.Equal(new ArpMessage(ArpOperation.Request, WireSamples.MacA, WireSamples.IpA, MacAddress.Zero, WireSamples.IpB), request);
        Assert.False(request.IsProbe);
        Assert.False(request.IsAnnouncement);
    }

    [Theory]
    [InlineData(0, 42)]
    [InlineData(7, 46)]
    public void Frame_Emitted_ParsesBack(ushort vlan, int expectedLength)
    {
        var buffer = WireSamples.Dirty(64);
        var length = ArpFrame.Write(buffer, MacAddress.Broadcast, WireSamples.MacB, vlan, Message);

        Assert.Equal(expectedLength, length);
        Assert.All(buffer[length..], octet => Assert.Equal(0xA5, octet));
        Assert.True(EthernetPacket.TryParse(buffer.AsSpan(0, length), out var ethernet));
        Assert.Equal(MacAddress.Broadcast, ethernet.Destination);
        Assert.Equal(WireSamples.MacB, ethernet.Source);
        Assert.Equal(EtherTypes.Arp, ethernet.EtherType);
        Assert.Equal(vlan, ethernet.VlanId);
        Assert.True(ArpMessage.TryParse(ethernet.Payload, out var message));
        Assert.Equal(Message, message);
    }
}
