using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>Which meter of the data plane a device or a group of devices has.</summary>
public sealed class MeterAllocationsTests
{
    private const uint Capacity = 8;
    private readonly MeterAllocations _meters = new(Capacity);

    private static Binding Of(int device, string? group = null, uint profile = 1, uint meter = 0, int address = 1) => new(
        (uint)((10 * device) + address), new ClaimedAddress(new Station(0, new MacAddress(0x020000000000UL + (ulong)device)), new Ipv4Address(0x0A000000 + (uint)address)), default, default, false, default)
    {
        Policy = new BindingPolicy(Profile: profile, Group: group),
        Meter = meter,
    };

    private Binding Join(int device, string? group = null, uint profile = 1, int address = 1) => _meters.Join(Of(device, group, profile, address: address));

    [Fact]
    public void Group_HasOneMeter_AndDevicesWithoutOneHaveTheirOwn()
    {
        var (first, second, single, other) = (Join(1, "room 214"), Join(2, "room 214"), Join(3), Join(4, "room 215"));

        Assert.Equal(first.Meter, second.Meter);
        Assert.Equal(3, new[] { first.Meter, single.Meter, other.Meter }.Distinct().Count());
        Assert.DoesNotContain(MeterAllocations.None, new[] { first.Meter, single.Meter, other.Meter });
        Assert.Equal((int)Capacity - 1 - 3, _meters.Free);
    }

    /// <summary>The rates are the profile's: time by one rate cannot be counted by another.</summary>
    [Fact]
    public void Group_OfTwoProfiles_HasAMeterForEach() => Assert.NotEqual(Join(1, "tag hall", profile: 1).Meter, Join(2, "tag hall", profile: 2).Meter);

    [Fact]
    public void Meter_IsGivenAgain_WhenTheLastOfItsGroupHasLeft()
    {
        var (first, second) = (Join(1, "room 214"), Join(2, "room 214"));
        _meters.Leave(first);
        Assert.NotEqual(second.Meter, Join(3).Meter);

        _meters.Leave(second);
        Assert.Equal(second.Meter, Join(4).Meter);
    }

    [Fact]
    public void Meter_OfADevice_StaysWhileAnAddressOfItsUsesIt()
    {
        var (first, second) = (Join(1, address: 1), Join(1, address: 2));
        Assert.Equal(first.Meter, second.Meter);
        _meters.Leave(first);
        Assert.Equal(second.Meter, _meters.Of(second));
    }

    [Fact]
    public void Adopted_GroupKeepsItsMeter_AndItsOthersGetIt()
    {
        // An earlier version, or another setting, gave each device its own.
        var (first, second) = (_meters.Adopt(Of(1, "room 214", meter: 5)), _meters.Adopt(Of(2, "room 214", meter: 3)));
        _meters.ReserveAdopted();

        Assert.Equal((5u, 5u), (first.Meter, second.Meter));
        Assert.Equal((int)Capacity - 2, _meters.Free);
    }

    [Fact]
    public void Adopted_TwoThatHadOneMeter_AndNowAreByThemselves_GetTwo()
    {
        var (first, second, third) = (Of(1, meter: 5), Of(2, meter: 5), Of(3, meter: 1));
        Assert.Equal((5u, MeterAllocations.None, 1u), (_meters.Adopt(first).Meter, _meters.Adopt(second).Meter, _meters.Adopt(third).Meter));
        _meters.ReserveAdopted();

        Assert.Equal((5u, 1u), (_meters.Of(first), _meters.Of(third)));
        Assert.DoesNotContain(_meters.Of(second), (uint[])[5, 1, MeterAllocations.None]);
        Assert.Equal((int)Capacity - 1 - 3, _meters.Free);
    }

    [Fact]
    public void Adopted_ThatEndsBeforeItHasAMeter_TakesNone()
    {
        _meters.Adopt(Of(1, meter: 5));
        _meters.Leave(_meters.Adopt(Of(2, meter: 5)));
        _meters.ReserveAdopted();

        Assert.Equal((int)Capacity - 2, _meters.Free);
    }
}
