using System.Text;
using Innkeeper.Ipv6;
using Innkeeper.Tests.Wire;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Ipv6;

/// <summary>The advertised prefix, and those before it.</summary>
public sealed class AdvertisedPrefixesTests
{
    private static readonly Ipv6Network s_first = Ipv6Network.Parse("2001:db8:1::/64");
    private static readonly Ipv6Network s_second = Ipv6Network.Parse("2001:db8:2::/64");
    private static readonly Ipv6Address s_server = Ipv6Address.Parse("2001:db8::53");
    private static readonly TimeSpan s_start = TimeSpan.FromHours(1);

    private readonly AdvertisedPrefixes _prefixes = new();

    private static AdvertisedNetwork Network(Ipv6Network? prefix) => new(prefix, [s_server], "https://a.example/api", 1480);

    private static PrefixInformation Information(Ipv6Network prefix, uint valid, uint preferred) => new(prefix, false, true, valid, preferred);

    private List<PrefixInformation>? Tell(Ipv6Network? prefix, double seconds) => _prefixes.Tell(Network(prefix), s_start + TimeSpan.FromSeconds(seconds))?.Prefixes.ToList();

    [Fact]
    public void NoPrefix_FromTheStart_IsNothingToTell() => Assert.Null(Tell(null, 0));

    [Fact]
    public void Prefix_IsForAddressesOnly_With90And45Minutes()
    {
        Assert.Equal([Information(s_first, 5400, 2700)], Tell(s_first, 0));
        Assert.Equal([Information(s_first, 5400, 2700)], Tell(s_first, 5000));
    }

    [Fact]
    public void FormerPrefix_IsDeprecated_ForAsLongAsADeviceMayHoldIt()
    {
        Tell(s_first, 0);
        Tell(s_first, 100);
        Assert.Equal([Information(s_second, 5400, 2700), Information(s_first, 5400, 0)], Tell(s_second, 100));
        Assert.Equal([Information(s_second, 5400, 2700), Information(s_first, 1, 0)], Tell(s_second, 5499.5));
        Assert.Equal([Information(s_second, 5400, 2700)], Tell(s_second, 5500));
    }

    [Fact]
    public void PrefixThatComesBack_IsWhole()
    {
        Tell(s_first, 0);
        Tell(s_second, 100);
        Assert.Equal([Information(s_first, 5400, 2700), Information(s_second, 5300, 0)], Tell(s_first, 200));
    }

    [Fact]
    public void PrefixThatGoes_IsDeprecatedWithTheRouter_UntilNoDeviceHoldsEither()
    {
        Tell(s_first, 0);
        Assert.Equal([Information(s_first, 4400, 0)], Tell(null, 1000));
        Assert.Null(Tell(null, 5400));
    }

    [Fact]
    public void ManyPrefixes_OneAfterAnother_AreBounded()
    {
        for (var i = 0; i < 1000; i++)
        {
            Tell(Ipv6Network.Parse($"2001:db8:{i:x}::/64"), i);
        }

        var told = Tell(s_first, 1000);
        Assert.Equal(AdvertisedPrefixes.Most, told!.Count);
        Assert.Equal([(s_first, 2700u), (Ipv6Network.Parse("2001:db8:3e7::/64"), 0u)], told.Take(2).Select(p => (p.Prefix, p.PreferredSeconds)));
    }

    [Fact]
    public void Networks_AreEqualByWhatTheyTell()
    {
        Assert.Equal(Network(s_first), Network(s_first));
        Assert.Equal(Network(s_first).GetHashCode(), Network(s_first).GetHashCode());
        Assert.NotEqual(Network(s_first), Network(s_first) with { DnsServers = [] });
        Assert.NotEqual(Network(s_first), Network(null));
        Assert.NotEqual(Network(s_first), Network(s_first) with { CaptivePortal = null });
        Assert.NotEqual(Network(s_first), Network(s_first) with { Mtu = null });
    }

    [Fact]
    public void Packet_OfARouter_TellsAll()
    {
        var packet = Written(_prefixes.Tell(Network(s_first), s_start)!, out var advertisement);
        Assert.Equal((Ipv6Address.LinkLocalOf(WireSamples.MacA), (ushort)5400, WireSamples.MacA, 1480u, (byte)64), (advertisement.Source, advertisement.LifetimeSeconds, advertisement.LinkLayer, advertisement.Mtu, advertisement.HopLimit));
        Assert.Equal((false, true), (advertisement.IsManaged, advertisement.HasOther));
        Assert.Equal(Information(s_first, 5400, 2700), Assert.Single(advertisement.Prefixes));
        Assert.True(packet.AsSpan().IndexOf(WireSamples.Hex($"1903 0000 00001518 {s_server.Value:x32}")) > 0);
        Assert.True(packet.AsSpan().IndexOf("https://a.example/api"u8) > 0);
    }

    [Fact]
    public void Packet_OfNoRouter_TakesAllBack()
    {
        _prefixes.Tell(Network(s_first), s_start);
        var packet = Written(_prefixes.Tell(Network(null), s_start)!, out var advertisement);
        Assert.Equal((0, false), (advertisement.LifetimeSeconds, advertisement.HasOther));
        Assert.Equal(Information(s_first, 5400, 0), Assert.Single(advertisement.Prefixes));
        Assert.True(packet.AsSpan().IndexOf(WireSamples.Hex($"1903 0000 00000000 {s_server.Value:x32}")) > 0);
        Assert.DoesNotContain("https", Encoding.Latin1.GetString(packet), StringComparison.Ordinal);
    }

    [Fact]
    public void Packet_WithoutServersPortalAndMtu_HasNoneOfThem()
    {
        var packet = Written(_prefixes.Tell(new AdvertisedNetwork(s_first, [], null, null), s_start)!, out var advertisement);
        Assert.Equal((null, false), (advertisement.Mtu, advertisement.HasOther));
        Assert.Equal(Ipv6Header.Size + 16 + 8 + 32, packet.Length);
    }

    private static byte[] Written(AccessAdvertisement advertisement, out RouterAdvertisement parsed)
    {
        var buffer = new byte[RouterAdvertisementWriter.MaxSize];
        var packet = buffer[..advertisement.Write(buffer, WireSamples.MacA, Ipv6Address.AllNodes)];
        parsed = RouterAdvertisement.Parse(packet)!;
        Assert.NotNull(parsed);
        return packet;
    }
}
