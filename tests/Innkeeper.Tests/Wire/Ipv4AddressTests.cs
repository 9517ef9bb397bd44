using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class Ipv4AddressTests
{
    [Theory]
    [InlineData("0.0.0.0", 0u)]
    [InlineData("1.2.3.4", 0x01020304u)]
    [InlineData("10.200.30.199", 0x0AC81EC7u)]
    [InlineData("255.255.255.255", 0xFFFFFFFFu)]
    public void TryParse_GoodText_Value(string text, uint expected)
    {
        Assert.True(Ipv4Address.TryParse(text, out var address));
        Assert.Equal(expected, address.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("...")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.")]
    [InlineData(".1.2.3")]
    [InlineData("1..2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.4.")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.1000")]
    [InlineData("01.2.3.4")]
    [InlineData("1.2.3.00")]
    [InlineData("-1.2.3.4")]
    [InlineData("+1.2.3.4")]
    [InlineData(" 1.2.3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("1.2.3.4\0")]
    [InlineData("1\0.2.3.4")]
    [InlineData("0x1.2.3.4")]
    [InlineData("1,2,3,4")]
    [InlineData("١.2.3.4")]
    [InlineData("::1")]
    public void TryParse_BadText_Refused(string text)
    {
        Assert.False(Ipv4Address.TryParse(text, out var address));
        Assert.Equal(Ipv4Address.Any, address);
        Assert.Throws<FormatException>(() => Ipv4Address.Parse(text));
    }

    [Property]
    public void TextAndOctets_AnyAddress_ComeBack(uint value)
    {
        var address = new Ipv4Address(value);
        var octets = WireSamples.Dirty(Ipv4Address.Size + 1);
        address.Write(octets);

        Assert.Equal(address, Ipv4Address.Parse(address.ToString()));
        Assert.Equal(address, Ipv4Address.Read(octets));
        Assert.Equal(address, Ipv4Address.Of(octets[0], octets[1], octets[2], octets[3]));
        Assert.Equal(0xA5, octets[Ipv4Address.Size]);
    }

    [Property]
    public void TryParse_AnyText_TakenOnlyAsItIsPrinted(string? text) =>
        Assert.True(!Ipv4Address.TryParse(text, out var address) || address.ToString() == text);

    [Fact]
    public void Order_HighAddress_NotNegative()
    {
        Assert.True(Ipv4Address.Broadcast > Ipv4Address.Any);
        Assert.True(Ipv4Address.Of(127, 0, 0, 1) <= Ipv4Address.Of(128, 0, 0, 1));
    }
}
