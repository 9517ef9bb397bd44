using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class RouterAdvertisementTests
{
    private const string Slla = "0101 02000000000a";
    private const string Mtu = "0501 0000 000005c8";

    // 2001:db8:1::/64, L and A, valid for 1 h, preferred for 30 min.
    private const string Prefix = "0304 40c0 00000e10 00000708 00000000 20010db8000100000000000000000000";

    private static readonly PrefixInformation Information = new(Ipv6Network.Parse("2001:db8:1::/64"), true, true, 3600, 1800);

    private static byte[] Packet(string options, string bits = "00", string lifetime = "0708") =>
        Ipv6Samples.Packet(Ipv6Samples.Router, Ipv6Address.AllNodes, $"86000000 40{bits}{lifetime} 0000000000000000" + options);

    private static RouterAdvertisement Parsed(byte[] packet)
    {
        var parsed = RouterAdvertisement.Parse(packet);
        Assert.NotNull(parsed);
        return parsed;
    }

    [Fact]
    public void Parse_WithEveryOption_Values()
    {
        var parsed = Parsed(Packet(Slla + Mtu + Prefix, "c0"));

        Assert.Equal((Ipv6Samples.Router, (ushort)1800, (byte)64), (parsed.Source, parsed.LifetimeSeconds, parsed.HopLimit));
        Assert.Equal((true, true, WireSamples.MacA, 1480u), (parsed.IsManaged, parsed.HasOther, parsed.LinkLayer, parsed.Mtu));
        Assert.Equal(Information, Assert.Single(parsed.Prefixes));
    }

    [Fact]
    public void Parse_WithoutOptions_Nothing()
    {
        var parsed = Parsed([.. Packet("", lifetime: "0000"), 1, 2, 3]);

        Assert.Equal((0, false, false), (parsed.LifetimeSeconds, parsed.IsManaged, parsed.HasOther));
        Assert.Equal((null, null, 0), (parsed.LinkLayer, parsed.Mtu, parsed.Prefixes.Length));
    }

    [Theory]
    [InlineData("80", true, false)]
    [InlineData("40", false, true)]
    [InlineData("3f", false, false)] // preference (RFC 4191) and reserved bits
    public void Parse_BitsOfTheMessage(string bits, bool isManaged, bool hasOther)
    {
        var parsed = Parsed(Packet("", bits));
        Assert.Equal((isManaged, hasOther), (parsed.IsManaged, parsed.HasOther));
    }

    [Theory]
    [InlineData("80", true, false)]
    [InlineData("40", false, true)]
    [InlineData("3f", false, false)]
    public void Parse_BitsOfAPrefix(string bits, bool isOnLink, bool isAutonomous) =>
        Assert.Equal(
            Information with { IsOnLink = isOnLink, IsAutonomous = isAutonomous },
            Assert.Single(Parsed(Packet(Prefix.Replace("40c0", "40" + bits, StringComparison.Ordinal))).Prefixes));

    [Fact]
    public void Parse_BitsBehindThePrefix_AreZero() =>
        Assert.Equal(
            "2001:d80::/28",
            Assert.Single(Parsed(Packet(Prefix.Replace("40c0", "1cc0", StringComparison.Ordinal).Replace("20010db8", "20010d8f", StringComparison.Ordinal))).Prefixes).Prefix.ToString());

    [Theory]
    [InlineData("0304 81c0 00000e10 00000708 00000000 20010db8000100000000000000000000")] // 129 bits
    [InlineData("0303 40c0 00000e10 00000708 00000000 20010db800010000")]
    [InlineData("0502 0000 000005c8 0000000000000000")]
    [InlineData("2602 0000 0123456789abcdef01234567")] // another option
    public void Parse_OptionOfAnotherForm_IsIgnored(string option)
    {
        var parsed = Parsed(Packet(option + Prefix + Mtu));
        Assert.Equal((1480u, 1), (parsed.Mtu, parsed.Prefixes.Length));
    }

    [Fact]
    public void Parse_ManyPrefixes_TheFirstEightAreKept()
    {
        var options = string.Concat(Enumerable.Range(1, 30).Select(i => Prefix.Replace("20010db80001", $"20010db8{i:x4}", StringComparison.Ordinal)));
        var parsed = Parsed(Packet(options + Mtu));
        Assert.Equal(Enumerable.Range(1, RouterAdvertisement.MostPrefixes).Select(i => $"2001:db8:{i:x}::/64"), parsed.Prefixes.Select(p => p.Prefix.ToString()));
        Assert.Equal(1480u, parsed.Mtu);
    }

    [Fact]
    public void Parse_EveryTruncation_Refused()
    {
        var packet = Packet(Slla + Mtu + Prefix);
        Assert.All(Enumerable.Range(0, packet.Length), length => Assert.Null(RouterAdvertisement.Parse(packet.AsSpan(0, length))));
    }

    [Theory]
    [InlineData("0300 40c0 00000e10")]
    [InlineData("0304 40c0 00000e10")]
    [InlineData("05")]
    public void Parse_OptionWithoutLengthOrCut_Refused(string option) => Assert.Null(RouterAdvertisement.Parse(Packet(Prefix + option)));

    [Fact]
    public void Parse_OtherHopLimitChecksumSourceOrKind_Refused()
    {
        var good = Packet(Prefix);
        Assert.Null(RouterAdvertisement.Parse([.. good[..7], 254, .. good[8..]]));
        Assert.Null(RouterAdvertisement.Parse([.. good[..^1], 1]));
        var message = good[Ipv6Header.Size..];
        Assert.Null(RouterAdvertisement.Parse(Ipv6Samples.Packet(Ipv6Samples.Host, Ipv6Address.AllNodes, message)));
        Assert.Null(RouterAdvertisement.Parse(Ipv6Samples.Packet(Ipv6Samples.Router, Ipv6Address.AllRouters, "8500000000000000" + Slla)));
    }

    [Property(MaxTest = 3000)]
    public void Parse_AnyOptions_AsNeighborDiscoveryAndBounded(byte[] options, byte[] more)
    {
        var packet = Ipv6Samples.Packet(
            Ipv6Samples.Router, Ipv6Address.AllNodes, [134, 0, 0, 0, .. new byte[12], .. Sound(options, 3), .. Sound(more, 5)]);
        var parsed = RouterAdvertisement.Parse(packet);
        Assert.Equal(NeighborDiscoveryMessage.TryParse(packet, out _), parsed is not null);
        Assert.True(parsed is null || (parsed.Prefixes.Length <= RouterAdvertisement.MostPrefixes && parsed.Prefixes.All(p => p.Prefix.PrefixLength <= 128)));
    }

    [Property(MaxTest = 3000)]
    public void Parse_RandomOctets_NeverThrows(byte[] octets) =>
        RouterAdvertisement.Parse(Ipv6Samples.Packet(Ipv6Samples.Router, Ipv6Address.AllNodes, [134, 0, 0, 0, .. octets]));

    /// <summary>Octets padded to an option of the type.</summary>
    private static byte[] Sound(byte[] value, byte type)
    {
        var units = (2 + value.Length + 7) / 8;
        byte[] option = [type, (byte)units, .. value, .. new byte[8]];
        return units > 255 ? value : option[..(8 * units)];
    }
}
