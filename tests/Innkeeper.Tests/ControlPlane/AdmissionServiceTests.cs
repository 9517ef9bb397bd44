using System.Globalization;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Tests.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>What follows from decisions about devices: in their records, their bindings and the data plane's list of blocked stations.</summary>
public sealed class AdmissionServiceTests
{
    private const string Address = "47.31.128.195";
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\n";

    [Fact]
    public void HeldDevice_HasABindingWithoutAddress_AndGetsOneWhenApproved()
    {
        var world = new ControlHarness(Pool + "profiles.default.admission = \"approve\"\n").Ready();
        var held = world.Bind(1, Address);
        Assert.Equal((false, true), (held.HasOwn, world.Map.Slots[held.Number].Flags.HasFlag(BindingFlags.Held)));

        world.Decide(1, AdmissionState.Admitted);
        Assert.Null(world.BindingOf(1, Address));

        var admitted = world.Bind(1, Address);
        Assert.Equal((true, false), (admitted.HasOwn, world.Map.Slots[admitted.Number].Flags.HasFlag(BindingFlags.Held)));
        Assert.Equal(AdmissionState.Admitted, world.Store.Devices[Mac(1)].Admission.State);
    }

    [Fact]
    public void Block_EndsTheBindingsAndTellsTheDataPlane_AndApproveTakesItBack()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Bind(1, Address);
        world.Bind(1, "47.31.128.196");

        world.Decide(1, AdmissionState.Blocked);

        Assert.Equal([Mac(1)], world.Blocked.Blocked);
        Assert.Empty(world.Map.Slots);
        Assert.Equal(AdmissionState.Blocked, world.Store.Devices[Mac(1)].Admission.State);
        world.Decide(1, AdmissionState.Admitted);
        Assert.Empty(world.Blocked.Blocked);
    }

    [Fact]
    public void Block_BeyondTheDataPlanesList_IsAnEvent_AndHoldsInTheControlPlane()
    {
        var world = new ControlHarness(Pool).Ready();
        for (var device = 1; device <= 17; device++)
        {
            world.Core.Admission.Decide(new DeviceRecord(Mac(device), world.Clock.GetUtcNow())
            {
                Admission = new AdmissionStatus(AdmissionState.Blocked, "", "", world.Clock.GetUtcNow(), null, DecisionSource.Administrator),
            });
        }

        world.SendFirst(17, Address);

        Assert.Equal(new BlockedListFull(Mac(17)), Assert.Single(world.EventsOf<BlockedListFull>()));
        Assert.Equal((16, 1UL), (world.Blocked.Blocked.Count, world.Count(Counter.RefusedBlocked)));
    }

    [Fact]
    public void Forget_LeavesNothing_AndTheDeviceIsNewAgain()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Confirm(world.Bind(1, Address));
        world.Decide(1, d => d with { Name = "till", PinnedLegal = Ip("137.118.199.55") });
        world.Advance(TimeSpan.FromSeconds(11));
        world.SendFirst(1, Address);
        world.Ready();

        world.Forget(1);

        Assert.Empty(world.Store.Devices);
        Assert.Empty(world.Store.Bindings);
        Assert.Empty(world.Map.Slots);
        var device = world.Bind(1, Address);
        world.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(("", 2), (world.Store.Devices[Mac(1)].Name, world.Arrivals.Count));
        Assert.NotNull(device);
    }

    [Fact]
    public void Forget_ABlockedDevice_TakesItFromTheDataPlanesList()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Bind(1, Address);
        world.Decide(1, AdmissionState.Blocked);

        world.Forget(1);

        Assert.Empty(world.Blocked.Blocked);
    }

    [Fact]
    public void Pin_OfAnAddressThatAnotherHas_EndsBothBindings_AndEachGetsItsOwnAgain()
    {
        var world = new ControlHarness(Pool).Ready();
        var (mine, others) = (world.Bind(1, Address), world.Bind(2, "10.0.0.2"));

        world.Decide(1, d => d with { PinnedLegal = others.Legal });

        Assert.Equal([$"remove {others.Number}", $"remove {mine.Number}"], world.Map.Journal.Skip(2));
        Assert.Equal(others.Legal, world.Bind(1, Address).Legal);
        Assert.NotEqual(others.Legal, world.Bind(2, "10.0.0.2").Legal);
    }

    [Fact]
    public void Pin_OfADeviceThatIsAway_KeepsTheAddressFromAllOthers()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50\"]\nnapt.enabled = false\n").Ready();
        world.Core.Admission.Decide(new DeviceRecord(Mac(9), world.Clock.GetUtcNow()) { PinnedLegal = Ip("137.118.199.50") });

        world.SendFirst(1, Address);

        Assert.Null(world.BindingOf(1, Address));
        Assert.Equal(Ip("137.118.199.50"), world.Bind(9, "10.0.0.9").Legal);
    }

    [Fact]
    public void Admission_WhoseTimeIsOver_EndsTheBinding_AndTheDeviceIsHeld()
    {
        var world = new ControlHarness(Pool + "profiles.default.lifetime = \"1h\"\n").Ready();
        var binding = world.Bind(1, Address);
        world.Advance(TimeSpan.FromMinutes(59));
        world.Map.CountOut(binding.Number, world.Now);

        world.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(world.BindingOf(1, Address));
        Assert.Equal((AdmissionState.Held, DecisionSource.Time), (world.Store.Devices[Mac(1)].Admission.State, world.Store.Devices[Mac(1)].Admission.Origin));
        Assert.True(world.Bind(1, Address).Policy.IsHeld);
    }

    /// <summary>The device asks again, and the administrator hears of it: also where the profile admits every device for a time.</summary>
    [Fact]
    public void Admission_WhoseTimeIsOver_IsAnEvent_AndTheDeviceAsksAgain()
    {
        var world = new ControlHarness(Pool + "profiles.default.lifetime = \"1h\"\n").Ready();
        var binding = world.Bind(1, Address);
        world.Decide(1, d => d with { Name = "till" });
        world.Advance(TimeSpan.FromSeconds(11));
        Assert.Single(world.Arrivals);
        world.Advance(TimeSpan.FromMinutes(59));
        world.Map.CountOut(binding.Number, world.Now);

        world.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(new AdmissionEnded(Mac(1), "till", "profile default"), Assert.Single(world.EventsOf<AdmissionEnded>()));
        Assert.Equal([Mac(1)], world.News);
        world.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(world.Arrivals);
        world.Bind(1, Address);
        world.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((2, DecisionSource.Time), (world.Arrivals.Count, world.Arrivals[1].Admission.Origin));
    }

    /// <summary>It ended while the device was away, and while the process was down.</summary>
    [Fact]
    public void Admission_WhoseTimeIsOverAtTheStart_IsAnEventToo()
    {
        var world = new ControlHarness(Pool + "profiles.default.admission = \"approve\"\n").Ready();
        world.Bind(1, Address);
        world.Core.Admission.Decide(world.Core.Policy.Admission.Approve(world.Core.Policy.Find(Mac(1))!, 0, TimeSpan.FromSeconds(30), "", "root", world.Clock.GetUtcNow()));
        world.Clock.Advance(TimeSpan.FromMinutes(5));

        world.Restart();
        world.Ready();

        Assert.Equal("administrator root", Assert.Single(world.EventsOf<AdmissionEnded>()).By);
        Assert.Equal([Mac(1)], world.News);
    }

    [Fact]
    public void Admissions_OfManyThatEndAtOnce_AreNamedFirst_AndThenCounted()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.99\"]\nprofiles.default.lifetime = \"1h\"\n").Ready();
        for (var device = 1; device <= 12; device++)
        {
            world.Bind(device, $"10.0.0.{device}");
        }

        world.Advance(TimeSpan.FromHours(1));

        Assert.Equal((5, 7), (world.EventsOf<AdmissionEnded>().Count, Assert.Single(world.EventsOf<AdmissionsEnded>()).Count));
        Assert.Equal(12, world.News.Count);
    }

    /// <summary>A device is as old as its first packet after it was forgotten, whichever of its addresses it uses.</summary>
    [Fact]
    public void Forget_ForgetsWhenTheDeviceWasSeen_ForAddressesThatItDoesNotUseNowToo()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Confirm(world.Bind(1, Address));
        world.Advance(TimeSpan.FromMinutes(31));
        Assert.Empty(world.Core.Registry.Bindings);
        Assert.Single(world.Store.Bindings);

        world.Forget(1);

        Assert.Empty(world.Store.Bindings);
        world.Ready();
        Assert.Equal(world.Clock.GetUtcNow(), world.Bind(1, Address).FirstSeen);
    }

    [Fact]
    public void Device_ThatIsSilentForTooLong_WasLastSeenWhenItLastSent()
    {
        var world = new ControlHarness(Pool).Ready();
        var binding = world.Confirm(world.Bind(1, Address));
        var last = world.Clock.GetUtcNow();

        world.Advance(TimeSpan.FromMinutes(31));

        Assert.Null(world.BindingOf(1, Address));
        Assert.Equal(last, world.Core.Policy.Devices.LastSeenOf(Mac(1))!.Value, TimeSpan.FromSeconds(1));
        Assert.Equal(last, world.Store.Bindings[binding.Claim].LastSeen, TimeSpan.FromSeconds(1));
    }

    /// <summary>An order before the device came is not its first packet.</summary>
    [Fact]
    public void Device_ThatWasApprovedBeforeItCame_IsFirstSeenWhenItComes()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Core.Admission.Decide(new DeviceRecord(Mac(1), world.Clock.GetUtcNow()) { PinnedLegal = Ip("137.118.199.55") });
        Assert.Null(world.Core.Policy.Devices.LastSeenOf(Mac(1)));
        world.Advance(TimeSpan.FromMinutes(1));

        world.SendFirst(1, Address);

        Assert.Equal(world.Clock.GetUtcNow(), world.Store.Devices[Mac(1)].FirstSeen);
    }

    [Fact]
    public void Forget_MakesTheNextArrivalNewsAgain()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Bind(1, Address);
        world.Forget(1);
        Assert.Equal([Mac(1)], world.News);
    }

    [Fact]
    public void Rule_ByTimeOfDay_HoldsFromItsMinuteOn()
    {
        var local = new ManualClock().GetUtcNow().LocalDateTime.AddMinutes(2);
        string Time(DateTime time) => time.ToString("HH:mm", CultureInfo.InvariantCulture);
        var world = new ControlHarness(
            Pool + $"[profiles.night]\nadmission = \"approve\"\n[[rules]]\nprofile = \"night\"\nhours = \"{Time(local)}-{Time(local.AddHours(1))}\"\n").Ready();
        world.Bind(1, Address);
        world.Advance(TimeSpan.FromSeconds(100));
        Assert.NotNull(world.BindingOf(1, Address));

        world.Advance(TimeSpan.FromSeconds(20));

        Assert.Null(world.BindingOf(1, Address));
        Assert.Equal(("night", AdmissionState.Held), (world.Store.Devices[Mac(1)].Profile, world.Store.Devices[Mac(1)].Admission.State));
    }

    [Fact]
    public void Profile_ThatTheBindingIsCompatibleWith_ChangesItByOneWrite()
    {
        var world = new ControlHarness(Pool + "[profiles.slow]\nrate_out = \"1M\"\ninbound = false\n").Ready();
        var binding = world.Bind(1, Address);

        world.Decide(1, d => d with { PinnedProfile = "slow" });

        Assert.Equal(["add 2", "write 2"], world.Map.Journal);
        var slot = world.Map.Slots[binding.Number];
        Assert.Equal((world.Profiles.PlaceOf("slow"), false, binding.Legal), (slot.Profile, slot.Flags.HasFlag(BindingFlags.Inbound), (Ipv4Address)slot.Legal));
    }

    [Fact]
    public void Profile_ThatTheBindingDoesNotFitUnder_EndsIt()
    {
        var world = new ControlHarness(Pool + "[profiles.many]\nlegal = \"shared\"\n").Ready();
        world.Bind(1, Address);

        world.Decide(1, d => d with { PinnedProfile = "many" });

        Assert.Equal(["add 2", "remove 2"], world.Map.Journal);
        var after = world.Bind(1, Address);
        Assert.Equal((false, ControlHarness.UplinkNetwork.Address), (after.HasOwn, after.Shared));
    }

    [Fact]
    public void Decision_ThatChangesNothingOfTheBinding_WritesOnlyTheRecord()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Bind(1, Address);

        world.Decide(1, d => d with { Name = "till" });

        Assert.Equal(["add 2"], world.Map.Journal);
        Assert.Equal("till", world.Store.Devices[Mac(1)].Name);
    }

    [Fact]
    public void Start_BlocksWhomTheRecordsBlock_AndWhomTheDataPlaneBlocks()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Bind(1, Address);
        world.Decide(1, AdmissionState.Blocked);
        world.Blocked.Unblock(Mac(1));
        world.Blocked.TryBlock(Mac(2));

        world.Restart();

        Assert.Equal([Mac(1), Mac(2)], world.Blocked.Blocked.OrderBy(m => m.Value));
        Assert.Equal(AdmissionState.Blocked, world.Store.Devices[Mac(2)].Admission.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rules_AreEvaluatedOnceForAFirstPacket(bool isKnown)
    {
        var lookups = new CountingComparer();
        var world = new ControlHarness(Pool, change: c => c with { Profiles = c.Profiles.WithComparers(lookups) }).Ready();
        if (isKnown)
        {
            world.Bind(1, "47.31.128.196");
        }

        lookups.Count = 0;
        world.Bind(1, Address);

        Assert.Equal(1, lookups.Count);
    }

    [Fact]
    public void Rules_AreEvaluatedOnceForAnArpRequestOfAKnownDevice_AndOnlyWhereSomeProfileIsolates()
    {
        foreach (var isolates in (bool[])[false, true])
        {
            var lookups = new CountingComparer();
            var world = new ControlHarness(
                Pool + (isolates ? "[profiles.alone]\nisolate = true\n" : ""), change: c => c with { Profiles = c.Profiles.WithComparers(lookups) }).Ready();
            world.Bind(1, Address);
            lookups.Count = 0;

            world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, "47.31.128.1"));

            Assert.Equal(isolates ? 1 : 0, lookups.Count);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rules_AreEvaluatedOnceForEachMessageOfADhcpClient(bool isKnown)
    {
        var lookups = new CountingComparer();
        var world = new ControlHarness(
            Pool, dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24")), change: c => c with { Profiles = c.Profiles.WithComparers(lookups) }).Ready();
        var clients = new DhcpClients(world);
        if (isKnown)
        {
            world.Bind(1, Address);
        }

        int Evaluations(DhcpMessageType expected, DhcpMessageType type, Action<DhcpFill>? fill, out Ipv4Address address)
        {
            lookups.Count = 0;
            var answer = Assert.Single(clients.Send(type, 1, fill));
            Assert.Equal(expected, answer.Type);
            address = answer.Address;
            return lookups.Count;
        }

        var discover = Evaluations(DhcpMessageType.Offer, DhcpMessageType.Discover, null, out var offered);
        var request = Evaluations(DhcpMessageType.Ack, DhcpMessageType.Request, DhcpClients.Select(offered), out var leased);
        var renewal = Evaluations(DhcpMessageType.Ack, DhcpMessageType.Request, f => f.ClientAddress = leased, out _);

        // The lease makes a binding, which asks once for itself.
        Assert.Equal((1, 2, 1), (discover, request, renewal));
    }

    [Fact]
    public void Rules_AreEvaluatedOnceForAnArpReplyThatVerifiesADevice()
    {
        var lookups = new CountingComparer();
        var world = new ControlHarness(
            "pool.addresses = [\"137.118.199.50-137.118.199.51\"]\nnapt.enabled = false\n[profiles.alone]\nisolate = true\n", change: c => c with { Profiles = c.Profiles.WithComparers(lookups) }).Ready();
        world.Bind(1, Address);
        world.SendFirst(2, "10.0.0.2");
        Assert.Null(world.BindingOf(2, "10.0.0.2"));
        lookups.Count = 0;

        world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(2), ArpMessage.Reply(Mac(2), Ip("10.0.0.2"), ControlHarness.AccessMac, world.Network.ProbeSender)));

        Assert.NotNull(world.BindingOf(2, "10.0.0.2"));
        Assert.Equal(1, lookups.Count);
    }

    [Fact]
    public void Record_OfAnInventedDevice_IsPushedOutByYoungerOnes_InTheStoreToo()
    {
        // Two records for each number that a binding may have.
        var world = new ControlHarness(Pool, capacity: 4).Ready();
        for (var device = 1; device <= 9; device++)
        {
            world.Bind(device, $"10.0.0.{device}");
            world.Advance(TimeSpan.FromMinutes(31));
            world.Ready();
        }

        Assert.Contains($"forget-device {Mac(1)}", world.Store.Journal);
        Assert.Equal(8, world.Store.Devices.Count);
    }

    /// <summary>A profile is looked up once each time that the rules are evaluated.</summary>
    private sealed class CountingComparer : IEqualityComparer<string>
    {
        public int Count { get; set; }

        public bool Equals(string? x, string? y) => x == y;

        public int GetHashCode(string name)
        {
            Count++;
            return name.GetHashCode(StringComparison.Ordinal);
        }
    }
}
