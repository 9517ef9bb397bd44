using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Tests.DataPlane;

/// <summary>What the data plane gets of a profile's lists, for both families.</summary>
public sealed class ProfileDestinationsTests
{
    private static readonly Ipv4Network[] s_uplinks = [Ipv4Network.Parse("192.0.2.2/24")];
    private static readonly Ipv6Network[] s_ipv6Uplinks = [Ipv6Network.Parse("2001:db8:77:1::/64")];

    /// <summary>Networks in order, IPv4 first; those that are denied begin with "-".</summary>
    private static string Of(string denied, string allowed)
    {
        var found = ProfileDestinations.Of(List(denied), List(allowed), s_uplinks, s_ipv6Uplinks);
        return string.Join(' ', found.Ipv4.Select(n => Text(n.Key, n.Value)).Order(StringComparer.Ordinal).Concat(found.Ipv6.Select(n => Text(n.Key, n.Value)).Order(StringComparer.Ordinal)));

        static string Text(object network, Destination verdict) => $"{(verdict == Destination.Denied ? "-" : "")}{network}";
    }

    private static DestinationList List(string text)
    {
        var names = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new DestinationList([.. names.Where(n => n.Contains('.', StringComparison.Ordinal)).Select(Ipv4Network.Parse)], names.Contains("uplink"))
        {
            Ipv6Networks = [.. names.Where(n => n.Contains(':', StringComparison.Ordinal)).Select(Ipv6Network.Parse)],
        };
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("uplink", "", "")]
    [InlineData("10.0.0.0/8", "", "-10.0.0.0/8")]
    [InlineData("10.0.0.0/8 fc00::/7", "fd00:1::/32", "-10.0.0.0/8 -fc00::/7 fd00:1::/32")]
    public void Of_Lists_AreTheirNetworks_AndUplinksAloneAreAFlag(string denied, string allowed, string expected) => Assert.Equal(expected, Of(denied, allowed));

    /// <summary>The data plane asks for networks of both families, or of none.</summary>
    [Theory]
    [InlineData("uplink 10.0.0.0/8", "", "-10.0.0.0/8 -192.0.2.0/24 -2001:db8:77:1::/64")]
    [InlineData("uplink fc00::/7", "", "-192.0.2.0/24 -2001:db8:77:1::/64 -fc00::/7")]
    [InlineData("uplink", "2000::/3", "-192.0.2.0/24 -2001:db8:77:1::/64 2000::/3")]
    [InlineData("", "uplink", "192.0.2.0/24 2001:db8:77:1::/64")]
    public void Of_UplinksBesideOthers_AreWrittenOutForBothFamilies(string denied, string allowed, string expected) => Assert.Equal(expected, Of(denied, allowed));

    /// <summary>A profile of a time without IPv6 is no open door once there is some.</summary>
    [Theory]
    [InlineData("0.0.0.0/0", "192.0.2.9/32", "-0.0.0.0/0 192.0.2.9/32 -::/0")]
    [InlineData("0.0.0.0/0", "2001:db8::/32", "-0.0.0.0/0 -::/0 2001:db8::/32")]
    [InlineData("0.0.0.0/0", "uplink", "-0.0.0.0/0 192.0.2.0/24 -::/0 2001:db8:77:1::/64")]
    [InlineData("0.0.0.0/0", "::/0", "-0.0.0.0/0 ::/0")]
    [InlineData("0.0.0.0/0 ::/0", "", "-0.0.0.0/0 -::/0")]
    [InlineData("::/0", "", "-::/0")]
    [InlineData("::/0", "0.0.0.0/0", "0.0.0.0/0 -::/0")]
    public void Of_AllOfIpv4Denied_DeniesAllOfIpv6_UnlessItIsNamed(string denied, string allowed, string expected) => Assert.Equal(expected, Of(denied, allowed));

    [Fact]
    public void Of_NetworkInBothLists_IsAllowed() => Assert.Equal("fc00::/7", Of("fc00::/7", "fc00::/7"));
}
