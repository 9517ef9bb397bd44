using Innkeeper.Addresses;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>A process that takes over what an earlier one left in the data plane and in the store.</summary>
public sealed class AdoptionTests
{
    private const string Address = "47.31.128.195";
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\n";

    [Fact]
    public void Binding_AtWork_GoesOnWithItsGateway_AndMapsAreLeftAsTheyAre()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, "47.31.128.1"));
        var before = world.Bind(1, Address);
        var slot = world.Map.Slots[before.Number];
        world.Map.Journal.Clear();

        Assert.Equal(1, world.Restart());

        Assert.Equal(before, world.BindingOf(1, Address));
        var after = world.Map.Slots[before.Number];
        Assert.Equal((slot.Generation, slot.Flags, (Ipv4Address)slot.Gateway), (after.Generation, after.Flags, (Ipv4Address)after.Gateway));
        Assert.Empty(world.Map.Journal);
        Assert.Equal(AddressState.Bound, Assert.Single(world.Core.Pools.All).Addresses.StateOf(before.Legal));
    }

    [Fact]
    public void NewBinding_AfterTheRestart_GetsAnotherNumberAndAddress()
    {
        var world = new ControlHarness(Pool).Ready();
        var before = world.Bind(1, Address);

        world.Restart();
        world.Ready();
        var after = world.Bind(2, "10.0.0.2");

        Assert.NotEqual((before.Number, before.Legal, before.Meter), (after.Number, after.Legal, after.Meter));
        Assert.NotEqual(before.Number, after.Number);
        Assert.NotEqual(before.Legal, after.Legal);
        Assert.NotEqual(before.Meter, after.Meter);
    }

    [Fact]
    public void Binding_OfAVlanThatIsNotServedAnyMore_Ends()
    {
        var world = new ControlHarness("access.vlans = [7]\n" + Pool).Ready();
        var untagged = world.Bind(1, Address);
        var tagged = world.Bind(2, Address, 7);

        world.Began.Clear();
        var adopted = world.Restart(vlan => vlan != 7);

        // Listeners hear of what ends, and of nothing that continues.
        Assert.Equal([(tagged.Claim, tagged.Legal)], world.Ended.Select(b => (b.Claim, b.Legal)));
        Assert.Empty(world.Began);

        Assert.Equal((1, $"clear {tagged.Number}"), (adopted, world.Map.Journal[^1]));
        Assert.Equal([untagged.Claim], world.Map.Claims.Keys);
    }

    [Fact]
    public void Binding_WhoseDeviceIsHeldMeanwhile_Ends()
    {
        var world = new ControlHarness(Pool).Ready();
        var binding = world.Bind(1, Address);
        world.Store.Devices[Mac(1)] = world.Store.Devices[Mac(1)] with
        {
            Admission = new AdmissionStatus(AdmissionState.Held, "", "", world.Clock.GetUtcNow(), null, DecisionSource.Administrator),
        };

        Assert.Equal(0, world.Restart());

        Assert.Equal($"clear {binding.Number}", world.Map.Journal[^1]);
        Assert.Empty(world.Map.Claims);
        Assert.Empty(world.Map.Outside);
    }

    private const string Rule = "[profiles.static]\nadmission = \"approve\"\n[[rules]]\nprofile = \"static\"\nuses = \"static\"\n";

    /// <summary>A rule that comes by a reload holds devices at work, and says so; when it is taken back, they are at work again, silent as they are.</summary>
    [Fact]
    public void Rule_ThatComesAndGoes_HoldsDevicesAndAdmitsThemAgain_SilentOnesToo()
    {
        var world = new ControlHarness(Pool).Ready();
        var (first, second) = (world.Confirm(world.Bind(1, Address)), world.Confirm(world.Bind(2, "10.0.0.2")));
        world.Decide(2, d => d with { Name = "press-2" });

        world.Restart(settings: Pool + Rule);
        world.Ready();

        Assert.Equal([Mac(1).ToString(), "press-2"], Assert.Single(world.EventsOf<DevicesHeldAtStart>()).Devices.Order());
        Assert.True(world.BindingOf(1, Address)!.Policy.IsHeld);
        Assert.Equal(("static", AdmissionState.Held), (world.Store.Devices[Mac(1)].Profile, world.Store.Devices[Mac(1)].Admission.State));
        world.Confirm(world.BindingOf(1, Address)!);

        world.Restart(settings: Pool);
        world.Ready();

        Assert.Equal([Mac(1).ToString(), "press-2"], Assert.Single(world.EventsOf<DevicesAdmittedAtStart>()).Devices.Order());
        Assert.All(world.Store.Devices.Values, d => Assert.Equal(("default", AdmissionState.Admitted), (d.Profile, d.Admission.State)));
        Assert.Equal(first.Legal, world.BindingOf(1, Address)?.Legal);
        _ = second;
    }

    /// <summary>Also one that has no binding, as it was silent for longer than [pool] idle.</summary>
    [Fact]
    public void Record_OfADeviceThatIsAway_FollowsTheSettingsToo()
    {
        var world = new ControlHarness(Pool + Rule).Ready();
        world.Confirm(world.Bind(1, Address));
        world.Advance(TimeSpan.FromMinutes(31));
        Assert.Empty(world.Core.Registry.Bindings);

        world.Restart(settings: Pool);

        Assert.Equal(("default", AdmissionState.Admitted), (world.Store.Devices[Mac(1)].Profile, world.Store.Devices[Mac(1)].Admission.State));
    }

    [Fact]
    public void Vlan_ThatIsNotServedAnyMore_IsAnEvent()
    {
        var world = new ControlHarness("access.vlans = [7]\n" + Pool).Ready();
        world.Bind(2, Address, 7);

        world.Restart(vlan => vlan != 7);

        Assert.Equal([Mac(2).ToString()], Assert.Single(world.EventsOf<DevicesHeldAtStart>()).Cut);
    }

    [Fact]
    public void Binding_ThatNoRowKnows_GoesOn_AndGetsItsRowsAgain()
    {
        var world = new ControlHarness(Pool).Ready();
        var binding = world.Bind(1, Address);
        world.Store.Bindings.Clear();
        world.Store.Devices.Clear();

        Assert.Equal(1, world.Restart());

        Assert.Equal(binding.Legal, Assert.Single(world.Store.Bindings.Values).Legal);
        Assert.Equal(DeviceUse.Static, Assert.Single(world.Store.Devices.Values).Uses);
    }

    [Fact]
    public void Row_OfADeviceThatIsAway_KeepsItsAddressForIt()
    {
        var world = new ControlHarness(Pool).Ready();
        var before = world.Confirm(world.Bind(1, Address));
        world.Advance(TimeSpan.FromMinutes(31));
        Assert.Empty(world.Core.Registry.Bindings);

        world.Restart();
        world.Ready();
        for (var device = 2; device < 6; device++)
        {
            Assert.NotEqual(before.Legal, world.Bind(device, "10.0.0.2").Legal);
        }

        world.SendFirst(1, Address);
        world.Ready();
        Assert.Equal((before.Legal, before.FirstSeen), (world.BindingOf(1, Address)!.Legal, world.BindingOf(1, Address)!.FirstSeen));
    }

    [Fact]
    public void Quarantine_HoldsForTheRestOfItsTime()
    {
        var world = new ControlHarness(Pool).Ready();
        world.HearOnUplink(ArpMessage.Announcement(MacAddress.Parse("02:00:00:00:00:99"), Ip("137.118.199.50")));
        world.Advance(TimeSpan.FromMinutes(8));

        world.Restart();

        Assert.Equal(AddressState.Quarantined, StateOf(world, "137.118.199.50"));
        world.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(AddressState.Quarantined, StateOf(world, "137.118.199.50"));
        world.Advance(TimeSpan.FromSeconds(61));
        Assert.NotEqual(AddressState.Quarantined, StateOf(world, "137.118.199.50"));
    }

    [Fact]
    public void SharedBinding_GoesOnWithItsShare_WhichNobodyElseGets()
    {
        var world = new ControlHarness("").Ready();
        var before = world.Bind(1, Address);

        Assert.Equal(1, world.Restart());
        world.Ready();

        Assert.Equal((before.Share, before.Shared), (world.BindingOf(1, Address)!.Share, world.BindingOf(1, Address)!.Shared));
        Assert.NotEqual(before.Share, world.Bind(2, Address).Share);
        Assert.DoesNotContain($"open {before.Share} {before.Shared}", world.Shared.Journal.Skip(2));
    }

    [Fact]
    public void PinnedAddress_IsKeptAfterTheRestart()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50\"]\nnapt.enabled = false\n").Ready();
        world.Core.Admission.Decide(new DeviceRecord(Mac(9), world.Clock.GetUtcNow()) { PinnedLegal = Ip("137.118.199.50") });

        world.Restart();
        world.Ready();
        world.SendFirst(1, Address);

        Assert.Null(world.BindingOf(1, Address));
        Assert.NotNull(world.Bind(9, "10.0.0.9"));
    }

    [Fact]
    public void MappingsOfABindingThatEnded_AreNotThoseOfItsNumbersNext()
    {
        var world = new ControlHarness(Pool).Ready();
        var before = world.Map.Slots[world.Bind(1, Address).Number].Generation;
        world.Restart();
        world.Forget(1);
        world.Ready();

        Assert.True(world.Map.Slots[world.Bind(2, Address).Number].Generation > before);
    }

    private static AddressState StateOf(ControlHarness world, string address) => Assert.Single(world.Core.Pools.All).Addresses.StateOf(Ip(address));
}
