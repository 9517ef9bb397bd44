using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Tests.Addresses;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>Several gateways, each with its own legal addresses, and addresses that the administrator gave to a device.</summary>
public sealed class RegistryGatewaysTests
{
    private static readonly BindingPolicy s_office = new(MayShare: false);
    private static readonly BindingPolicy s_guests = new(Gateway: 1, MayShare: false);
    private static readonly Ipv4Address s_officeOwn = Ipv4Address.Parse("192.0.2.2");
    private static readonly Ipv4Address s_guestsOwn = Ipv4Address.Parse("198.51.100.2");

    private readonly AddressPool _officePool = new([Office(0), Office(1)]);
    private readonly AddressPool _guestPool = new([Guest(0), Guest(1)]);
    private readonly SharedAddresses _officeShared = new(new AddressPool([]));
    private readonly SharedAddresses _guestShared = new(new AddressPool([]));
    private readonly HashSet<uint> _answered = [];
    private readonly RegistryHarness _registry;
    private TimeSpan _now = TimeSpan.FromHours(1);

    public RegistryGatewaysTests()
    {
        _registry = new RegistryHarness(
            [new GatewayAddresses(0, _officePool, _officeShared), new GatewayAddresses(1, _guestPool, _guestShared)], 16, _ => TimeSpan.Zero, _answered.Contains);
        _officeShared.SetOwn(s_officeOwn);
        _guestShared.SetOwn(s_guestsOwn);
        _now = _guestPool.Settle(_officePool.Settle(_now, []), []);
        Assert.Equal(4, _officePool.Count(AddressState.Ready) + _guestPool.Count(AddressState.Ready));
    }

    private static Ipv4Address Office(int index) => new(Ipv4Address.Parse("192.0.2.50").Value + (uint)index);

    private static Ipv4Address Guest(int index) => new(Ipv4Address.Parse("198.51.100.50").Value + (uint)index);

    private static MacAddress MacOf(int device) => new(0x020000000000UL + (ulong)device);

    private static ClaimedAddress ClaimOf(int device, int address = 1) => new(new Station(0, MacOf(device)), new Ipv4Address(0x0A000000 + (uint)address));

    private Arrival Try(ClaimedAddress claim, BindingPolicy policy, out Binding? binding) => _registry.Arrive(claim, new GatewayInference(claim.Address), policy, _now, default, out binding, Reachability.Given);

    private Binding Arrive(int device, BindingPolicy policy, int address = 1)
    {
        Assert.Equal(Arrival.Bound, Try(ClaimOf(device, address), policy, out var binding));
        return binding!;
    }

    [Fact]
    public void Arrive_ByAGateway_TakesItsAddressesAndNoOthers()
    {
        var guests = new[] { Arrive(1, s_guests).Legal, Arrive(2, s_guests).Legal };

        Assert.Equal([Guest(0), Guest(1)], guests.Order());
        Assert.Equal(Arrival.PoolExhausted, Try(ClaimOf(3), s_guests, out _));
        Assert.Equal((0, 2), (_officePool.Count(AddressState.Bound), _guestPool.Count(AddressState.Bound)));
    }

    [Fact]
    public void Arrive_WhereThePoolIsUsedUp_SharesTheAddressOfItsOwnGateway()
    {
        Arrive(1, s_guests);
        Arrive(2, s_guests);
        _answered.UnionWith(_registry.Bindings.Keys);

        var guest = Arrive(3, s_guests with { MayShare = true });
        var visitor = Arrive(4, s_office with { PrefersOwn = false, MayShare = true });

        Assert.Equal((s_guestsOwn, s_officeOwn), (guest.Outside, visitor.Outside));
        Assert.Equal((1, 1), (_guestShared.DevicesOn(s_guestsOwn), _officeShared.DevicesOn(s_officeOwn)));
    }

    [Fact]
    public void Arrive_ByAnotherGatewayThanBefore_HasAnAddressOfThat_AndTheOneOfBeforeIsFree()
    {
        var before = Arrive(1, s_office);
        _registry.Release(before, _now);

        var after = Arrive(1, s_guests);

        Assert.Contains(after.Legal, new[] { Guest(0), Guest(1) });
        Assert.Equal((0, 1), (_officePool.Count(AddressState.Bound), _guestPool.Count(AddressState.Bound)));
        Assert.Null(_registry.FindByLegal(before.Legal));
    }

    [Fact]
    public void Reassign_OfADeviceByTheSecondGateway_StaysWithThat()
    {
        var before = Arrive(1, s_guests with { PrefersOwn = false, MayShare = true });
        var moved = Ipv4Address.Parse("198.51.100.3");
        _guestShared.SetOwn(moved);

        Assert.True(_registry.NeedsReassignment(before));
        Assert.Equal(moved, _registry.Reassign(before).Outside);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Adopt_ABindingWhoseProfileHasAGateway_GoesOnWithAnAddressOfThatOnly(int gateway, bool isAdopted)
    {
        var binding = new Binding(5, ClaimOf(1), Office(0), default, false, default) { Meter = 1, Policy = new BindingPolicy(Gateway: gateway) };

        Assert.Equal(isAdopted, _registry.Adopt(binding));
        Assert.Equal(isAdopted ? 1 : 0, _officePool.Count(AddressState.Bound));
    }

    [Fact]
    public void Conflict_OfTheSecondGatewaysAddress_MovesWhoHadIt()
    {
        var guest = Arrive(1, s_guests);

        Assert.Equal(guest, _registry.Conflict(guest.Legal, _now));
        Assert.Equal(AddressState.Quarantined, _guestPool.StateOf(guest.Legal));
        Assert.NotEqual(guest.Legal, Arrive(1, s_guests).Legal);
    }

    [Fact]
    public void Pin_OfAnAbsentDevice_IsKeptForIt()
    {
        _registry.Pin(MacOf(9), Office(0));

        Assert.Equal(Office(1), Arrive(1, s_office).Legal);
        Assert.Equal(Arrival.PoolExhausted, Try(ClaimOf(2), s_office, out _));
        Assert.Equal(Office(0), Arrive(9, s_office with { Pinned = Office(0) }).Legal);
    }

    [Fact]
    public void Pin_TakenBackOrGivenToAnother_FreesTheAddressOfBefore()
    {
        _registry.Pin(MacOf(9), Office(0));
        _registry.Pin(MacOf(9), Office(1));
        Assert.Equal(Office(0), Arrive(1, s_office).Legal);

        _registry.Pin(MacOf(9), null);
        Assert.Equal(Office(1), Arrive(2, s_office).Legal);
    }

    [Fact]
    public void Pin_OfAnAddressThatAnotherRemembers_IsTheDevicesIt()
    {
        var before = Arrive(1, s_office);
        _registry.Release(before, _now);
        _registry.Pin(MacOf(9), before.Legal);

        Assert.NotEqual(before.Legal, Arrive(1, s_office).Legal);
        Assert.Equal(before.Legal, Arrive(9, s_office with { Pinned = before.Legal }).Legal);
    }

    [Fact]
    public void Pin_OfAnAddressThatAnotherUses_IsTheDevicesAsSoonAsThatEnds()
    {
        var other = Arrive(1, s_office);
        _registry.Pin(MacOf(9), other.Legal);
        var policy = s_office with { Pinned = other.Legal };
        var meanwhile = Arrive(9, policy);
        Assert.NotEqual(other.Legal, meanwhile.Legal);

        _registry.Release(other, _now);
        _registry.Release(meanwhile, _now);

        Assert.Equal(other.Legal, Arrive(9, policy).Legal);
        Assert.Equal(meanwhile.Legal, Arrive(1, s_office).Legal);
    }

    [Fact]
    public void Pin_OfADeviceWithTwoAddresses_IsTheFirstOnes()
    {
        _registry.Pin(MacOf(9), Office(0));
        var policy = s_office with { Pinned = Office(0) };

        Assert.Equal([Office(0), Office(1)], new[] { Arrive(9, policy).Legal, Arrive(9, policy, 2).Legal });
    }

    [Fact]
    public void Pin_OfAnotherGatewaysAddress_LeavesTheDeviceWithOneOfItsOwn()
    {
        _registry.Pin(MacOf(9), Office(0));

        Assert.Contains(Arrive(9, s_guests with { Pinned = Office(0) }).Legal, new[] { Guest(0), Guest(1) });
    }

    [Fact]
    public void IsKeptFromLease_APinnedAddress_IsKeptFromOthersOnly()
    {
        _registry.Pin(MacOf(9), Office(0));

        Assert.True(_registry.IsKeptFromLease(new ClaimedAddress(new Station(0, MacOf(1)), Office(0))));
        Assert.False(_registry.IsKeptFromLease(new ClaimedAddress(new Station(0, MacOf(9)), Office(0))));
    }

    [Fact]
    public void UpdatePolicy_ToAnotherProfile_KeepsNumberAndAddress_AndShowsWhereverTheBindingIsFound()
    {
        var before = Arrive(1, s_office);

        var after = _registry.UpdatePolicy(before, s_office with { Profile = 7, Inbound = false });

        Assert.Equal(before with { Policy = s_office with { Profile = 7, Inbound = false } }, after);
        Assert.Equal([after, after, after], new[] { _registry.Find(before.Claim), _registry.FindByLegal(before.Legal), _registry.Bindings[before.Number] });
        Assert.Equal([after], _registry.BindingsOf(before.Claim.Station.Mac));
        Assert.Equal(Arrival.Known, Try(before.Claim, s_office, out _));
    }

    [Fact]
    public void Arrive_Held_HasNoLegalAddress_AndTakesNothing()
    {
        var held = Arrive(1, s_office with { IsHeld = true });

        Assert.Equal((false, 0u, Ipv4Address.Any), (held.HasOwn, held.Share, held.Outside));
        Assert.Equal(0, _officePool.Count(AddressState.Bound));
        Assert.False(_registry.NeedsReassignment(held));
    }
}
