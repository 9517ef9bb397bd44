using Innkeeper.Clocks;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Volumes of profiles: counted by group and period, and their devices held and let go through everything that can happen to them. The world begins on 1 March 2026, a Sunday, at noon.</summary>
public sealed class VolumeMeterTests : IDisposable
{
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n[profiles.default]\n";
    private const string ByTag = Pool + "volume = \"10M\"\nlimits_per = \"tag\"\n";

    private readonly Dictionary<uint, ulong> _octets = [];
    private ControlHarness? _world;
    private VolumeMeter? _meter;

    public void Dispose() => _meter?.Dispose();

    private ControlHarness World => _world!;

    private ControlHarness Begin(string settings, params int[] devices)
    {
        _world = new ControlHarness(settings).Ready();
        _meter = Meter();
        foreach (var device in devices)
        {
            World.Confirm(World.Bind(device, AddressOf(device)));
        }

        return World;
    }

    /// <summary>With the tag "hall".</summary>
    private ControlHarness BeginHall(params int[] devices)
    {
        Begin(ByTag, devices);
        foreach (var device in devices)
        {
            Tag(device, "hall");
        }

        return World;
    }

    private VolumeMeter Meter()
    {
        var world = World;
        return new VolumeMeter(
            world.Volumes, world.Core.Policy.Devices, () => world.Core.Registry.Bindings.Values, number => _octets.GetValueOrDefault(number), world.Store,
            macs => world.Core.Inbox.Post(() => world.Core.Admission.Reapply(macs)), world.Events, world.Steady);
    }

    /// <summary>The process is killed, and another begins.</summary>
    private void Restart(string? settings = null)
    {
        World.Restart(settings: settings);
        _meter = Meter();
        World.Ready();
    }

    private static string AddressOf(int device) => $"10.0.0.{device}";

    private void Tag(int device, params string[] tags) => World.Decide(device, d => d with { Tags = [.. tags] });

    /// <summary>The device, and the hosts that it talks to, send so much.</summary>
    private void Move(int device, ulong octets)
    {
        var number = World.BindingOf(device, AddressOf(device))!.Number;
        _octets[number] = _octets.GetValueOrDefault(number) + octets;
    }

    private void Look(double seconds = 10)
    {
        World.Advance(TimeSpan.FromSeconds(seconds));
        _meter!.Look();
        World.Advance(TimeSpan.Zero);
    }

    /// <summary>Whether a device is held, as its next packet finds it. What moved with a binding that ended is counted no more.</summary>
    private bool IsHeld(int device)
    {
        if (World.BindingOf(device, AddressOf(device)) is null)
        {
            World.SendFirst(device, AddressOf(device));
            World.Ready();
            var made = World.BindingOf(device, AddressOf(device)) ?? World.Bind(device, AddressOf(device));
            _octets[made.Number] = 0;
            World.Confirm(made);
        }

        Assert.Equal(AdmissionState.Admitted, World.Core.Policy.Find(Mac(device))!.Admission.State);
        return World.BindingOf(device, AddressOf(device))!.Policy.IsHeld;
    }

    private long Used(string group) => World.Volumes.Uses.GetValueOrDefault(new VolumeGroup("default", group))?.Octets ?? 0;

    private DateTimeOffset Wall => World.Steady.WallNow();

    [Fact]
    public void Group_ThatUsesUpItsVolume_IsHeldUntilTheDayEnds_AndNoOtherIs()
    {
        BeginHall(1, 2);
        World.Confirm(World.Bind(3, AddressOf(3)));
        Move(1, 4_000_000);
        Move(2, 5_999_999);
        Move(3, 1_000_000);
        Look();
        Assert.Equal((9_999_999, false, false), (Used("tag hall"), IsHeld(1), IsHeld(2)));

        Move(2, 1);
        Look();
        Look();

        Assert.Equal((true, true, false), (IsHeld(1), IsHeld(2), IsHeld(3)));
        Assert.Equal(1_000_000, Used($"device {Mac(3)}"));
        Assert.Equal(new VolumeUsedUp("tag hall", "default", "10M", new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), null), Assert.Single(World.EventsOf<VolumeUsedUp>()));

        // What a held device moves to hosts that every device may reach is not counted.
        Move(1, 5_000_000);
        Look();
        Assert.Equal(10_000_000, Used("tag hall"));

        Look((new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero) - Wall).TotalSeconds - 1);
        Assert.True(IsHeld(1));
        Look(1);

        Assert.Equal((false, false, 0), (IsHeld(1), IsHeld(2), Used("tag hall")));
        Assert.Equal(new VolumeRenewed("tag hall", "default", null), Assert.Single(World.EventsOf<VolumeRenewed>()));
        Assert.Single(World.EventsOf<VolumeUsedUp>());
        Assert.Empty(World.Store.Volumes);
    }

    [Theory]
    [InlineData("week", 1)]
    [InlineData("month", 31)]
    public void Period_LongerThanADay_LastsUntilItsEnd(string period, int days)
    {
        Begin(Pool + $"volume = \"10M\"\nvolume_period = \"{period}\"\n", 1);
        Move(1, 10_000_000);
        Look();
        Assert.True(IsHeld(1));

        var end = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero).AddDays(days);
        Look((end - Wall).TotalSeconds - 1);
        Assert.True(IsHeld(1));
        Look(1);
        Assert.False(IsHeld(1));
    }

    /// <summary>What was used is known to the next process up to the last minute, and a hold to the second.</summary>
    [Fact]
    public void Kill_KeepsTheHold_AndWhatWasWritten()
    {
        BeginHall(1, 2);
        Move(1, 3_000_000);
        Look(60);
        Move(1, 1_000_000);
        Look();
        Restart();
        Assert.Equal((3_000_000, false), (Used("tag hall"), IsHeld(1)));

        Move(1, 7_000_000);
        Look();
        Assert.True(IsHeld(1));
        Restart();

        Assert.Equal((10_000_000, true, true), (Used("tag hall"), IsHeld(1), IsHeld(2)));
        Look();
        Assert.Equal((true, 1), (IsHeld(1), World.EventsOf<VolumeUsedUp>().Count));
    }

    [Fact]
    public void Stop_WritesWhatWasUsedUpToThen()
    {
        BeginHall(1);
        Move(1, 3_000_000);
        _meter!.Dispose();

        Assert.Equal(3_000_000, Assert.Single(World.Store.Volumes).Value.Octets);
        Move(1, 1_000_000);
        _meter.Look();
        Assert.Equal(3_000_000, Used("tag hall"));
    }

    [Fact]
    public void Amounts_WhileNothingIsUsedUp_AreWrittenOnceAMinute()
    {
        BeginHall(1);
        for (var i = 0; i < 12; i++)
        {
            Move(1, 1000);
            Look();
        }

        Assert.InRange(World.Store.VolumeWrites, 1, 3);
        Assert.InRange(Assert.Single(World.Store.Volumes).Value.Octets, 6_000, 12_000);
    }

    [Fact]
    public void Volume_ThatIsRaised_LetsTheGroupGoOn_UntilThatIsUsedUpToo()
    {
        BeginHall(1);
        Move(1, 10_000_000);
        Look();
        Assert.True(IsHeld(1));

        Restart(Pool + "volume = \"15M\"\nlimits_per = \"tag\"\n");
        Assert.False(IsHeld(1));
        Assert.Equal(new VolumeRenewed("tag hall", "default", null), Assert.Single(World.EventsOf<VolumeRenewed>()));

        Move(1, 5_000_000);
        Look();
        Assert.True(IsHeld(1));
        Assert.Equal("15M", World.EventsOf<VolumeUsedUp>()[^1].Volume);
    }

    [Fact]
    public void Volume_ThatIsLoweredBelowWhatWasUsed_HoldsTheGroup_AndOneTakenAwayFreesIt()
    {
        BeginHall(1);
        Move(1, 9_000_000);
        Look(60);
        Restart(Pool + "volume = \"5M\"\nlimits_per = \"tag\"\n");
        Assert.True(IsHeld(1));
        Assert.Single(World.EventsOf<VolumeUsedUp>());

        Restart(Pool);
        Assert.False(IsHeld(1));
        Assert.Single(World.EventsOf<VolumeRenewed>());
        Assert.Empty(World.Store.Volumes);
    }

    /// <summary>The administrator's word is for that device, and until the period ends: then all begin again.</summary>
    [Fact]
    public void Device_ThatIsAdmittedByHand_GoesOn_AndTheOthersOfTheGroupDoNot()
    {
        BeginHall(1, 2);
        World.Decide(2, AdmissionState.Admitted);
        Move(1, 10_000_000);
        Look();
        Assert.True(IsHeld(2));

        World.Advance(TimeSpan.FromSeconds(1));
        World.Decide(1, AdmissionState.Admitted);
        Assert.Equal((false, true), (IsHeld(1), IsHeld(2)));

        Move(1, 4_000_000);
        Look();
        Move(1, 6_000_000);
        Look(60);
        Restart();
        Assert.Equal((false, true), (IsHeld(1), IsHeld(2)));
        Assert.Equal(20_000_000, Used("tag hall"));
        Assert.Single(World.EventsOf<VolumeUsedUp>());

        // The next day it counts as the others do.
        Look(86_400);
        Assert.False(IsHeld(1));
        Move(1, 10_000_000);
        Look();
        Assert.True(IsHeld(1));
    }

    [Fact]
    public void Device_WithAnotherTag_UsesThatGroupsVolume_AndBackItIsHeldAgain()
    {
        BeginHall(1, 2);
        Move(1, 10_000_000);
        Look();
        Assert.True(IsHeld(2));

        Tag(2, "bar");
        Assert.Equal((true, false), (IsHeld(1), IsHeld(2)));
        Move(2, 2_000_000);
        Look();
        Assert.Equal((10_000_000, 2_000_000), (Used("tag hall"), Used("tag bar")));

        Tag(2, "hall");
        Assert.True(IsHeld(2));
    }

    /// <summary>A clock that comes into another day, either way, begins that one anew; nothing is counted for two days.</summary>
    [Fact]
    public void Clock_ThatJumps_BeginsTheDayThatItComesTo()
    {
        BeginHall(1);
        Move(1, 10_000_000);
        Look();
        Assert.True(IsHeld(1));

        Jump(40);
        Assert.False(IsHeld(1));
        Move(1, 1_000_000);
        Look();

        Jump(-40);
        Assert.Equal((false, 0), (IsHeld(1), Used("tag hall")));
        Move(1, 10_000_000);
        Look();
        Assert.True(IsHeld(1));
        Assert.Single(World.Volumes.Uses);

        // A jump is believed when the clock keeps to it.
        void Jump(int days)
        {
            World.Clock.Jump(TimeSpan.FromDays(days));
            World.Advance(TimeSpan.FromSeconds(1));
            World.Advance(SteadyClock.LongDoubt);
            Look();
        }
    }

    [Fact]
    public void Groups_ThatAreUsedUpTogether_AreNamedAFew_AndTheOthersCounted()
    {
        int[] devices = [1, 2, 3, 4, 5, 6, 7, 8];
        Begin(Pool + "volume = \"10M\"\n", devices);
        foreach (var device in devices)
        {
            Move(device, 10_000_000);
        }

        Look();
        Assert.All(devices, device => Assert.True(IsHeld(device)));
        Look(43_200);

        Assert.Equal((5, 3), (World.EventsOf<VolumeUsedUp>().Count, Assert.Single(World.EventsOf<VolumesUsedUp>()).Count));
        Assert.Equal((5, 3), (World.EventsOf<VolumeRenewed>().Count, Assert.Single(World.EventsOf<VolumesRenewed>()).Count));
        Assert.All(devices, device => Assert.False(IsHeld(device)));
    }

    /// <summary>So invented devices leave nothing behind.</summary>
    [Fact]
    public void Device_ThatIsForgottenOrErased_LeavesNothing()
    {
        Begin(Pool + "volume = \"10M\"\n", 1, 2);
        Move(1, 10_000_000);
        Move(2, 1_000_000);
        Look(60);
        Assert.Equal(2, World.Store.Volumes.Count);

        World.Forget(1);
        Look();
        Assert.Equal([$"device {Mac(2)}"], World.Store.Volumes.Keys.Select(g => g.Name));
        Assert.Empty(World.EventsOf<VolumeRenewed>());

        _meter!.Erase(Mac(2));
        Assert.Empty(World.Store.Volumes);
        Assert.Empty(World.Volumes.Uses);
    }

    /// <summary>The database was lost while the gateway ran: the new one gets everything.</summary>
    [Fact]
    public void SaveAll_WritesEveryGroup()
    {
        BeginHall(1);
        Move(1, 3_000_000);
        Look(60);
        World.Store.Volumes.Clear();

        _meter!.SaveAll();

        Assert.Equal(3_000_000, Assert.Single(World.Store.Volumes).Value.Octets);
    }

    [Fact]
    public void Profile_WithoutAVolume_CountsNothing()
    {
        Begin(Pool, 1);
        Move(1, 10_000_000);
        Look(60);

        Assert.Empty(World.Volumes.Uses);
        Assert.Null(World.Volumes.Of(World.Core.Policy.Find(Mac(1))!, 0));
    }
}
