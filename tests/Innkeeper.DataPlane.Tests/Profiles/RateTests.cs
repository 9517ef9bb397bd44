using System.Diagnostics;
using Innkeeper.Bindings;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Profiles;

/// <summary>How fast a profile lets a device send and be sent: octets of frames, by GCRA; one meter for all of a device's addresses.</summary>
public sealed class RateTests : IDisposable
{
    private const uint Profile = 5;
    private const string Second = "10.0.0.44";
    private const string SecondLegal = "137.118.199.61";
    private const string OfficeLegal = "137.118.199.60";

    private readonly Plane _plane = new();

    public RateTests()
    {
        _plane.Bind(4, OwnMac, OwnClaimed, OfficeLegal, Gateway, terms: new BindingPolicy(Profile: Profile));

        // The same device's other address: the meter is the first binding's.
        var terms = new BindingPolicy(Profile: Profile);
        _plane.Table.Add(
            new Binding(5, new ClaimedAddress(new Station(0, MacAddress.Parse(OwnMac)), Ipv4Address.Parse(Second)), Ipv4Address.Parse(SecondLegal),
                Ipv4Address.Parse(Gateway), true, default)
            { Policy = terms, Meter = 4 }, TimeSpan.Zero);
    }

    public void Dispose() => _plane.Dispose();

    /// <summary>Nothing refills in the time of a test, unless it says so.</summary>
    private static Rate Octets(int atOnce, ulong interval = 1_000_000_000_000) => new() { Interval = interval, Burst = (ulong)atOnce * interval / 1024 };

    private void Set(Rate outward, Rate inward) => _plane.SetProfile(Profile, new ProfileSlot { Out = outward, In = inward, NextHop = Ipv4Address.Parse("137.118.199.1") });

    private static byte[] Out(string claimed = OwnClaimed, string to = Server) => (Datagram.Udp(claimed, 4000, to, 123) with { Length = 1024 - 42 }).Frame(AccessMac, OwnMac);

    private static byte[] In(string legal = OfficeLegal) => (Datagram.Udp(Server, 123, legal, 4000) with { Length = 1024 - 42 }).Frame(UplinkMac, RouterMac);

    private int Passing(string program, byte[] frame, int times = 20)
    {
        var before = _plane.Drops(DropReason.Rate);
        var passed = Enumerable.Range(0, times).Count(_ => _plane.Run(program, frame).Act == Act.Redirect);
        Assert.Equal((ulong)(times - passed), _plane.Drops(DropReason.Rate) - before);
        return passed;
    }

    [Fact]
    public void NoRate_NothingIsDropped()
    {
        Set(default, default);
        Assert.Equal(20, Passing("from_access", Out()));
        Assert.Equal(20, Passing("from_uplink", In()));
    }

    [Fact]
    public void Burst_ThenNothing_EachWayForItself()
    {
        // The packet that begins within the burst passes whole.
        Set(Octets(4 * 1024), Octets(9 * 1024));
        Assert.Equal(5, Passing("from_access", Out()));
        Assert.Equal(10, Passing("from_uplink", In()));
        Assert.Equal(0, Passing("from_access", Out()));
    }

    [Fact]
    public void Octets_Count_NotPackets()
    {
        Set(Octets(4 * 1024), default);
        var small = (Datagram.Udp(OwnClaimed, 4000, Server, 123) with { Length = 256 - 42 }).Frame(AccessMac, OwnMac);
        Assert.Equal(17, Passing("from_access", small, 40));
    }

    [Fact]
    public void AllAddressesOfADevice_ShareItsRate_AnotherDeviceHasItsOwn()
    {
        Set(Octets(4 * 1024), Octets(4 * 1024));
        Assert.Equal(5, Passing("from_access", Out()));
        Assert.Equal(0, Passing("from_access", Out(Second)));
        Assert.Equal(5, Passing("from_uplink", In(SecondLegal)));
        Assert.Equal(0, Passing("from_uplink", In()));

        _plane.Bind(6, OtherOwnMac, OtherOwnClaimed, "137.118.199.62", Gateway, terms: new BindingPolicy(Profile: Profile));
        var others = (Datagram.Udp(OtherOwnClaimed, 4000, Server, 123) with { Length = 1024 - 42 }).Frame(AccessMac, OtherOwnMac);
        Assert.Equal(5, Passing("from_access", others));
    }

    [Fact]
    public void SlowPath_IsUnderTheSameRate()
    {
        Set(Octets(4 * 1024), Octets(4 * 1024));
        var dying = (Datagram.Udp(OwnClaimed, 4000, Server, 123) with { Length = 1024 - 42, Ttl = 1 }).Frame(AccessMac, OwnMac);
        Assert.Equal(5, Passing("from_access", dying));
        Assert.Equal(0, Passing("from_access", Out()));
    }

    [Fact]
    public void DeviceToDevice_CountsForBoth()
    {
        Set(Octets(4 * 1024), Octets(2 * 1024));
        _plane.Bind(6, OtherOwnMac, OtherOwnClaimed, "137.118.199.62", Gateway, terms: new BindingPolicy(Profile: Profile));
        Assert.Equal(3, Passing("from_access", Out(to: "137.118.199.62")));
        Assert.Equal(0, Passing("from_uplink", In("137.118.199.62")));
    }

    [Fact]
    public void DnsAndRefusals_CostNothing()
    {
        Set(Octets(1), default);
        var query = Datagram.Udp(OwnClaimed, 4000, "8.8.8.8", 53).Frame(AccessMac, OwnMac);
        Assert.Equal(1, Passing("from_access", Out(), 2));
        Assert.Equal(20, Passing("from_access", query));
    }

    [Fact]
    public void Time_RefillsWhatItMay()
    {
        // 1024 octets in 20 ms: five at once, and in the time of the run no more than its share beside.
        const ulong Interval = 20_000_000;
        Set(Octets(4 * 1024, Interval), default);
        var clock = Stopwatch.StartNew();
        var passed = 0;
        while (passed < 15)
        {
            passed += _plane.Run("from_access", Out()).Act == Act.Redirect ? 1 : 0;
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "nothing refills");
        }

        // The coarse clock ticks every 4 ms at most 10: a tick early at either end.
        Assert.InRange(clock.Elapsed.TotalMilliseconds, (10 * 20) - 20, 20_000);
    }
}
