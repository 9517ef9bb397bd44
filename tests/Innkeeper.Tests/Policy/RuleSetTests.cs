using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Policy;

/// <summary>The first rule that fits gives the profile; all that it says must be true.</summary>
public sealed class RuleSetTests
{
    private static readonly DeviceRecord s_device = new(MacAddress.Parse("00:1b:63:aa:bb:cc"), default) { HostName = "Cam-12", Uses = DeviceUse.Static };

    /// <summary>A Wednesday.</summary>
    private static readonly DateTime s_noon = new(2026, 11, 25, 12, 0, 0);

    private static bool Fits(RuleConfig rule, DateTime? at = null, ushort vlan = 20, DeviceRecord? device = null) =>
        new RuleSet([rule]).ProfileOf(device ?? s_device, vlan, at ?? s_noon, _ => true, out _) == "p";

    [Theory]
    [InlineData("00:1b:63:00:00:00", 24, true)]
    [InlineData("00:1b:63:a0:00:00", 28, true)]
    [InlineData("00:1b:63:b0:00:00", 28, false)]
    [InlineData("00:1b:63:aa:bb:cc", 48, true)]
    [InlineData("00:1b:63:aa:bb:cd", 48, false)]
    [InlineData("00:1b:63:aa:bb:cd", 47, true)]
    [InlineData("80:00:00:00:00:00", 1, false)]
    [InlineData("7f:00:00:00:00:00", 1, true)]
    [InlineData("ff:ff:ff:ff:ff:ff", 0, true)]
    public void Mac_ByItsFirstBits(string mac, int bits, bool expected) => Assert.Equal(expected, Fits(new RuleConfig { Profile = "p", Mac = MacAddress.Parse(mac), MacBits = bits }));

    [Theory]
    [InlineData("cam-*", true)]
    [InlineData("CAM-??", true)]
    [InlineData("cam-?", false)]
    [InlineData("*printer*", false)]
    [InlineData("cam-12", true)]
    [InlineData("am-12", false)]
    [InlineData("*", true)]
    public void HostName_ByAPattern(string pattern, bool expected) => Assert.Equal(expected, Fits(new RuleConfig { Profile = "p", HostName = pattern }));

    [Theory]
    [InlineData("ZIMMER-Ü*", "zimmer-über", true)]
    [InlineData("*-küche", "Drucker-KÜCHE", true)]
    [InlineData("a+b.c", "A+B.C", true)]
    [InlineData("a+b.c", "aab.c", false)]
    public void HostName_InWhateverCase_IsTheSame(string pattern, string hostName, bool expected) =>
        Assert.Equal(expected, Fits(new RuleConfig { Profile = "p", HostName = pattern }, device: s_device with { HostName = hostName }));

    [Fact]
    public void HostName_OfADeviceThatSaidNone_FitsNoPattern() =>
        Assert.False(Fits(new RuleConfig { Profile = "p", HostName = "*" }, device: s_device with { HostName = "" }));

    [Fact]
    public void Uses_OfADeviceThatUsedNoAddressYet_FitsNeither() =>
        Assert.All(Enum.GetValues<DeviceUse>(), use => Assert.False(Fits(new RuleConfig { Profile = "p", Uses = use }, device: s_device with { Uses = null })));

    [Fact]
    public void Conditions_MustAllHold()
    {
        Assert.True(Fits(new RuleConfig { Profile = "p", Vlan = 20, Uses = DeviceUse.Static, HostName = "cam*" }));
        Assert.False(Fits(new RuleConfig { Profile = "p", Vlan = 21, Uses = DeviceUse.Static }));
        Assert.False(Fits(new RuleConfig { Profile = "p", Vlan = 20, Uses = DeviceUse.Dhcp }));
    }

    [Theory]
    [InlineData("2026-11-25T08:59", false)]
    [InlineData("2026-11-25T09:00", true)]
    [InlineData("2026-11-25T16:59", true)]
    [InlineData("2026-11-25T17:00", false)]
    [InlineData("2026-11-26T12:00", false)]
    public void Hours_OnADay_FromTheFirstUpToTheLast(string at, bool expected) => Assert.Equal(expected,
        Fits(new RuleConfig { Profile = "p", Hours = (9 * 60, 17 * 60), Days = [DayOfWeek.Wednesday] }, DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2026-11-25T21:59", false)]
    [InlineData("2026-11-25T22:00", true)]
    [InlineData("2026-11-26T05:59", true)]
    [InlineData("2026-11-26T06:00", false)]
    [InlineData("2026-11-26T22:00", false)]
    [InlineData("2026-11-25T05:00", false)]
    public void Hours_OverMidnight_BelongToTheDayTheyBeginOn(string at, bool expected) => Assert.Equal(expected,
        Fits(new RuleConfig { Profile = "p", Hours = (22 * 60, 6 * 60), Days = [DayOfWeek.Wednesday] }, DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2026-11-24T12:00", false)]
    [InlineData("2026-11-25T00:00", true)]
    [InlineData("2026-11-25T23:59", true)]
    [InlineData("2026-11-26T00:00", false)]
    public void Days_WithoutHours_AreWholeDays(string at, bool expected) => Assert.Equal(expected,
        Fits(new RuleConfig { Profile = "p", Days = [DayOfWeek.Wednesday] }, DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("2026-11-24T23:30", true)]
    [InlineData("2026-11-28T00:30", true)]
    [InlineData("2026-11-29T12:00", false)]
    public void Hours_WithoutDays_AreOfEveryDay(string at, bool expected) => Assert.Equal(expected,
        Fits(new RuleConfig { Profile = "p", Hours = (22 * 60, 6 * 60) }, DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Saturday's night ends on Sunday: the week goes round.</summary>
    [Theory]
    [InlineData("2026-11-28T22:00", true)]
    [InlineData("2026-11-29T05:59", true)]
    [InlineData("2026-11-29T22:00", false)]
    [InlineData("2026-11-28T05:59", false)]
    public void Hours_OverTheNightOfTheWeeksLastDay_EndOnTheFirst(string at, bool expected) => Assert.Equal(expected,
        Fits(new RuleConfig { Profile = "p", Hours = (22 * 60, 6 * 60), Days = [DayOfWeek.Saturday] }, DateTime.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void Rules_OfWhichNoneFits_LeaveTheDefault()
    {
        var rules = new RuleSet([new RuleConfig { Profile = "p", Vlan = 9 }, new RuleConfig { Profile = "q", Uses = DeviceUse.Dhcp }]);

        Assert.Equal("default", rules.ProfileOf(s_device, 20, s_noon, _ => true, out var because));
        Assert.Equal("no rule", because);
    }

    [Fact]
    public void DependsOnTime_OfRulesWithHoursOrDays_IsTrue()
    {
        Assert.True(new RuleSet([new RuleConfig { Profile = "p", Vlan = 9 }, new RuleConfig { Profile = "p", Hours = (0, 60) }]).DependsOnTime);
        Assert.True(new RuleSet([new RuleConfig { Profile = "p", Days = [DayOfWeek.Sunday] }]).DependsOnTime);
        Assert.False(new RuleSet([]).DependsOnTime);
    }

    [Fact]
    public void Rules_TheFirstThatFits_Decides()
    {
        var rules = new RuleSet([new RuleConfig { Profile = "no", Vlan = 9 }, new RuleConfig { Profile = "first", Vlan = 20 }, new RuleConfig { Profile = "second", Vlan = 20 }]);

        Assert.Equal("first", rules.ProfileOf(s_device, 20, s_noon, _ => true, out var because));
        Assert.Equal("rule 2", because);
        Assert.False(rules.DependsOnTime);
    }
}
