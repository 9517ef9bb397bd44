using FsCheck.Xunit;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

public class NeighborDiscoveryMessageTests
{
    private const string Slla = "0101 02000000000a";
    private const string Tlla = "0201 02000000000a";
    private const string Nonce = "0e01 010203040506";

    // Valid for 1 h and for 0 s.
    private const string Prefix = "0304 40c0 00000e10 00000708 00000000 20010db8000100000000000000000000";
    private const string WithdrawnPrefix = "0304 40c0 00000000 00000000 00000000 20010db8000100000000000000000000";

    // As a Linux host with a foreign static address asks for its gateway.
    private static readonly byte[] Solicitation = WireSamples.Hex(
        "60000000 0020 3a ff 2a0104f8000100020000000000000005 ff0200000000000000000001ff000001" +
        "87 00 4a11 00000000 fe800000000000000000000000000001 0101 02000000000a");

    private static readonly NeighborDiscoveryMessage Message = new(
        NeighborDiscoveryKind.NeighborSolicitation, Ipv6Samples.Host, Ipv6Samples.Router.SolicitedNode(), Ipv6Samples.Router)
    {
        LinkLayer = WireSamples.MacA,
    };

    [Fact]
    public void Parse_Solicitation_Message()
    {
        Assert.True(NeighborDiscoveryMessage.TryParse(Solicitation, out var message));
        Assert.Equal(Message, message);
        Assert.False(message.IsDuplicateDetection);
    }

    [Fact]
    public void Parse_PaddingBehind_Ignored()
    {
        Assert.True(NeighborDiscoveryMessage.TryParse([.. Solicitation, 1, 2, 3], out var message));
        Assert.Equal(Message, message);
    }

    [Fact]
    public void Parse_EveryTruncation_Refused()
    {
        for (var length = 0; length < Solicitation.Length; length++)
        {
            Assert.False(NeighborDiscoveryMessage.TryParse(Solicitation.AsSpan(0, length), out var message));
            Assert.Equal(default, message);
        }
    }

    [Fact]
    public void Parse_EverySingleBitOfTheMessageChanged_RefusedByTheChecksum()
    {
        // From the addresses on: what is before is not under the checksum.
        for (var bit = 8 * 8; bit < Solicitation.Length * 8; bit++)
        {
            byte[] changed = [.. Solicitation];
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(NeighborDiscoveryMessage.TryParse(changed, out _), $"bit {bit}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(64)]
    [InlineData(254)]
    public void Parse_HopLimitOfAnotherLink_Refused(byte hopLimit)
    {
        byte[] octets = [.. Solicitation];
        octets[7] = hopLimit;
        Assert.False(NeighborDiscoveryMessage.TryParse(octets, out _));
    }

    [Theory]
    [InlineData(0)] // hop-by-hop options
    [InlineData(43)] // routing
    [InlineData(44)] // fragment
    [InlineData(60)] // destination options
    public void Parse_BehindAnExtensionHeader_Refused(byte extension)
    {
        var message = Solicitation[Ipv6Header.Size..];
        byte[] packet = [.. Solicitation[..Ipv6Header.Size], Icmp6Types.NextHeader, 0, 0, 0, 0, 0, 0, 0, .. message];
        packet[5] += 8;
        packet[6] = extension;
        Assert.False(NeighborDiscoveryMessage.TryParse(packet, out _));
    }

    [Theory]
    [InlineData(Slla, "02:00:00:00:00:0a", true)]
    [InlineData("", null, true)]
    [InlineData(Nonce + Slla, "02:00:00:00:00:0a", true)]
    [InlineData(Tlla, null, true)] // not the kind that a NS carries
    [InlineData(Slla + "0101 02000000000b", "02:00:00:00:00:0a", true)] // the first of two
    [InlineData("0102 02000000000a 0000000000000000", null, false)] // RFC 2464 section 6: one unit
    [InlineData("0100 02000000000a", null, false)] // RFC 4861 section 4.6: no length of 0
    [InlineData(Slla + "0e00 010203040506", null, false)]
    [InlineData("0102 02000000000a", null, false)] // longer than the message
    [InlineData(Slla + "0e01 0102", null, false)] // cut
    [InlineData(Slla + "0e", null, false)]
    public void Parse_Options_LinkLayerOrRefused(string options, string? mac, bool good)
    {
        var packet = Ipv6Samples.Packet(Ipv6Samples.Host, Ipv6Samples.Router, "8700000000000000" + Ipv6Samples.Hex("fe80::1") + options);
        Assert.Equal(good, NeighborDiscoveryMessage.TryParse(packet, out var message));
        Assert.Equal(mac, message.LinkLayer?.ToString());
    }

    [Theory]
    [InlineData("::", "ff02::1:ff00:5", "2001:db8::5", "", true)]
    [InlineData("::", "ff02::1:ff00:5", "2001:db8::5", Nonce, true)] // RFC 7527: some hosts put a nonce there
    [InlineData("::", "ff02::1:ff00:5", "2001:db8::5", Slla, false)]
    [InlineData("::", "ff02::1:ff00:6", "2001:db8::5", "", false)]
    [InlineData("::", "2001:db8::5", "2001:db8::5", "", false)]
    [InlineData("2001:db8::6", "ff02::1", "ff02::5", "", false)]
    public void Parse_AddressesOfASolicitation_AsRfc4861Section711(string source, string destination, string target, string options, bool good)
    {
        var packet = Ipv6Samples.Packet(
            Ipv6Address.Parse(source), Ipv6Address.Parse(destination), "8700000000000000" + Ipv6Samples.Hex(target) + options);
        Assert.Equal(good, NeighborDiscoveryMessage.TryParse(packet, out var message));
        Assert.Equal(good, message.IsDuplicateDetection);
    }

    [Theory]
    [InlineData("fe80::1", "2001:db8::5", "fe80::1", "e0000000", NeighborBits.Router | NeighborBits.Solicited | NeighborBits.Override, true)]
    [InlineData("fe80::1", "ff02::1", "fe80::1", "bfffffff", NeighborBits.Router | NeighborBits.Override, true)] // reserved bits are ignored
    [InlineData("fe80::1", "ff02::1", "fe80::1", "40000000", NeighborBits.None, false)] // solicited by all
    [InlineData("fe80::1", "2001:db8::5", "ff02::2", "60000000", NeighborBits.None, false)]
    public void Parse_Advertisement_AsRfc4861Section712(string source, string destination, string target, string bits, NeighborBits expected, bool good)
    {
        var packet = Ipv6Samples.Packet(
            Ipv6Address.Parse(source), Ipv6Address.Parse(destination), "88000000" + bits + Ipv6Samples.Hex(target) + Tlla);
        Assert.Equal(good, NeighborDiscoveryMessage.TryParse(packet, out var message));
        Assert.Equal(expected, message.Bits);
        Assert.Equal(good ? (MacAddress?)WireSamples.MacA : null, message.LinkLayer);
        Assert.Equal(good ? Ipv6Address.Parse(target) : Ipv6Address.Any, message.Target);
    }

    [Theory]
    [InlineData("::", "", true)]
    [InlineData("::", Slla, false)]
    [InlineData("fe80::5", Slla, true)]
    public void Parse_RouterSolicitation_AsRfc4861Section611(string source, string options, bool good)
    {
        var packet = Ipv6Samples.Packet(Ipv6Address.Parse(source), Ipv6Address.AllRouters, "8500000000000000" + options);
        Assert.Equal(good, NeighborDiscoveryMessage.TryParse(packet, out var message));
        Assert.Equal(good ? NeighborDiscoveryKind.RouterSolicitation : NeighborDiscoveryKind.None, message.Kind);
        Assert.Equal(Ipv6Address.Any, message.Target);
    }

    [Theory]
    [InlineData("fe80::1", "0708", Slla + Prefix, 1800, true)]
    [InlineData("fe80::1", "0708", "", 1800, false)]
    [InlineData("fe80::1", "0000", Slla + Prefix, 0, true)]
    [InlineData("fe80::1", "0000", WithdrawnPrefix, 0, false)]
    [InlineData("fe80::1", "ffff", WithdrawnPrefix + Prefix, 65535, true)]
    [InlineData("fe80::1", "ffff", Prefix + WithdrawnPrefix, 65535, true)]
    [InlineData("fe80::1", "0708", "0301 40c0ffffffff", 1800, false)] // no prefix information of one unit
    public void Parse_RouterAdvertisement_LifetimeAndPrefix(string source, string lifetime, string options, int seconds, bool prefix)
    {
        var packet = Ipv6Samples.Packet(Ipv6Address.Parse(source), Ipv6Address.AllNodes, "86000000 4000" + lifetime + "0000000000000000" + options);
        Assert.True(NeighborDiscoveryMessage.TryParse(packet, out var message));
        Assert.Equal(NeighborDiscoveryKind.RouterAdvertisement, message.Kind);
        Assert.Equal(seconds, message.RouterLifetime);
        Assert.Equal(prefix, message.HasPrefix);
        Assert.Equal(options.StartsWith(Slla, StringComparison.Ordinal) ? (MacAddress?)WireSamples.MacA : null, message.LinkLayer);
        Assert.Equal((NeighborBits.None, Ipv6Address.Any), (message.Bits, message.Target));
    }

    [Theory]
    [InlineData("2001:db8::1")]
    [InlineData("::")]
    public void Parse_RouterAdvertisementFromBeyondTheLink_Refused(string source) =>
        Assert.False(NeighborDiscoveryMessage.TryParse(
            Ipv6Samples.Packet(Ipv6Address.Parse(source), Ipv6Address.AllNodes, "86000000 40000708 0000000000000000"), out _));

    [Theory]
    [InlineData("fe80::1", "fe80::2", "2001:db8:9::9", true)]
    [InlineData("fe80::1", "2001:db8:9::9", "2001:db8:9::9", true)]
    [InlineData("fe80::1", "2001:db8::1", "2001:db8:9::9", false)]
    [InlineData("2001:db8::1", "fe80::2", "2001:db8:9::9", false)]
    [InlineData("fe80::1", "fe80::2", "ff05::9", false)]
    public void Parse_Redirect_AsRfc4861Section81(string source, string target, string destination, bool good)
    {
        var packet = Ipv6Samples.Packet(
            Ipv6Address.Parse(source), Ipv6Samples.Host, "8900000000000000" + Ipv6Samples.Hex(target) + Ipv6Samples.Hex(destination) + Tlla);
        Assert.Equal(good, NeighborDiscoveryMessage.TryParse(packet, out var message));
        Assert.Equal(good ? (MacAddress?)WireSamples.MacA : null, message.LinkLayer);
    }

    [Theory]
    [InlineData(0x85, 8)]
    [InlineData(0x86, 16)]
    [InlineData(0x87, 24)]
    [InlineData(0x88, 24)]
    [InlineData(0x89, 40)]
    public void Parse_LengthsOfEachKind_FromItsFixedPartOn(byte type, int size)
    {
        for (var length = 0; length <= size; length++)
        {
            var octets = new byte[length];
            octets.AsSpan(0, Math.Min(1, length)).Fill(type);
            Assert.Equal(length == size, NeighborDiscoveryMessage.TryParse(Ipv6Samples.Packet(Ipv6Samples.Router, Ipv6Samples.Host, octets), out _));
        }
    }

    [Fact]
    public void Parse_EveryTypeAndCode_FiveTypesWithCodeZero()
    {
        for (var type = 0; type < 256; type++)
        {
            for (var code = 0; code < 3; code++)
            {
                byte[] octets = [(byte)type, (byte)code, .. new byte[38]];
                var taken = NeighborDiscoveryMessage.TryParse(Ipv6Samples.Packet(Ipv6Samples.Router, Ipv6Samples.Host, octets), out _);

                // 40 octets are right for a redirect alone; to the others the rest would be options of length 0.
                Assert.Equal((type, code) == (137, 0), taken);
            }
        }
    }

    [Property(MaxTest = 3000)]
    public void Parse_RandomMessageWithRightChecksum_NeverThrows(byte kind, byte[] rest)
    {
        byte[] octets = [(byte)(133 + (kind % 5)), 0, 0, 0, .. rest];
        var packet = Ipv6Samples.Packet(Ipv6Samples.Router, Ipv6Samples.Host, octets);
        if (NeighborDiscoveryMessage.TryParse(packet, out var message))
        {
            Assert.Equal(octets[0], (byte)message.Kind);
        }
        else
        {
            Assert.Equal(default, message);
        }
    }

    [Property(MaxTest = 3000)]
    public void Parse_AnyOptions_NeverThrows(byte kind, byte[] options)
    {
        var size = (kind % 5) switch { 0 => 8, 1 => 16, 4 => 40, _ => 24 };
        byte[] octets = [(byte)(133 + (kind % 5)), .. new byte[size - 1], .. options];
        var good = AreWellFormed(options, (byte)(kind % 5 is 3 or 4 ? 2 : 1));
        Assert.Equal(good, NeighborDiscoveryMessage.TryParse(Ipv6Samples.Packet(Ipv6Samples.Router, Ipv6Samples.Host, octets), out _));
    }

    private static bool AreWellFormed(ReadOnlySpan<byte> options, byte linkLayer) =>
        options.IsEmpty
        || (options.Length >= 8 && options[1] > 0 && options[1] * 8 <= options.Length && (options[0] != linkLayer || options[1] == 1)
            && AreWellFormed(options[(options[1] * 8)..], linkLayer));
}
