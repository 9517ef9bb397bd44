using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The one writer of bindings: what it writes to maps and store, and in which order.</summary>
public sealed class BindingServiceTests
{
    private const string Address = "47.31.128.195";

    /// <summary>The uplink's own address is shared, in few blocks: five unconfirmed devices fill it.</summary>
    private const string Shared = "napt.block = 512\n";

    [Fact]
    public void Arrival_ThatDisplacesAnother_RemovesAbandonsOpensAndAddsInThatOrder()
    {
        var world = new ControlHarness(Shared).Ready();
        for (var device = 1; device <= 5; device++)
        {
            world.Bind(device, $"10.0.0.{device}");
        }

        world.Advance(TimeSpan.FromSeconds(3));
        world.SendFirst(6, "10.0.0.6");
        world.Advance(TimeSpan.FromMilliseconds(600));
        world.Writes.Clear();
        var oldest = world.BindingOf(1, "10.0.0.1")!;
        world.SendFirst(6, "10.0.0.6");

        var newest = world.BindingOf(6, "10.0.0.6")!;
        Assert.NotEqual(oldest.Share, newest.Share);
        Assert.Equal(
            [$"remove {oldest.Number}", $"abandon {oldest.Share}", $"open {newest.Share} {ControlHarness.UplinkNetwork.Address}", $"add {newest.Number}"],
            world.Writes.Where(w => !w.StartsWith("profile", StringComparison.Ordinal)));
    }

    [Fact]
    public void NewBinding_IsSavedAndCountsAsHeardAMomentBefore()
    {
        var world = new ControlHarness().Ready();

        var binding = world.Bind(1, Address);

        // The data plane must punt what follows: it says what gateway the device uses.
        Assert.Equal(BindingService.JustBefore, world.Map.IdleFor(binding.Number, world.Now));
        Assert.Equal(new RememberedBinding(binding.Claim, binding.Legal, binding.FirstSeen, world.Clock.GetUtcNow()), Assert.Single(world.Store.Bindings.Values));
        Assert.Equal(1UL, world.Count(Counter.BindingsMade));
    }

    [Fact]
    public void Binding_ThatEndsUnconfirmed_LeavesNoRow()
    {
        var world = new ControlHarness().Ready();
        world.Bind(1, Address);

        EndByIdleness(world);

        Assert.Equal([$"save {Address}", $"release {Address}", $"forget {Address}"], world.Store.Journal.Where(j => j.EndsWith(Address, StringComparison.Ordinal)));
        Assert.Empty(world.Store.Bindings);
        Assert.Equal(1UL, world.Count(Counter.BindingsReleased));
    }

    [Fact]
    public void Binding_ThatEndsConfirmed_KeepsItsRowAndGetsTheSameAddressAgain()
    {
        var world = new ControlHarness().Ready();
        var before = world.Confirm(world.Bind(1, Address));
        EndByIdleness(world);
        world.Ready();
        world.Bind(2, "10.0.0.2");

        world.SendFirst(1, Address);
        world.Ready();

        var after = world.BindingOf(1, Address)!;
        Assert.Equal((before.Legal, before.FirstSeen), (after.Legal, after.FirstSeen));
        Assert.DoesNotContain($"forget {Address}", world.Store.Journal);
    }

    [Fact]
    public void Binding_ThatEnds_IsGoneFromTheMapBeforeListenersHearOfIt_OnceEach()
    {
        var world = new ControlHarness().Ready();
        var binding = world.Bind(1, Address);

        EndByIdleness(world);

        Assert.Equal(binding, Assert.Single(world.Ended));
        Assert.Empty(world.Map.Slots);
        Assert.Empty(world.Map.Claims);
        Assert.Empty(world.Map.Outside);
    }

    /// <summary>What exports tell: each use of an outside address of a device's own begins once and ends once.</summary>
    [Fact]
    public void Listeners_HearOfEachBindingsBeginAndEnd()
    {
        var world = new ControlHarness().Ready();
        var binding = world.Bind(1, Address);
        world.SendFirst(1, Address);
        Assert.Equal(binding, Assert.Single(world.Began));

        world.Forget(1);
        Assert.Equal([binding.Legal], world.Ended.Select(b => b.Legal));
        world.Bind(1, Address);
        Assert.Equal((2, 1), (world.Began.Count, world.Ended.Count));
    }

    [Fact]
    public void Sweep_LeavesADeviceThatSends_AndEndsOneThatIsSilent()
    {
        var world = new ControlHarness().Ready();
        var live = world.Bind(1, Address);
        world.Bind(2, "10.0.0.2");
        world.Advance(TimeSpan.FromMinutes(20));
        world.Map.CountOut(live.Number, world.Now);

        world.Advance(TimeSpan.FromMinutes(11));

        Assert.Equal([live.Claim], world.Core.Registry.Bindings.Values.Select(b => b.Claim));
    }

    [Fact]
    public void Sweep_LeavesASilentDeviceWhosePortsAreInUse()
    {
        var world = new ControlHarness(Shared).Ready();
        var binding = world.Bind(1, Address);
        world.Shared.SetUsed(binding.Share, 1, 0, 0, 0);

        EndByIdleness(world);
        Assert.NotNull(world.BindingOf(1, Address));
        world.Shared.SetUsed(binding.Share);
        world.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(world.BindingOf(1, Address));
    }

    [Fact]
    public void Sweep_NotesEveryFiveMinutesWhichDevicesWereSeen()
    {
        var world = new ControlHarness().Ready();
        var live = world.Bind(1, Address);
        var silent = world.Bind(2, "10.0.0.2");
        var start = world.Clock.GetUtcNow();
        world.Advance(TimeSpan.FromMinutes(4));
        world.Map.CountOut(live.Number, world.Now);
        Assert.Equal(start, world.Store.Bindings[live.Claim].LastSeen);

        world.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(world.Clock.GetUtcNow(), world.Store.Bindings[live.Claim].LastSeen);
        Assert.Equal(start, world.Store.Bindings[silent.Claim].LastSeen);
    }

    [Fact]
    public void LanHost_OnOneArm_KeepsItsAddress_AndIsNotStored()
    {
        var world = new ControlHarness(isOneArmed: true).Ready();

        var local = world.Bind(1, "137.118.199.77");
        var guest = world.Bind(2, Address);
        EndByIdleness(world);

        Assert.Equal((true, Ip("137.118.199.77"), false), (local.IsLocal, local.Legal, guest.IsLocal));
        Assert.DoesNotContain(world.Store.Journal, j => j.EndsWith("137.118.199.77", StringComparison.Ordinal));
        Assert.Empty(world.Core.Registry.Bindings);
    }

    [Fact]
    public void LanHost_AfterTheLanChanged_IsADeviceLikeAnyOther()
    {
        var world = new ControlHarness(isOneArmed: true).Ready();
        world.Change(world.Network with { Networks = world.Network.Networks with { UplinkNetwork = Ipv4Network.Parse("137.118.199.2/26") } });

        var binding = world.Bind(1, "137.118.199.77");

        Assert.Equal((false, true), (binding.IsLocal, binding.IsPooled));
    }

    [Fact]
    public void Addresses_OfOneDevice_ShareOneAddressByOneShare()
    {
        var world = new ControlHarness(Shared).Ready();

        var (first, second) = (world.Bind(1, Address), world.Bind(1, "47.31.128.196"));

        Assert.Equal((first.Share, first.Shared), (second.Share, second.Shared));
        Assert.Equal([$"open {first.Share} {first.Shared}"], world.Shared.Journal.Where(j => j.StartsWith("open", StringComparison.Ordinal)));
    }

    [Fact]
    public void ConfirmedDevice_ThatComesBackSoon_FindsItsShareStillOpen()
    {
        var world = new ControlHarness(Shared).Ready();
        var before = world.Confirm(world.Bind(1, Address));
        world.Decide(1, AdmissionState.Held);

        world.Decide(1, AdmissionState.Admitted);
        var after = world.Bind(1, Address);

        Assert.Equal(before.Share, after.Share);
        Assert.Single(world.Shared.Journal, j => j.StartsWith("open", StringComparison.Ordinal));
    }

    [Fact]
    public void SameAddress_OfTwoDevices_GivesTwoBindingsWithTwoAddresses()
    {
        var world = new ControlHarness().Ready();

        var (first, second) = (world.Bind(1, Address), world.Bind(2, Address));

        Assert.NotEqual(first.Legal, second.Legal);
        Assert.Equal(2, world.Map.Claims.Count);
    }

    private static void EndByIdleness(ControlHarness world) => world.Advance(TimeSpan.FromMinutes(31));
}
