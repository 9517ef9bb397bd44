using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire;

public class MacAddressTests
{
    [Theory]
    [InlineData("02:1b:21:c0:ff:ee", 0x021B_21C0_FFEEUL)]
    [InlineData("02-1B-21-C0-FF-EE", 0x021B_21C0_FFEEUL)]
    [InlineData("00:00:00:00:00:00", 0UL)]
    [InlineData("ff:ff:ff:ff:ff:ff", 0xFFFF_FFFF_FFFFUL)]
    public void TryParse_GoodText_Value(string text, ulong expected)
    {
        Assert.True(MacAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("021b21c0ffee")]
    [InlineData("02:1b:21:c0:ff")]
    [InlineData("02:1b:21:c0:ff:ee:")]
    [InlineData("02:1b:21:c0:ff:eg")]
    [InlineData("02:1b:21:c0:ff: e")]
    [InlineData("02:1b:21:c0:ff:e ")]
    [InlineData("02:1b:21:c0:ff:e\0")]
    [InlineData("+2:1b:21:c0:ff:ee")]
    [InlineData("02:1b-21:c0:ff:ee")]
    [InlineData("02.1b.21.c0.ff.ee")]
    [InlineData("0x:1b:21:c0:ff:ee")]
    public void TryParse_BadText_Refused(string text)
    {
        Assert.False(MacAddress.TryParse(text, out var address));
        Assert.Equal(MacAddress.Zero, address);
        Assert.Throws<FormatException>(() => MacAddress.Parse(text));
    }

    [Property]
    public void TextAndOctets_AnyAddress_ComeBack(uint high, ushort low)
    {
        var address = WireSamples.Mac(high, low);
        var octets = WireSamples.Dirty(MacAddress.Size + 1);
        address.Write(octets);

        Assert.Equal(address, MacAddress.Parse(address.ToString()));
        Assert.Equal(address, MacAddress.Read(octets));
        Assert.Equal(0xA5, octets[MacAddress.Size]);
    }

    [Fact]
    public void Write_Address_FirstOctetFirst()
    {
        var octets = WireSamples.Dirty(MacAddress.Size);
        MacAddress.Parse("02:1b:21:c0:ff:ee").Write(octets);
        Assert.Equal(WireSamples.Hex("021b21c0ffee"), octets);
    }

    [Theory]
    [InlineData("ff:ff:ff:ff:ff:ff", true, true)]
    [InlineData("01:00:5e:00:00:01", true, false)]
    [InlineData("00:1b:21:c0:ff:ee", false, false)]
    [InlineData("02:1b:21:c0:ff:ee", false, true)]
    public void Bits_Address_AsInFirstOctet(string text, bool multicast, bool local)
    {
        var address = MacAddress.Parse(text);
        Assert.Equal(multicast, address.IsMulticast);
        Assert.Equal(local, address.IsLocallyAdministered);
    }

    [Fact]
    public void Order_TwoAddresses_ByNumber()
    {
        Assert.True(WireSamples.MacA < WireSamples.MacB);
        Assert.True(WireSamples.MacB >= WireSamples.MacA);
        Assert.Equal(-1, WireSamples.MacA.CompareTo(WireSamples.MacB));
    }
}
