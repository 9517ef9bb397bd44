using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>What the uplink's hosts say of outside addresses, and what the gateway says of them there (RFC 5227).</summary>
public sealed class AddressConflictDetectorTests
{
    private const string Address = "47.31.128.195";

    private static readonly MacAddress s_rival = MacAddress.Parse("02:00:00:00:00:99");

    private readonly ControlHarness _world = new ControlHarness().Ready();

    [Fact]
    public void Start_ProbesEachAddressThreeTimes()
    {
        var world = new ControlHarness().Ready();

        var probes = world.Uplink.Take().Arps().Where(a => a.IsProbe && a.TargetIp != ControlHarness.UplinkNetwork.Address).ToList();
        Assert.Equal(10, probes.Select(p => p.TargetIp).Distinct().Count());
        Assert.All(probes.CountBy(p => p.TargetIp), p => Assert.Equal(AddressPool.ProbeCount, p.Value));
        Assert.All(probes, p => Assert.Equal(ControlHarness.UplinkMac, p.SenderMac));
        Assert.Equal(30UL, world.Count(Counter.ProbesSent));
    }

    [Fact]
    public void NewBinding_IsAnnouncedTwice_TwoSecondsApart()
    {
        _world.Uplink.Take();
        var binding = _world.Bind(1, Address);
        Assert.Single(Announcements(binding));
        _world.Advance(TimeSpan.FromMilliseconds(1900));
        Assert.Empty(Announcements(binding));

        _world.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Single(Announcements(binding));

        _world.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(Announcements(binding));
    }

    [Fact]
    public void FirstConflict_IsDefendedByOneAnnouncement()
    {
        var binding = BoundLongAgo();

        Claim(binding.Legal);

        Assert.Equal(ArpMessage.Announcement(ControlHarness.UplinkMac, binding.Legal), Assert.Single(Announcements(binding)));
        Assert.Equal(new AddressDefended(binding.Legal, s_rival), Assert.Single(_world.EventsOf<AddressDefended>()));
        Assert.Equal(1UL, _world.Count(Counter.Conflicts));
        Assert.NotNull(_world.BindingOf(1, Address));
    }

    [Fact]
    public void SecondConflict_WithinTenSeconds_GivesTheAddressUp_AndServesTheDeviceAnotherAtOnce()
    {
        var binding = BoundLongAgo();
        Claim(binding.Legal);
        _world.Advance(TimeSpan.FromSeconds(9));
        _world.Map.Journal.Clear();

        Claim(binding.Legal);

        var moved = _world.BindingOf(1, Address)!;
        Assert.NotEqual(binding.Legal, moved.Legal);
        Assert.Equal([$"remove {binding.Number}", $"add {moved.Number}"], _world.Map.Journal);
        Assert.Equal(new AddressQuarantined(binding.Legal, s_rival, AddressPool.QuarantineTime), Assert.Single(_world.EventsOf<AddressQuarantined>()));
        Assert.Equal(_world.Clock.GetUtcNow() + AddressPool.QuarantineTime, _world.Store.Quarantined[binding.Legal]);
        Assert.Equal(1UL, _world.Count(Counter.BindingsMoved));
        Assert.Equal(binding.Claim, Assert.Single(_world.Ended).Claim);
        Assert.Equal(moved.Legal, Assert.Single(_world.Store.Bindings.Values).Legal);
    }

    [Fact]
    public void SecondConflict_TenSecondsLater_IsDefendedAgain()
    {
        var binding = BoundLongAgo();
        Claim(binding.Legal);
        _world.Advance(TimeSpan.FromSeconds(10));

        Claim(binding.Legal);

        Assert.Equal(2, _world.EventsOf<AddressDefended>().Count);
        Assert.NotNull(_world.BindingOf(1, Address));
    }

    [Fact]
    public void Conflict_AboutAReadyAddress_KeepsItFromDevicesForTenMinutes()
    {
        Claim(Ip("137.118.199.50"));

        Assert.Equal(AddressState.Quarantined, StateOf("137.118.199.50"));
        Assert.Single(_world.Store.Quarantined);
        _world.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(AddressState.Quarantined, StateOf("137.118.199.50"));
        _world.Advance(TimeSpan.FromMinutes(2));
        Assert.NotEqual(AddressState.Quarantined, StateOf("137.118.199.50"));
    }

    [Fact]
    public void Conflict_AboutAnAddressInQuarantine_LengthensItWithoutAnotherEvent()
    {
        Claim(Ip("137.118.199.50"));
        _world.Advance(TimeSpan.FromMinutes(9));

        Claim(Ip("137.118.199.50"));
        _world.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(AddressState.Quarantined, StateOf("137.118.199.50"));
        Assert.Single(_world.EventsOf<AddressQuarantined>());
    }

    [Fact]
    public void Probe_ForABoundAddress_IsTheDataPlanesToAnswer()
    {
        var binding = BoundLongAgo();

        _world.HearOnUplink(ArpMessage.Probe(s_rival, binding.Legal));
        _world.HearOnUplink(ArpMessage.Probe(s_rival, binding.Legal));

        Assert.Equal(0UL, _world.Count(Counter.Conflicts));
        Assert.NotNull(_world.BindingOf(1, Address));
    }

    [Fact]
    public void Probe_ForAReadyAddress_KeepsItFromDevices()
    {
        _world.HearOnUplink(ArpMessage.Probe(s_rival, Ip("137.118.199.50")));

        Assert.Equal(AddressState.Quarantined, StateOf("137.118.199.50"));
    }

    [Fact]
    public void Message_OfTheGatewayItself_OrOfAnotherAddress_IsNoConflict()
    {
        var binding = BoundLongAgo();

        _world.HearOnUplink(ArpMessage.Announcement(ControlHarness.UplinkMac, binding.Legal));
        _world.HearOnUplink(ArpMessage.Announcement(s_rival, Ip("137.118.199.9")));

        Assert.Equal(0UL, _world.Count(Counter.Conflicts));
    }

    [Fact]
    public void Conflict_OnOneArm_GivesTheAddressUpAtOnce()
    {
        var world = new ControlHarness(isOneArmed: true).Ready();
        var binding = world.Bind(1, Address);

        world.HearOnUplink(ArpMessage.Announcement(s_rival, binding.Legal));

        Assert.Empty(world.EventsOf<AddressDefended>());
        Assert.Single(world.EventsOf<AddressQuarantined>());
        Assert.NotEqual(binding.Legal, world.BindingOf(1, Address)!.Legal);
    }

    [Fact]
    public void Network_ThatChanged_HearsAllBoundAddressesAnewFromTheNewMac()
    {
        var binding = BoundLongAgo();
        var mac = MacAddress.Parse("02:00:00:00:00:0e");

        _world.Change(_world.Network.WithUplink(_world.Network.Uplink with { Mac = mac }));

        Assert.Equal(ArpMessage.Announcement(mac, binding.Legal), Assert.Single(Announcements(binding)));
    }

    [Fact]
    public void Announcement_WhileTheUplinkIsDown_CountsAsNotSent()
    {
        _world.Uplink.IsDown = true;

        _world.Bind(1, Address);

        // The request to the router is not sent either.
        Assert.Equal((1UL, 2UL), (_world.Count(Counter.AnnouncementsSent), _world.Count(Counter.SendFailed)));
    }

    private Binding BoundLongAgo()
    {
        var binding = _world.Confirm(_world.Bind(1, Address));
        _world.Advance(TimeSpan.FromSeconds(3));
        _world.Uplink.Take();
        return binding;
    }

    private AddressState StateOf(string address) => Assert.Single(_world.Core.Pools.All).Addresses.StateOf(Ip(address));

    private void Claim(Ipv4Address address) => _world.HearOnUplink(ArpMessage.Announcement(s_rival, address));

    private List<ArpMessage> Announcements(Binding binding) => [.. _world.Uplink.Take().Arps().Where(a => a.IsAnnouncement && a.SenderIp == binding.Legal)];
}
