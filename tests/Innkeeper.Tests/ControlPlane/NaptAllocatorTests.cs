using System.Runtime.InteropServices;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Devices that share outside addresses: which address they have, when they move, and what is tidied up.</summary>
public sealed class NaptAllocatorTests
{
    private const string Address = "47.31.128.195";
    private const string TwoShared = "napt.addresses = [\"137.118.199.100-137.118.199.101\"]\n";

    private static readonly Ipv4Address s_own = ControlHarness.UplinkNetwork.Address;
    private static readonly Ipv4Address s_next = Ip("137.118.199.3");

    [Fact]
    public void Share_IsOpenedBeforeItsBindingIsWritten()
    {
        var world = new ControlHarness("").Ready();
        world.Writes.Clear();

        var binding = world.Bind(1, Address);

        Assert.Equal((false, s_own), (binding.HasOwn, binding.Shared));
        Assert.Equal([$"open {binding.Share} {s_own}", $"add {binding.Number}"], world.Writes);
    }

    [Fact]
    public void SharedAddresses_AreProbedAnnouncedAndUsed_AndDevicesSpreadOverThem()
    {
        var world = new ControlHarness(TwoShared);
        world.SendFirst(1, Address);
        Assert.Empty(world.Stack.Frames);

        world.Ready();
        var (first, second) = (world.BindingOf(1, Address)!, world.Bind(2, Address));

        Assert.Equal([Ip("137.118.199.100"), Ip("137.118.199.101")], ((Ipv4Address[])[first.Shared, second.Shared]).Order());
        Assert.Equal(["use 137.118.199.100", "use 137.118.199.101"], world.Shared.Journal.Where(j => j.StartsWith("use", StringComparison.Ordinal)).Order());
        Assert.Contains(world.Uplink.Take().Arps(), a => a.IsAnnouncement && a.SenderIp == Ip("137.118.199.100"));
    }

    [Fact]
    public void OwnAddress_ThatChanges_IsGivenUp_AndItsDevicesMoveToTheNewOne()
    {
        var world = new ControlHarness("").Ready();
        var before = world.Bind(1, Address);
        var generation = world.Map.Slots[before.Number].Generation;
        world.Writes.Clear();

        world.Change(world.Network.WithUplink(world.Network.Uplink with { Address = s_next, Shared = s_next }));

        var after = world.BindingOf(1, Address)!;
        Assert.Equal((before.Number, s_next), (after.Number, after.Shared));
        Assert.NotEqual(before.Share, after.Share);
        Assert.Equal([$"give-up {s_own}", $"use {s_next}", $"open {after.Share} {s_next}", $"write {after.Number}"], world.Writes);

        // Its mappings were ports of the old address.
        Assert.True(world.Map.Slots[after.Number].Generation > generation);
        for (var device = 2; device < 16; device++)
        {
            Assert.Equal(s_next, world.Bind(device, Address).Shared);
        }
    }

    [Fact]
    public void OwnAddress_ThatIsGone_LeavesDevicesWithoutOne_UntilItIsBack()
    {
        var world = new ControlHarness("").Ready();
        world.Bind(1, Address);

        world.Change(world.Network.WithUplink(world.Network.Uplink with { Shared = null }));
        Assert.Equal((0U, Ipv4Address.Any), (world.BindingOf(1, Address)!.Share, world.BindingOf(1, Address)!.Shared));
        world.Change(world.Network.WithUplink(world.Network.Uplink with { Shared = s_own }));

        Assert.Equal(s_own, world.BindingOf(1, Address)!.Shared);
    }

    [Fact]
    public void SharedAddress_ThatAHostKeepsUsing_IsGivenUp_AndItsDevicesMove()
    {
        var world = new ControlHarness(TwoShared).Ready();
        var before = world.Bind(1, Address);
        var rival = MacAddress.Parse("02:00:00:00:00:99");

        world.HearOnUplink(ArpMessage.Announcement(rival, before.Shared));
        Assert.Equal(before.Shared, world.BindingOf(1, Address)!.Shared);
        world.HearOnUplink(ArpMessage.Announcement(rival, before.Shared));

        Assert.NotEqual(before.Shared, world.BindingOf(1, Address)!.Shared);
        Assert.Contains($"give-up {before.Shared}", world.Shared.Journal);
        Assert.Single(world.EventsOf<AddressQuarantined>());
    }

    [Fact]
    public void Device_WithoutAnAddressOfItsOwn_GetsOneWhenOneIsFree_AndKeepsItsPortsUntilTheyAreUnused()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50\"]\n").Ready();
        world.Confirm(world.Bind(1, "10.0.0.1"));
        var sharer = world.Bind(2, Address);
        Assert.Equal((false, s_own), (sharer.HasOwn, sharer.Shared));
        world.Shared.SetUsed(sharer.Share, 1, 0, 0, 0);
        world.Forget(1);

        world.Advance(TimeSpan.FromSeconds(5));

        var promoted = world.BindingOf(2, Address)!;
        Assert.Equal((Ip("137.118.199.50"), sharer.Share), (promoted.Legal, promoted.Share));
        Assert.Equal(promoted.Number, world.Map.Outside[promoted.Legal]);

        // Listeners hear of an address of the device's own when it has one.
        Assert.Equal(["10.0.0.1 137.118.199.50", $"{Address} 137.118.199.50"], world.Began.Select(b => $"{b.Claim.Address} {b.Legal}"));
        Assert.Equal((1UL, promoted.Legal), (world.Count(Counter.BindingsMoved), world.Store.Bindings[promoted.Claim].Legal));
        Assert.Contains(world.Uplink.Take().Arps(), a => a.IsAnnouncement && a.SenderIp == promoted.Legal);

        world.Shared.SetUsed(sharer.Share);
        world.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((0U, Ipv4Address.Any), (world.BindingOf(2, Address)!.Share, (Ipv4Address)world.Map.Slots[promoted.Number].Shared));
    }

    [Fact]
    public void Sweep_FreesTheNumberOfAShareWithoutDeviceWhenItsPortsAreUnused()
    {
        var world = new ControlHarness("").Ready();
        var first = world.Confirm(world.Bind(1, Address));
        world.Shared.SetUsed(first.Share, 0, 1, 0, 0);
        world.Forget(1);

        world.Advance(TimeSpan.FromSeconds(5));
        Assert.NotEqual(first.Share, world.Bind(2, Address).Share);
        world.Shared.SetUsed(first.Share);
        world.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(first.Share, world.Bind(3, Address).Share);
    }

    [Fact]
    public void Sweep_ForgetsAGivenUpAddressWhenNoPortOfItIsLeft()
    {
        var world = new ControlHarness("").Ready();
        var binding = world.Bind(1, Address);
        world.Shared.SetUsed(binding.Share, 1, 0, 0, 0);
        world.Change(world.Network.WithUplink(world.Network.Uplink with { Address = s_next, Shared = s_next }));
        world.Advance(TimeSpan.FromSeconds(5));
        Assert.DoesNotContain($"forget {s_own}", world.Shared.Journal);

        world.Shared.SetUsed(binding.Share);
        world.Advance(TimeSpan.FromSeconds(5));

        Assert.Contains($"forget {s_own}", world.Shared.Journal);
    }

    [Fact]
    public void Sweep_WhereNothingIsShared_LeavesTheDataPlaneAlone()
    {
        var world = new ControlHarness().Ready();

        world.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(0, world.Shared.Sweeps);
    }

    [Fact]
    public void Sweep_TellsWhatItFound()
    {
        var world = new ControlHarness("").Ready();
        world.Shared.SetUsed(world.Bind(1, Address).Share, 3, 2, 0, 0);

        world.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(5U, world.Core.Napt.Found.Live);
    }

    [Fact]
    public void Layout_ThatChangedBeforeTheRestart_GivesDevicesNewShares()
    {
        var world = new ControlHarness("").Ready();
        var before = world.Bind(1, Address);
        world.Shared.Use(s_own, new PortLayout(512, 1023, 20000, 30000, 64, true));
        world.Shared.SetUsed(before.Share, 1, 0, 0, 0);

        Assert.Equal(1, world.Restart());

        var after = world.BindingOf(1, Address)!;
        Assert.Equal((before.Number, s_own), (after.Number, after.Shared));
        Assert.NotEqual(before.Share, after.Share);
        Assert.False(world.Shared.IsLaidOutOtherwise(s_own, PortLayout.Beside(10240, 32767, 64), 0));
    }

    [Fact]
    public void Restart_KeepsTheNumberOfAShareWhosePortsAreStillHeldBack()
    {
        var world = new ControlHarness("").Ready();
        var gone = world.Confirm(world.Bind(1, Address));
        world.Shared.SetUsed(gone.Share, 1, 0, 0, 0);
        world.Forget(1);

        world.Restart();
        world.Ready();

        Assert.NotEqual(gone.Share, world.Bind(2, Address).Share);
    }

    [Fact]
    public void PortsRecord_IsWrittenToTheMappingLogWithItsDevice()
    {
        var file = Path.Combine(Path.GetTempPath(), $"innkeeper-ports-{Guid.NewGuid():N}.log");
        try
        {
            var world = new ControlHarness($"napt.log = \"{file}\"\n").Ready();
            var binding = world.Bind(1, Address);
            var record = new PortsRecord { Time = (ulong)(world.Now.Ticks * 100), Address = s_own, Share = binding.Share, First = 10240, Last = 10303, Protocol = 0 };

            world.Punt(PuntReason.Ports, MemoryMarshal.AsBytes([record]).ToArray());

            Assert.Contains($"begin device={Mac(1)} vlan=0 address={s_own} ports=10240-10303", Assert.Single(File.ReadAllLines(file)), StringComparison.Ordinal);
            Assert.Equal((record, binding.Claim.Station, Ip(Address)), Assert.Single(world.Ports));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void OwnAddressAmongSeventeen_FindsNoSlot_AndSaysSoOnce()
    {
        var world = new ControlHarness("").Ready();
        for (var i = 0U; i < SharedAddressSlot.Count; i++)
        {
            var next = new Ipv4Address(s_next.Value + i);
            world.Change(world.Network.WithUplink(world.Network.Uplink with { Address = next, Shared = next }));
        }

        Assert.Equal(SharedAddressSlot.Count, Assert.Single(world.EventsOf<SharedSlotsFull>()).Slots);
    }
}
