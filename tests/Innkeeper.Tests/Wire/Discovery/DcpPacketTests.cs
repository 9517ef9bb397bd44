using System.Text;
using FsCheck.Xunit;
using Innkeeper.Wire.Discovery;
using static Innkeeper.Tests.Wire.WireSamples;

namespace Innkeeper.Tests.Wire.Discovery;

public sealed class DcpPacketTests
{
    private const string Blocks =
        "0201 0011 0000 53494d41544943205337 2d31323030 00" + "0202 0009 0000 70726573732d31 00" + "0203 0006 0000 002a 010d" + "0102 000e 0001 c0a8000a ffffff00 c0a80001";

    /// <summary>As a controller answers an identify request.</summary>
    private static readonly byte[] s_controller = Hex("feff 05 01 00000007 0000 0040" + Blocks);

    [Fact]
    public void TryParse_AnswerOfAController_Fields()
    {
        Assert.True(DcpPacket.TryParse([.. s_controller, 0xA5, 0xA5, 0xA5], out var packet));
        Assert.Equal(7u, packet.TransactionId);
        Assert.Equal("press-1", Encoding.ASCII.GetString(packet.NameOfStation));
        Assert.Equal("SIMATIC S7-1200", Encoding.ASCII.GetString(packet.StationType));
        Assert.Equal(("192.168.0.10", "192.168.0.1"), (packet.Address.ToString(), packet.Gateway.ToString()));
        Assert.Equal(((ushort?)0x2a, (ushort?)0x10d), (packet.VendorId, packet.DeviceId));
    }

    [Fact]
    public void TryParse_HelloWithAnEmptyName_HasNone()
    {
        Assert.True(DcpPacket.TryParse(Hex("fefc 06 00 00000001 0000 0006 0202 0002 0000"), out var packet));
        Assert.True(packet.NameOfStation.IsEmpty);
        Assert.Equal(("0.0.0.0", "0.0.0.0", null, null), (packet.Address.ToString(), packet.Gateway.ToString(), packet.VendorId, packet.DeviceId));
    }

    [Theory]
    [InlineData("fefe 05 00 00000007 0080 0004 ffff 0000")] // a request
    [InlineData("feff 05 05 00000007 0000 0000")] // not supported
    [InlineData("fefd 04 01 00000007 0000 0000")] // the answer to a set
    [InlineData("feff 05 01 00000007 0000 0006 0202 0009 0000")] // a block beyond the data
    [InlineData("feff 05 01 00000007 0000 0003 020200")] // half a block
    public void TryParse_AnotherMessage_IsRefused(string payload) => Assert.False(DcpPacket.TryParse(Hex(payload), out _));

    [Fact]
    public void TryParse_EveryTruncation_IsRefused() => Assert.All(Enumerable.Range(0, s_controller.Length), length => Assert.False(DcpPacket.TryParse(s_controller.AsSpan(0, length), out _)));

    [Property(MaxTest = 2000)]
    public void TryParse_AnyOctets_NeverThrows(byte[] blocks)
    {
        byte[] message = [.. Hex("feff 05 01 00000007 0000"), (byte)(blocks.Length >> 8), (byte)blocks.Length, .. blocks];
        if (DcpPacket.TryParse(message, out var packet))
        {
            _ = (packet.TransactionId, packet.NameOfStation.Length, packet.StationType.Length, packet.Address, packet.Gateway, packet.VendorId, packet.DeviceId);
        }
    }
}
