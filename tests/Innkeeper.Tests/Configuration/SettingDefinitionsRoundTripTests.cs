using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>What a setting shows is what it reads.</summary>
public sealed class SettingDefinitionsRoundTripTests
{
    private static string[] ShowAll(InnkeeperConfig config) => [.. SettingSamples.Settings.Select(s => $"{s.Name} = {s.Show(config)}")];

    private static void AssertRoundTrips(SettingDefinition setting, string value)
    {
        if (setting.Take(value, SettingSamples.Config) is not { } config)
        {
            return;
        }

        var shown = setting.Show(config);
        Assert.True(shown is not null, $"{setting.Name} = {value} is not shown");
        var again = setting.Take(shown, SettingSamples.Config);
        Assert.True(again is not null, $"{setting.Name} = {value} shows {shown}, and refuses that");
        Assert.Equal(ShowAll(config), ShowAll(again));
    }

    [Fact]
    public void Settings_EachTakeAndRefuseSomeOfTheSamples() => Assert.All(SettingSamples.Settings, setting =>
    {
        var taken = SettingSamples.Values.Count(v => setting.Take(v, SettingSamples.Config) is not null);
        Assert.True(taken > 0 && taken < SettingSamples.Values.Length, $"{setting.Name} takes {taken}");
    });

    [Fact]
    public void Settings_EachSampleValue_IsShownAsItWouldBeRead() =>
        Assert.All(SettingSamples.Settings, setting => Assert.All(SettingSamples.Values, value => AssertRoundTrips(setting, value)));

    [Fact]
    public void Settings_EachDefault_IsShownAsItWouldBeRead() => Assert.All(SettingSamples.Settings, setting =>
    {
        if (setting.Show(SettingSamples.Config) is { } shown && setting.Name is not ("access.interface" or "uplink.interface" or "gateways.guest-line.next_hop"))
        {
            Assert.True(setting.Take(shown, SettingSamples.Config) is { } again && ShowAll(again).SequenceEqual(ShowAll(SettingSamples.Config)), $"{setting.Name} = {shown}");
        }
    });

    /// <summary>Values made at random, in the forms that settings know.</summary>
    [Property(MaxTest = 3000)]
    public Property Settings_AnyValue_IsShownAsItWouldBeRead()
    {
        var number = Gen.OneOf(Gen.Choose(0, 70_000), Gen.Choose(-5, 4200), Gen.Choose(0, 5_000_000));
        var address = Gen.Choose(0, int.MaxValue).Select(n => new Ipv4Address((uint)n * 2).ToString());
        var duration = from n in Gen.Choose(0, 100_000) from unit in Gen.Elements('s', 'm', 'h', 'd') select $"{n}{unit}";
        var rate = from n in Gen.Choose(0, 99_999) from dot in Gen.Elements("", ".5", ".25") from unit in Gen.Elements("k", "M", "G", " Mbit/s") select $"{n}{dot}{unit}";
        var mac = from octets in Gen.ArrayOf(Gen.Choose(0, 255), 6) from length in Gen.Elements(2, 4, 5, 8, 10, 11, 17) select string.Join(':', octets.Select(o => $"{o:x2}"))[..length];
        var hours = from a in Gen.Choose(0, 1440) from b in Gen.Choose(0, 1440) select $"{a / 60:00}:{a % 60:00}-{b / 60:00}:{b % 60:00}";
        var ports = from a in Gen.Choose(0, 65535) from b in Gen.Choose(0, 65535) select $"{a}-{b}";
        var range = from a in Gen.Choose(0, int.MaxValue) from n in Gen.Choose(0, 20) select $"{new Ipv4Address((uint)a * 2)}-{new Ipv4Address((uint)((a * 2L) + n))}";
        var network = from a in Gen.Choose(0, int.MaxValue) from n in Gen.Choose(0, 32) select $"{new Ipv4Address(n == 0 ? 0 : (uint)a << (32 - n))}/{n}";
        var route = from n in network from a in address select $"{n} via {a}";
        var text = Gen.OneOf(address, duration, rate, mac, hours, ports, range, network, route, Gen.Elements('a', 'Z', '7', '.', '-', '_', '/', '@', ':', ' ', '"', '\\', '\t', 'é', '*').ArrayOf().Select(c => new string(c)));
        var scalar = Gen.OneOf(number.Select(n => $"{n}"), text.Select(TomlText.Text));
        var value = Gen.OneOf(scalar, scalar.ListOf().Select(items => TomlText.List(items)), text.Select(t => TomlText.List([TomlText.Text(t)])));
        return Prop.ForAll(Gen.Elements(SettingSamples.Settings).ToArbitrary(), value.ToArbitrary(), AssertRoundTrips);
    }
}
