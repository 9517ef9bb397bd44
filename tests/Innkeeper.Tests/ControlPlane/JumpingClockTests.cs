using Innkeeper.Addresses;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>What has an end ends when its time has passed, whatever the wall clock was set to meanwhile.</summary>
public sealed class JumpingClockTests
{
    private const string Address = "47.31.128.195";
    private const string Hour = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nprofiles.default.lifetime = \"1h\"\n";

    /// <summary>Days, and whether the clock is put right again after a moment, after hours, or never.</summary>
    public static TheoryData<int, int> Jumps => new() { { 5, 4 }, { -5, 4 }, { 5, 1500 }, { -5, 1500 }, { 5, 0 }, { -5, 0 }, { -20_000, 30 } };

    private static void Pass(ControlHarness world, TimeSpan time)
    {
        for (var passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(2))
        {
            world.Advance(TimeSpan.FromSeconds(2));
        }
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public void Admission_LastsItsHour(int days, int secondsUntilRight)
    {
        var world = new ControlHarness(Hour).Ready();
        world.Bind(1, Address);
        Assert.Equal(AdmissionState.Admitted, world.Store.Devices[Mac(1)].Admission.State);

        world.Clock.Jump(TimeSpan.FromDays(days));
        Pass(world, TimeSpan.FromSeconds(secondsUntilRight == 0 ? 1800 : secondsUntilRight));
        if (secondsUntilRight > 0)
        {
            world.Clock.Jump(-TimeSpan.FromDays(days));
            Pass(world, TimeSpan.FromSeconds(1800 - secondsUntilRight));
        }

        Assert.Equal(AdmissionState.Admitted, world.Core.Policy.Find(Mac(1))!.Admission.State);
        world.Restart();
        Pass(world, TimeSpan.FromMinutes(28));
        Assert.Equal(AdmissionState.Admitted, world.Core.Policy.Find(Mac(1))!.Admission.State);
        Pass(world, TimeSpan.FromMinutes(3));
        Assert.Equal((AdmissionState.Held, DecisionSource.Time), (world.Core.Policy.Find(Mac(1))!.Admission.State, world.Core.Policy.Find(Mac(1))!.Admission.Origin));
    }

    [Fact]
    public void Jump_IsOneEvent()
    {
        var world = new ControlHarness(Hour).Ready();
        world.Clock.Jump(TimeSpan.FromDays(5));
        Pass(world, TimeSpan.FromSeconds(4));
        world.Clock.Jump(-TimeSpan.FromDays(5));
        Pass(world, TimeSpan.FromMinutes(30));

        Assert.Equal(5, Assert.Single(world.EventsOf<ClockJumped>()).By.TotalDays, 0.01);
    }

    /// <summary>The battery is dead: after the boot it is 1970, and the time service answers half an hour later.</summary>
    [Fact]
    public void Admission_OverABootIn1970_LastsItsHour()
    {
        var world = new ControlHarness(Hour).Ready();
        world.Bind(1, Address);
        Pass(world, TimeSpan.FromMinutes(6));
        world.Clock.Reboot(off: TimeSpan.FromMinutes(10));
        world.Clock.Jump(TimeSpan.FromDays(-20_000));
        world.Restart();
        Pass(world, TimeSpan.FromMinutes(30));
        Assert.Equal(AdmissionState.Admitted, world.Core.Policy.Find(Mac(1))!.Admission.State);

        world.Clock.Jump(TimeSpan.FromDays(20_000));
        world.Clock.IsSynchronized = true;
        Pass(world, TimeSpan.FromMinutes(10));
        Assert.Equal(AdmissionState.Admitted, world.Core.Policy.Find(Mac(1))!.Admission.State);
        Pass(world, TimeSpan.FromMinutes(6));

        Assert.Equal(AdmissionState.Held, world.Core.Policy.Find(Mac(1))!.Admission.State);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void Lease_OverARestartWhileTheClockIsWrong_LastsItsTime(int days)
    {
        var settings = DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24")) with { Lease = TimeSpan.FromHours(1) };
        var world = new ControlHarness(Hour, dhcp: settings).Ready();
        var address = new DhcpClients(world).Lease(1);
        Pass(world, TimeSpan.FromMinutes(10));
        world.Clock.Jump(TimeSpan.FromDays(days));

        world.Restart();
        Pass(world, TimeSpan.FromMinutes(48));
        Assert.Equal(LeaseState.Active, world.Core.Dhcp!.Leases.FindByAddress(address)!.State);
        Pass(world, TimeSpan.FromMinutes(3));

        Assert.Equal(LeaseState.Ended, world.Core.Dhcp!.Leases.FindByAddress(address)!.State);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void Quarantine_OverARestartWhileTheClockIsWrong_LastsItsTime(int days)
    {
        var world = new ControlHarness().Ready();
        world.HearOnUplink(ArpMessage.Announcement(MacAddress.Parse("02:00:00:00:00:99"), Ip("137.118.199.50")));
        Pass(world, TimeSpan.FromMinutes(2));
        world.Clock.Jump(TimeSpan.FromDays(days));

        world.Restart();

        Pass(world, TimeSpan.FromMinutes(7));
        Assert.Equal(AddressState.Quarantined, Assert.Single(world.Core.Pools.All).Addresses.StateOf(Ip("137.118.199.50")));
        Pass(world, TimeSpan.FromMinutes(2));
        Assert.NotEqual(AddressState.Quarantined, Assert.Single(world.Core.Pools.All).Addresses.StateOf(Ip("137.118.199.50")));
    }

    /// <summary>A rule by hours follows the wall, but not one that is wrong for a moment.</summary>
    [Fact]
    public void RuleByHours_FollowsTheClockThatStays_AndNotTheOneThatJumps()
    {
        var noon = new ControlHarness().Clock.GetUtcNow().LocalDateTime;
        var (from, to) = (noon.AddHours(-1), noon.AddHours(1));
        var world = new ControlHarness($"""
            pool.addresses = ["137.118.199.50-137.118.199.59"]
            profiles.day.admission = "auto"
            profiles.default.admission = "approve"
            [[rules]]
            profile = "day"
            hours = "{from:HH:mm}-{to:HH:mm}"
            """).Ready();
        world.Bind(1, Address);
        Assert.Equal("day", world.Core.Policy.Find(Mac(1))!.Profile);

        world.Clock.Jump(TimeSpan.FromHours(5));
        Pass(world, TimeSpan.FromSeconds(50));
        Assert.Equal("day", world.Core.Policy.Find(Mac(1))!.Profile);

        Pass(world, TimeSpan.FromSeconds(20));
        Assert.Equal("default", world.Core.Policy.Find(Mac(1))!.Profile);
    }

    [Fact]
    public void EventsOfOneKind_AreNotSuppressed_AfterTheClockWasSetBack()
    {
        var world = new ControlHarness().Ready();
        for (var i = 0; i < 10; i++)
        {
            world.Events.Add(new InterfaceFailure($"before {i}"));
        }

        world.Clock.Jump(TimeSpan.FromDays(-5));
        Pass(world, TimeSpan.FromMinutes(15));
        world.Events.Add(new InterfaceFailure("after"));

        Assert.Equal("after", world.EventsOf<InterfaceFailure>()[^1].Reason);
    }
}
