using System.Collections.Immutable;
using System.Net;
using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Bindings;
using Innkeeper.Portal;
using Innkeeper.Tests.Management;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

public sealed class PortalDeviceLookupTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero);
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:07");
    private static readonly InnkeeperConfig s_config = ConfigurationFile.Parse(
        "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n[profiles.shut]\nadmission = \"closed\"\n[profiles.ask]\nadmission = \"approve\"\n", "f").Config!;

    private static PortalGuest? Find(
        string inside, string profile, AdmissionState state = AdmissionState.Held, bool isRecorded = true, DecisionSource source = DecisionSource.Policy, bool isTold = true)
    {
        var record = new DeviceRecord(s_mac, s_now) { Profile = profile, Admission = new AdmissionStatus(state, "why", "by", s_now.AddMinutes(1), s_now.AddHours(1), source) };
        var binding = new Binding(9, new ClaimedAddress(new Station(20, s_mac), Ipv4Address.Parse("47.31.128.195")), default, default, false, s_now);
        var lookup = new PortalDeviceLookup(
            s_config, () => Ipv4Network.Parse("100.64.0.0/10"), () => ImmutableDictionary<uint, Binding>.Empty.Add(9, binding),
            () => isRecorded ? ImmutableDictionary<MacAddress, DeviceRecord>.Empty.Add(s_mac, record) : ImmutableDictionary<MacAddress, DeviceRecord>.Empty,
            mac => mac == s_mac && isTold, null, TimeProvider.System);
        return lookup.Find(Ipv4Address.Parse(inside));
    }

    /// <summary>The page says what is true: who decided, and whether the administrator knows.</summary>
    [Theory]
    [InlineData("ask", DecisionSource.Policy, true, PortalWait.Told)]
    [InlineData("ask", DecisionSource.Policy, false, PortalWait.Untold)]
    [InlineData("default", DecisionSource.Policy, true, PortalWait.Told)]
    [InlineData("shut", DecisionSource.Policy, true, PortalWait.Closed)]
    [InlineData("shut", DecisionSource.Policy, false, PortalWait.Closed)]
    [InlineData("gone", DecisionSource.Policy, true, PortalWait.Told)]
    [InlineData("ask", DecisionSource.Time, true, PortalWait.EndedTold)]
    [InlineData("default", DecisionSource.Time, false, PortalWait.Ended)]
    [InlineData("shut", DecisionSource.Time, true, PortalWait.Ended)]
    [InlineData("ask", DecisionSource.Administrator, true, PortalWait.Ordered)]
    [InlineData("shut", DecisionSource.Administrator, false, PortalWait.Ordered)]
    internal void Find_Device_IsThere_WithTheReasonWhyItWaits(string profile, DecisionSource source, bool isTold, PortalWait wait) => Assert.Equal(
        new PortalGuest(s_mac, 20, AdmissionState.Held, s_now.AddMinutes(1), s_now.AddHours(1), wait), Find("100.64.0.9", profile, source: source, isTold: isTold)! with { Ways = [] });

    /// <summary>By the rules, whatever profile a voucher gave.</summary>
    [Theory]
    [InlineData("approve", "[\"code\", \"ask\"]", DecisionSource.Policy, new[] { WayIn.Code, WayIn.Ask })]
    [InlineData("approve", "[\"ask\"]", DecisionSource.Time, new[] { WayIn.Ask })]
    [InlineData("approve", "[\"code\"]", DecisionSource.Administrator, new WayIn[0])]
    internal void Find_Device_HasTheWaysOfItsProfile(string admission, string ways, DecisionSource source, WayIn[] expected)
    {
        var config = ConfigurationFile.Parse($"access.interface = \"eth1\"\nuplink.interface = \"eth0\"\nprofiles.default.admission = \"{admission}\"\nprofiles.default.ways_in = {ways}\n", "f").Config!;
        var record = new DeviceRecord(s_mac, s_now)
        {
            Profile = "gone",
            Grant = new Grant(GrantKind.Voucher, "1-1", "", "gone", GrantEnd.Data),
            Admission = new AdmissionStatus(AdmissionState.Held, "why", "by", s_now, null, source),
        };
        var binding = new Binding(9, new ClaimedAddress(new Station(20, s_mac), Ipv4Address.Parse("47.31.128.195")), default, default, false, s_now);
        var guest = new PortalDeviceLookup(
            config, () => Ipv4Network.Parse("100.64.0.0/10"), () => ImmutableDictionary<uint, Binding>.Empty.Add(9, binding), () => ImmutableDictionary<MacAddress, DeviceRecord>.Empty.Add(s_mac, record),
            _ => false, null, TimeProvider.System).Find(Ipv4Address.Parse("100.64.0.9"))!;

        Assert.Equal(expected, guest.Ways);
        Assert.Equal(source == DecisionSource.Time ? GrantEnd.Data : null, guest.End);
    }

    /// <summary>The record says that it is admitted; the page says what holds it. Another code is offered where it leads to another group.</summary>
    [Theory]
    [InlineData("code", new[] { WayIn.Code })]
    [InlineData("device", new WayIn[0])]
    internal void Find_Device_WhoseVolumeIsUsedUp_IsHeldUntilItBeginsAgain(string per, WayIn[] ways)
    {
        var config = ConfigurationFile.Parse(
            $"access.interface = \"eth1\"\nuplink.interface = \"eth0\"\nprofiles.default.admission = \"approve\"\nprofiles.default.ways_in = [\"code\"]\nprofiles.default.volume = \"1G\"\nprofiles.default.limits_per = \"{per}\"\n", "f").Config!;
        var record = new DeviceRecord(s_mac, s_now)
        {
            Grant = new Grant(GrantKind.Voucher, "1-1", "", ""),
            Admission = new AdmissionStatus(AdmissionState.Admitted, "why", "by", s_now, s_now.AddDays(3), DecisionSource.Guest),
        };
        var clock = new ManualClock(s_now);
        var group = new VolumeGroup("default", per == "code" ? "voucher 1-1" : $"device {s_mac}");
        var used = KeyValuePair.Create(group, new VolumeUse(new DateOnly(2026, 11, 25), 1_000_000_000, s_now.AddHours(-1)));
        var binding = new Binding(9, new ClaimedAddress(new Station(20, s_mac), Ipv4Address.Parse("47.31.128.195")), default, default, false, s_now);
        var guest = new PortalDeviceLookup(
            config, () => Ipv4Network.Parse("100.64.0.0/10"), () => ImmutableDictionary<uint, Binding>.Empty.Add(9, binding), () => ImmutableDictionary<MacAddress, DeviceRecord>.Empty.Add(s_mac, record),
            _ => false, new VolumeLimits(config, [used], clock, time => time, TimeZoneInfo.Utc), clock).Find(Ipv4Address.Parse("100.64.0.9"))!;

        Assert.Equal(
            new PortalGuest(s_mac, 20, AdmissionState.Held, s_now.AddHours(-1), new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero), PortalWait.Volume), guest with { Ways = [] });
        Assert.Equal(ways, guest.Ways);
    }

    [Theory]
    [InlineData("100.64.0.8")]
    [InlineData("100.64.0.1")]
    [InlineData("0.0.0.9")]
    [InlineData("255.255.255.255")]
    public void Find_AddressOfNobody_IsNobody(string address) => Assert.Null(Find(address, "ask"));

    [Fact]
    public void Find_DeviceWithoutARecord_IsNobody() => Assert.Null(Find("100.64.0.9", "ask", isRecorded: false));

    [Fact]
    public void Settings_Name_LeadsToThePortalsAddress_BesideTheOtherNames()
    {
        var hosts = ImmutableDictionary<string, ImmutableArray<IPAddress>>.Empty.Add("printer.lan", [IPAddress.Parse("192.0.2.9")]);
        var config = s_config with { Portal = new PortalConfig { Name = "portal.example.com" } };

        var names = new PortalSettings(config).NamesWith(hosts);
        Assert.Equal(["192.88.99.99"], names["portal.example.com"].Select(a => a.ToString()));
        Assert.Equal(["192.0.2.9"], names["printer.lan"].Select(a => a.ToString()));
        Assert.Same(hosts, new PortalSettings(s_config).NamesWith(hosts));
        Assert.Same(hosts, new PortalSettings(config with { Portal = config.Portal with { Enabled = false } }).NamesWith(hosts));
    }
}
