using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class EthernetPacketTests
{
    private static readonly byte[] Untagged = WireSamples.Hex("02000000000b 02000000000a 0800 0102");
    private static readonly byte[] Tagged = WireSamples.Hex("02000000000b 02000000000a 8100 a00c 0806 0102");

    [Fact]
    public void Deconstruct_Untagged_Fields()
    {
        Assert.True(EthernetPacket.TryParse(Untagged, out var packet));
        Assert.Equal(WireSamples.MacB, packet.Destination);
        Assert.Equal(WireSamples.MacA, packet.Source);
        Assert.False(packet.HasVlan);
        Assert.Equal(0, packet.VlanId);
        Assert.Equal(14, packet.HeaderLength);
        Assert.Equal(EtherTypes.Ipv4, packet.EtherType);
        Assert.Equal([1, 2], packet.Payload.ToArray());
    }

    [Fact]
    public void Deconstruct_Tagged_FieldsBehindTag()
    {
        Assert.True(EthernetPacket.TryParse(Tagged, out var packet));
        Assert.True(packet.HasVlan);
        Assert.Equal(12, packet.VlanId);
        Assert.Equal(18, packet.HeaderLength);
        Assert.Equal(EtherTypes.Arp, packet.EtherType);
        Assert.Equal([1, 2], packet.Payload.ToArray());
    }

    [Fact]
    public void Deconstruct_TwoTags_SecondIsPayload()
    {
        var frame = WireSamples.Hex("02000000000b 02000000000a 8100 000c 8100 000d 0800");
        Assert.True(EthernetPacket.TryParse(frame, out var packet));
        Assert.Equal(12, packet.VlanId);
        Assert.Equal(EtherTypes.Vlan, packet.EtherType);
        Assert.Equal(WireSamples.Hex("000d 0800"), packet.Payload);
    }

    [Fact]
    public void Emit_Untagged_FourteenOctets()
    {
        var buffer = WireSamples.Dirty(16);
        Assert.Equal(14, EthernetHeader.Write(buffer, WireSamples.MacB, WireSamples.MacA, EtherTypes.Ipv4));
        Assert.Equal([.. Untagged[..14], 0xA5, 0xA5], buffer);
    }

    [Fact]
    public void Emit_Tagged_EighteenOctets()
    {
        var buffer = WireSamples.Dirty(20);
        Assert.Equal(18, EthernetHeader.Write(buffer, WireSamples.MacB, WireSamples.MacA, EtherTypes.Arp, 12));
        Assert.Equal([.. Tagged[..14], 0x00, 0x0C, 0x08, 0x06, 0xA5, 0xA5], buffer);
    }

    [Theory]
    [InlineData(0x0FFF)]
    [InlineData(0xFFFF)]
    public void Emit_ReservedVlan_Throws(ushort vlan) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => EthernetHeader.Write(new byte[18], WireSamples.MacB, WireSamples.MacA, EtherTypes.Ipv4, vlan));

    [Fact]
    public void Parse_EveryTruncation_RefusedBelowHeader()
    {
        for (var length = 0; length <= Tagged.Length; length++)
        {
            Assert.Equal(length >= 18, EthernetPacket.TryParse(Tagged.AsSpan(0, length), out _));
        }

        for (var length = 0; length <= Untagged.Length; length++)
        {
            Assert.Equal(length >= 14, EthernetPacket.TryParse(Untagged.AsSpan(0, length), out _));
        }
    }

    [Property]
    public void EmitAndParse_AnyHeader_ComesBack(uint high, ushort low, ushort etherType, ushort vlan)
    {
        var mac = WireSamples.Mac(high, low);
        var tag = (ushort)(vlan % 4095);
        etherType = etherType == EtherTypes.Vlan ? EtherTypes.Ipv4 : etherType;
        var buffer = WireSamples.Dirty(18);
        var length = EthernetHeader.Write(buffer, mac, WireSamples.MacA, etherType, tag);

        Assert.True(EthernetPacket.TryParse(buffer.AsSpan(0, length), out var packet));
        Assert.Equal(mac, packet.Destination);
        Assert.Equal(WireSamples.MacA, packet.Source);
        Assert.Equal(etherType, packet.EtherType);
        Assert.Equal(tag != 0, packet.HasVlan);
        Assert.Equal(tag, packet.VlanId);
        Assert.True(packet.Payload.IsEmpty);
    }
}
