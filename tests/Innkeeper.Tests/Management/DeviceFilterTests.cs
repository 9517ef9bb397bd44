using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Wire;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>Which devices a list has, and in which order.</summary>
public sealed class DeviceFilterTests
{
    private static readonly MacAddress s_printer = MacAddress.Parse("02:00:00:00:00:03");

    private readonly ManagementFixture _gateway = new();

    public DeviceFilterTests()
    {
        _gateway.Records.Put(_gateway.Know(Phone, hostName: "Johns-iPhone") with { Profile = "guests", Tags = ["room-12", "phone"] }, _ => false);
        _gateway.Know(Tablet, name: "tablet of room 214", state: AdmissionState.Admitted);
        _gateway.Know(s_printer, name: "printer", state: AdmissionState.Blocked);
        _gateway.Bind(1, Phone, "47.31.128.195", "137.118.199.50", vlan: 30);
        _gateway.Bind(2, Tablet, "10.0.0.10", "137.118.199.51", vlan: 20);
        _gateway.Bind(3, s_printer, "192.168.0.10", "137.118.199.9", share: 7);
    }

    private string Listed(DeviceFilter filter) => string.Join(' ', _gateway.Queries.List(Viewer, filter).Value!.Devices.Select(d => d.Mac[^1]));

    [Fact]
    public void State_Vlan_Tag_AndProfile_Select()
    {
        Assert.Equal("3 2 1", Listed(new()));
        Assert.Equal("2", Listed(new(State: "admitted")));
        Assert.Equal("1", Listed(new(Vlan: "30")));
        Assert.Equal("3", Listed(new(Vlan: "0")));
        Assert.Equal("1", Listed(new(Tag: "ROOM-12")));
        Assert.Equal("", Listed(new(Tag: "room-1")));
        Assert.Equal("1", Listed(new(Profile: "guests")));
        Assert.Equal("", Listed(new(State: "admitted", Vlan: "30")));
    }

    [Fact]
    public void Cause_SelectsThoseThatCannotUseTheNetwork()
    {
        Assert.Equal("1", Listed(new(Cause: "held")));
        Assert.Equal("3 1", Listed(new(Cause: "blocked,held")));
        Assert.Equal("", Listed(new(Cause: "pool-exhausted")));
        _gateway.Records.Refuse(Tablet, ServiceRefusal.PoolExhausted, Start);
        Assert.Equal("2", Listed(new(Cause: "pool-exhausted,expired")));
        Assert.Equal(new Invalid("cause", "tired", $"one of {string.Join(", ", DeviceCause.All)}"), _gateway.Queries.List(Viewer, new(Cause: "held,tired")).Failure);
    }

    [Theory]
    [InlineData("iphone", "1")]
    [InlineData("214", "2")]
    [InlineData("47.31", "1")]
    [InlineData("47.31.128.195", "1")]
    [InlineData("47.31.128.19", "")]
    [InlineData("137.118.199.9", "3")]
    [InlineData("137.118.199.5", "")]
    [InlineData("0200.0000.0002", "2")]
    [InlineData("00:00:03", "3")]
    [InlineData("PHONE", "1")]
    [InlineData(".lan", "3 2 1")]
    [InlineData("zzz", "")]
    public void Text_IsLookedForInEverythingThatNamesADevice(string text, string expected) => Assert.Equal(expected, Listed(new(Text: text)));

    [Fact]
    public void Seen_IsATimeUntilNow()
    {
        // Each was seen 30 s ago (ManagementFixture), but a binding without a packet when it began.
        _gateway.Clock.Now = Start.AddMinutes(5);
        Assert.Equal("3 2 1", Listed(new(Seen: "30s")));
        Assert.Equal("", Listed(new(Seen: "29s")));
    }

    [Theory]
    [InlineData("mac", "1 2 3", "3 2 1")]
    [InlineData("address", "2 1 3", "3 1 2")]
    [InlineData("name", "1 3 2", "2 3 1")]
    [InlineData("vlan", "3 2 1", "1 2 3")]
    public void Sort_IsAnOrder_OrItsReverse(string sort, string expected, string reversed)
    {
        Assert.Equal(expected, Listed(new(Sort: sort)));
        Assert.Equal(reversed, Listed(new(Sort: sort, Reverse: "true")));
    }

    [Fact]
    public void Sort_BySeenAndTraffic_HasTheLatestAndTheMostFirst()
    {
        _gateway.Know(MacAddress.Parse("02:00:00:00:00:04"));
        _gateway.Clock.Now = Start.AddHours(1);
        foreach (var (number, octets, seconds) in new[] { (1u, 5ul, 9), (2u, 7ul, 2), (3u, 6ul, 20) })
        {
            _gateway.Movements[number] = new BindingMovement(octets, TimeSpan.FromSeconds(seconds));
        }

        Assert.Equal("2 1 3 4", Listed(new(Sort: "seen")));
        Assert.Equal("4 3 1 2", Listed(new(Sort: "seen", Reverse: "true")));
        Assert.Equal("2 3 1 4", Listed(new(Sort: "traffic")));
        Assert.Equal("2 1", Listed(new(Seen: "10s")));
    }

    [Fact]
    public void State_MayBeSeveral_AndOnlineIsAdmittedWithAnAddress()
    {
        _gateway.Know(MacAddress.Parse("02:00:00:00:00:04"), state: AdmissionState.Admitted);
        Assert.Equal("3 1", Listed(new(State: "held,blocked")));
        Assert.Equal("2", Listed(new(Online: "true")));
        Assert.Equal("3 4 1", Listed(new(Online: "false")));
    }

    [Fact]
    public void WrongValues_AreNamed_WithWhatWouldBeRight()
    {
        (DeviceFilter Filter, string Expected)[] all =
        [
            (new(State: "online"), "online is not a valid state; give one of new, held, admitted, blocked"),
            (new(Vlan: "4095"), "4095 is not a valid vlan; give a number from 0 (untagged) to 4094"),
            (new(Vlan: "-1"), "-1 is not a valid vlan; give a number from 0 (untagged) to 4094"),
            (new(Seen: "10"), "10 is not a valid seen; give a time from \"1s\" to \"366d\", such as \"10m\""),
            (new(Sort: "ip"), "ip is not a valid sort; give one of mac, seen, address, name, traffic, vlan"),
            (new(Text: ""), "\"\" is not a valid text; give 1 to 64 characters"),
            (new(State: "held,"), "\"\" is not a valid state; give one of new, held, admitted, blocked"),
            (new(Online: "1"), "1 is not a valid online; give true or false"),
            (new(Limit: "0"), "0 is not a valid limit; give a number from 1 to 1000"),
            (new(Limit: "1001"), "1001 is not a valid limit; give a number from 1 to 1000"),
            (new(Cursor: "!"), "! is not a valid cursor; give the \"next\" of the page before, with the same sort and reverse"),
            (new(Reverse: "yes"), "yes is not a valid reverse; give true or false"),
            (new(Profile: "gests"), "there is no profile gests; did you mean guests?"),
        ];
        Assert.All(all, a => Assert.Equal(a.Expected, _gateway.Queries.List(Viewer, a.Filter).Failure?.Message));
    }

    /// <summary>Statistics cost a system call each: devices that are not listed are not read.</summary>
    [Fact]
    public void Selection_ReadsOnlyTheStatisticsOfSelectedDevices()
    {
        Listed(new(Vlan: "20"));
        Assert.Equal([2u], _gateway.Read);
    }

    [Fact]
    public void Query_CarriesEveryValue()
    {
        var filter = new DeviceFilter("held", "20", "a&b", "10m", "guests", "a b=ü", "seen", "true", "false", "10", "abc", "expired");
        var query = filter.ToQuery();
        Assert.Equal(filter, DeviceFilter.Of(name => query[1..].Split('&').Select(p => p.Split('=')).Where(p => p[0] == name).Select(p => Uri.UnescapeDataString(p[1])).SingleOrDefault()));
        Assert.Equal("", new DeviceFilter().ToQuery());
    }
}
