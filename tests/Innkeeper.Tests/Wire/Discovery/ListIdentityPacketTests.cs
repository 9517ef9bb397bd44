using System.Text;
using FsCheck.Xunit;
using Innkeeper.Wire.Discovery;
using static Innkeeper.Tests.Wire.WireSamples;

namespace Innkeeper.Tests.Wire.Discovery;

public sealed class ListIdentityPacketTests
{
    /// <summary>As a controller answers.</summary>
    private static readonly byte[] s_answer = Hex(
        "6300 3300 00000000 00000000 0000000000000000 00000000" + "0100" + "0c00 2d00" + "0100" + "0002 af12 c0a8010a 0000000000000000" + "0100 0e00 3600 1413 3000 78563412" + "0b 313735362d4c36312f4220" + "03");

    [Fact]
    public void TryParse_AnswerOfAController_Fields()
    {
        Assert.True(ListIdentityPacket.TryParse([.. s_answer, 0xA5], out var packet));
        Assert.Equal("192.168.1.10", packet.Address.ToString());
        Assert.Equal((1, 14, 54, 0x12345678u), (packet.VendorId, packet.DeviceType, packet.ProductCode, packet.SerialNumber));
        Assert.Equal("1756-L61/B ", Encoding.ASCII.GetString(packet.ProductName));
    }

    [Theory]
    [InlineData(0, 0x65)] // another command
    [InlineData(24, 0)] // no item
    [InlineData(26, 0x0d)] // another item
    [InlineData(62, 13)] // a name that is longer than its item
    public void TryParse_AnotherMessage_IsRefused(int at, byte value)
    {
        byte[] changed = [.. s_answer];
        changed[at] = value;
        Assert.False(ListIdentityPacket.TryParse(changed, out _));
    }

    [Fact]
    public void TryParse_TheRequest_IsNoAnswer() => Assert.False(ListIdentityPacket.TryParse(s_answer.AsSpan(0, 24), out _));

    [Fact]
    public void TryParse_EveryTruncation_IsRefused() => Assert.All(Enumerable.Range(0, s_answer.Length), length => Assert.False(ListIdentityPacket.TryParse(s_answer.AsSpan(0, length), out _)));

    [Property(MaxTest = 2000)]
    public void TryParse_AnyOctets_NeverThrows(byte[] octets)
    {
        if (ListIdentityPacket.TryParse([.. s_answer.AsSpan(0, 28), (byte)octets.Length, 0, .. octets], out var packet))
        {
            _ = (packet.Address, packet.VendorId, packet.DeviceType, packet.ProductCode, packet.SerialNumber, packet.ProductName.Length);
        }
    }
}
