using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Profiles;

/// <summary>A profile's name keeps its number: a binding that goes on is never treated by another profile.</summary>
public sealed class ProfileTableTests : IDisposable
{
    private static readonly ProfileSlot s_slot = new() { Uplink = 1, NextHop = Ipv4Address.Parse(Plane.GuestRouter) };

    private readonly Plane _plane = new();

    public void Dispose() => _plane.Dispose();

    private ProfileTable Make(params string[] names)
    {
        var table = new ProfileTable(_plane.Bpf, names);
        foreach (var name in names)
        {
            table.Set(name, s_slot, ProfileDestinations.None);
        }

        return table;
    }

    private ProfileSlot SlotAt(uint place) => _plane.Bpf.Profiles.TryGet(place, out var slot) ? slot : throw new InvalidOperationException();

    [Fact]
    public void Names_AtTheNextStart_KeepTheirPlaces_InWhateverOrderTheyStand()
    {
        var before = Make("default", "guests", "staff", "cameras");
        var after = Make("default", "aliens", "cameras", "guests", "staff");
        Assert.Equal(0u, after.PlaceOf("default"));
        foreach (var name in (string[])["guests", "staff", "cameras"])
        {
            Assert.Equal(before.PlaceOf(name), after.PlaceOf(name));
        }

        Assert.Equal(5, ((string[])["default", "aliens", "guests", "staff", "cameras"]).Select(after.PlaceOf).Distinct().Count());
    }

    [Fact]
    public void ProfileThatIsGone_LetsNothingOut()
    {
        var place = Make("default", "guests", "staff").PlaceOf("guests");
        Make("default", "staff");
        var slot = SlotAt(place);
        Assert.True(slot.Flags.HasFlag(ProfileFlags.NoGateway) && slot.Flags.HasFlag(ProfileFlags.Isolate));
        Assert.Equal(0UL, slot.Id);
    }

    [Fact]
    public void ProfileThatIsNew_TakesNoPlaceOfOneThatIsGoneJustNow()
    {
        // Bindings of the one that is gone still name its place; the new one's rights are not theirs.
        var gone = Make("default", "guests").PlaceOf("guests");
        var table = Make("default", "staff");
        Assert.NotEqual(gone, table.PlaceOf("staff"));
        Assert.True(SlotAt(gone).Flags.HasFlag(ProfileFlags.NoGateway));
        Assert.False(SlotAt(table.PlaceOf("staff")).Flags.HasFlag(ProfileFlags.NoGateway));
    }

    [Fact]
    public void Places_UsedUpByThoseThatAreGone_AreGivenAgain()
    {
        var many = Enumerable.Range(1, ProfileSlot.Count - 1).Select(i => $"p{i}").ToArray();
        Make(["default", .. many]);
        var table = Make(["default", .. many.Select(n => "new-" + n)]);
        Assert.Equal(ProfileSlot.Count - 1, many.Select(n => table.PlaceOf("new-" + n)).Distinct().Count());
        Assert.All(many, n => Assert.InRange(table.PlaceOf("new-" + n), 1u, (uint)ProfileSlot.Count - 1));
    }

    [Fact]
    public void Destinations_OfASecondSetting_ReplaceTheFirst_AndTouchNoOthers()
    {
        var table = Make("default", "guests");
        var (ten, office) = (Ipv4Network.Parse("10.0.0.0/8"), Ipv4Network.Parse("10.1.0.0/16"));
        var (unique, documentation) = (Ipv6Network.Parse("fc00::/7"), Ipv6Network.Parse("2001:db8::/32"));
        table.Set("default", s_slot, new ProfileDestinations(new Dictionary<Ipv4Network, Destination> { [ten] = Destination.Denied }, new Dictionary<Ipv6Network, Destination> { [unique] = Destination.Denied }));
        table.Set("guests", s_slot, new ProfileDestinations(
            new Dictionary<Ipv4Network, Destination> { [ten] = Destination.Denied, [office] = Destination.Allowed },
            new Dictionary<Ipv6Network, Destination> { [unique] = Destination.Denied, [documentation] = Destination.Allowed }));
        table.Set("guests", s_slot, new ProfileDestinations(
            new Dictionary<Ipv4Network, Destination> { [office] = Destination.Denied }, new Dictionary<Ipv6Network, Destination> { [documentation] = Destination.Denied }));

        var all = _plane.Bpf.Destinations.Keys().Select(k => (k.Profile, k.Prefix, (Ipv4Address)k.Network, Verdict: _plane.Bpf.Destinations.TryGet(k, out var v) ? v : 0)).Order().ToArray();
        Assert.Equal(
            [(0u, 32u + 8, ten.NetworkId, Destination.Denied), (table.PlaceOf("guests"), 32u + 16, office.NetworkId, Destination.Denied)], all);
        var ipv6 = _plane.Bpf.Destinations6.Keys().Select(k => (k.Profile, k.Prefix, (Ipv6Address)k.Network, Verdict: _plane.Bpf.Destinations6.TryGet(k, out var v) ? v : 0)).Order().ToArray();
        Assert.Equal(
            [(0u, 32u + 7, unique.NetworkId, Destination.Denied), (table.PlaceOf("guests"), 32u + 32, documentation.NetworkId, Destination.Denied)], ipv6);
    }
}
