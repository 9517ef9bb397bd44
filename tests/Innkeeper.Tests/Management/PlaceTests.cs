using System.Net;
using Innkeeper.Management;

namespace Innkeeper.Tests.Management;

/// <summary>Addresses that count as one client, and as its neighbours.</summary>
public sealed class PlaceTests
{
    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1:2::/64")]
    [InlineData("fe80::1%1", "fe80::/64", "fe80::/64")]
    [InlineData("::1", "::/64", "::/64")]
    public void Of_AnAddress_IsItsHostAndBlock(string address, string host, string block) => Assert.Equal(new Place(host, block), Place.Of(IPAddress.Parse(address)));

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.7")]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    public void Network_OfAnAddress_IsWhatOneClientHasToItself(string address, string network) => Assert.Equal(IPAddress.Parse(network), Place.NetworkOf(IPAddress.Parse(address)));

    [Theory]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7")]
    [InlineData("fe80::1%1", "fe80::1")]
    public void Text_OfAnAddress_IsAsPeopleReadIt(string address, string text) => Assert.Equal(text, Place.TextOf(IPAddress.Parse(address)));
}
