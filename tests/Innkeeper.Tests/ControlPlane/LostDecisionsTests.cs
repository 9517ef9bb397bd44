using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>A start on a store that lost decisions, or never had them, beside a data plane that is whole or empty.</summary>
public sealed class LostDecisionsTests
{
    private const string Address = "47.31.128.195";
    private const string Approve = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nprofiles.default.admission = \"approve\"\n";
    private const string Auto = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\n";

    /// <summary>
    /// What was decided; what the store still says ("same", "before": as before the decision, "gone"); whether the store knows that it lost
    /// something; whether the pins are whole; what is then right.
    /// </summary>
    public static TheoryData<string, string, bool, bool, string> Cases => new()
    {
        // The store is whole: it decides, but for a block that the data plane has.
        { "blocked", "same", true, true, "blocked" }, { "blocked", "same", true, false, "blocked" },
        { "blocked", "before", true, true, "blocked" }, { "blocked", "before", true, false, "held" },
        { "blocked", "gone", true, true, "blocked" },
        { "admitted", "same", true, true, "admitted" }, { "admitted", "same", true, false, "admitted" },
        { "admitted", "before", true, true, "held" }, { "admitted", "gone", true, true, "held" },
        { "held", "same", true, true, "held" }, { "held", "same", true, false, "held" },

        // It was lost or is a snapshot: the data plane's word counts where it has one.
        { "blocked", "same", false, true, "blocked" }, { "blocked", "same", false, false, "blocked" },
        { "blocked", "before", false, true, "blocked" }, { "blocked", "before", false, false, "held" },
        { "blocked", "gone", false, true, "blocked" }, { "blocked", "gone", false, false, "none" },
        { "admitted", "same", false, true, "admitted" }, { "admitted", "same", false, false, "admitted" },
        { "admitted", "before", false, true, "admitted" }, { "admitted", "before", false, false, "held" },
        { "admitted", "gone", false, true, "admitted" }, { "admitted", "gone", false, false, "none" },
        { "held", "same", false, true, "held" }, { "held", "gone", false, true, "held" },
        { "held", "gone", false, false, "none" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decision_AfterTheStart(string decided, string stored, bool isWhole, bool arePinsWhole, string expected)
    {
        // A device that waits by its profile, or by the administrator's order where the profile admits all.
        var world = new ControlHarness(decided == "held" ? Auto : Approve).Ready();
        world.Bind(1, Address);
        var before = world.Store.Devices[Mac(1)];
        world.Decide(1, decided switch { "blocked" => AdmissionState.Blocked, "admitted" => AdmissionState.Admitted, _ => AdmissionState.Held });
        world.SendFirst(1, Address);
        world.Ready();
        if (stored != "same")
        {
            world.Store.Devices.Remove(Mac(1));
            if (stored == "before")
            {
                world.Store.Devices[Mac(1)] = before;
            }
        }

        world.Store.IsWhole = isWhole;
        if (!arePinsWhole)
        {
            foreach (var number in world.Map.Slots.Keys.ToList())
            {
                world.Map.Clear(number);
            }

            world.Blocked.Unblock(Mac(1));
        }

        var adopted = world.Restart();

        Assert.Equal(expected, world.Core.Policy.Find(Mac(1))?.Admission.State.ToString().ToLowerInvariant() ?? "none");
        Assert.Equal(expected == "blocked", world.Blocked.Blocked.Contains(Mac(1)));
        Assert.Equal(arePinsWhole && decided != "blocked" && expected == decided ? 1 : 0, adopted);
        if (expected != "none")
        {
            // It stays so with the next process, and the one after.
            Assert.Equal(expected, world.Store.Devices[Mac(1)].Admission.State.ToString().ToLowerInvariant());
            world.Store.IsWhole = true;
            world.Restart();
            Assert.Equal(expected, world.Core.Policy.Find(Mac(1))!.Admission.State.ToString().ToLowerInvariant());
        }

        var isKept = expected == decided && stored != "same";
        Assert.Equal(isKept, world.EventsOf<DecisionsKept>() is [var kept, ..] && kept.Devices.Any(d => d.Mac == Mac(1) && d.State == decided));
    }

    /// <summary>The blocked one stays out, the approved one stays at work without a lost packet.</summary>
    [Fact]
    public void StoreThatIsEmpty_BesideWholePins_KeepsWhoIsInAndWhoIsOut()
    {
        var world = new ControlHarness(Approve).Ready();
        world.Bind(1, Address);
        world.Decide(1, AdmissionState.Admitted);
        var admitted = world.Bind(1, Address);
        world.Bind(2, "10.1.2.3");
        world.Decide(2, AdmissionState.Blocked);
        world.Store.Devices.Clear();
        world.Store.Bindings.Clear();
        world.Store.IsWhole = false;
        world.Map.Journal.Clear();

        Assert.Equal(1, world.Restart());

        Assert.Empty(world.Map.Journal);
        Assert.Equal((admitted.Number, admitted.Legal), (world.BindingOf(1, Address)!.Number, world.BindingOf(1, Address)!.Legal));
        Assert.Equal([Mac(2)], world.Blocked.Blocked);
        world.SendFirst(2, "10.1.2.3");
        Assert.Null(world.BindingOf(2, "10.1.2.3"));
    }

    /// <summary>An admission for a time does not become one for good.</summary>
    [Fact]
    public void AdmissionThatIsKept_LastsAsLongAsItsProfileGives()
    {
        var world = new ControlHarness(Approve + "profiles.default.lifetime = \"1h\"\n").Ready();
        world.Bind(1, Address);
        world.Decide(1, d => d with { Admission = new AdmissionStatus(AdmissionState.Admitted, "", "administrator root", world.Clock.GetUtcNow(), world.Clock.GetUtcNow().AddHours(1), DecisionSource.Administrator) });
        world.Bind(1, Address);
        world.Store.Devices.Clear();
        world.Store.IsWhole = false;

        world.Restart();

        Assert.Equal(world.Clock.GetUtcNow().AddHours(1), world.Core.Policy.Find(Mac(1))!.Admission.Until!.Value, TimeSpan.FromSeconds(1));
    }

    /// <summary>Killed after the device came and before its mail: the next process tells, once.</summary>
    [Fact]
    public void Arrival_ThatWasNotTold_IsToldByTheNextProcess_Once()
    {
        var world = new ControlHarness(Approve).Ready();
        world.Bind(1, Address);
        world.Advance(TimeSpan.FromSeconds(3));
        Assert.Empty(world.Arrivals);

        world.Restart();
        world.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal([Mac(1)], world.Arrivals.Select(d => d.Mac));

        world.Restart();
        world.Advance(TimeSpan.FromSeconds(11));
        Assert.Single(world.Arrivals);
    }

    /// <summary>Killed between the data plane's write and the disk's: the device has an address, and no record.</summary>
    [Fact]
    public void Arrival_WhoseRecordWasNotWritten_IsTold()
    {
        var world = new ControlHarness(Approve).Ready();
        world.Bind(1, Address);
        world.Store.Devices.Clear();
        world.Store.Arrivals.Clear();

        world.Restart();
        world.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal([Mac(1)], world.Arrivals.Select(d => d.Mac));
    }

    [Fact]
    public void Reconcile_DatabaseThatCouldNotBeReadAtTheStart_IsNews()
    {
        var world = new ControlHarness(Auto).Ready();
        world.Bind(1, Address);
        DeviceRecord[] found = [Blocked(1), Blocked(2)];

        world.Core.Reconcile(found, isNews: true);

        Assert.Equal([Mac(1), Mac(2)], world.Blocked.Blocked.OrderBy(m => m.Value));
        Assert.Null(world.BindingOf(1, Address));
        Assert.All(found, d => Assert.Equal(AdmissionState.Blocked, world.Store.Devices[d.Mac].Admission.State));
    }

    [Fact]
    public void Reconcile_DatabaseThatWasMadeAgain_GetsAllThatIsKnown_AndNothingElse()
    {
        var world = new ControlHarness(Auto).Ready();
        var binding = world.Bind(1, Address);
        world.Decide(1, d => d with { Name = "till" });
        world.Store.Devices.Clear();
        world.Store.Bindings.Clear();
        world.Store.Devices[Mac(2)] = Blocked(2);

        world.Core.Reconcile([Blocked(2)], isNews: false);

        Assert.Equal([Mac(1)], world.Store.Devices.Keys);
        Assert.Equal("till", world.Store.Devices[Mac(1)].Name);
        Assert.Equal(binding.Legal, Assert.Single(world.Store.Bindings.Values).Legal);
        Assert.Empty(world.Blocked.Blocked);
    }

    private static DeviceRecord Blocked(int device) => new(Mac(device), DateTimeOffset.UnixEpoch)
    {
        Admission = new AdmissionStatus(AdmissionState.Blocked, "thief", "administrator root", DateTimeOffset.UnixEpoch, null, DecisionSource.Administrator),
    };
}
