using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Machines of the file are reachable from outside from the start, though they never say a word.</summary>
public sealed class MachineServiceTests
{
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\naccess.vlans = [7, 8]\n";
    private const string Own = "192.168.0.10";
    private const string Outside = "137.118.199.55";
    private const string OtherOutside = "137.118.199.56";

    private static readonly string s_known = $"[[machines]]\nname = \"press-1\"\nmac = \"{Mac(1)}\"\naddress = \"{Own}\"\noutside = \"{Outside}\"\ngateway = \"192.168.0.1\"\n";
    private static readonly string s_open = $"[[machines]]\nname = \"cell-7\"\nvlan = 7\naddress = \"{Own}\"\noutside = \"{Outside}\"\n";

    [Fact]
    public void Machine_ThatNeverSpoke_IsReachableAtOnce_AfterHours_ARestart_AndAReboot()
    {
        var world = Started(s_known);
        AssertReachable(world, 1);
        var binding = world.BindingOf(1, Own)!;
        Assert.Equal((Ip("192.168.0.1"), true), (binding.Gateway, binding.GatewayProven));

        world.Advance(TimeSpan.FromHours(5), TimeSpan.FromSeconds(5));
        AssertReachable(world, 1);
        world.Restart();
        Pass(world);
        AssertReachable(world, 1);
        Pass(world.Reboot());
        AssertReachable(world, 1);
    }

    [Fact]
    public void Machine_InAProfileThatAsksFirst_IsAdmitted_AndNoNews()
    {
        var world = Started("[profiles.default]\nadmission = \"approve\"\nlifetime = \"1h\"\n" + s_known);
        world.Advance(TimeSpan.FromHours(2), TimeSpan.FromSeconds(5));
        world.SendFirst(1, Own);

        Assert.Equal((AdmissionState.Admitted, "machine press-1", "press-1"), (Record(world, 1).Admission.State, Record(world, 1).Admission.By, Record(world, 1).Name));
        Assert.Empty(world.Arrivals);
        AssertReachable(world, 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Machine_ThatTheAdministratorRefuses_StaysRefused(bool isBlocked)
    {
        var state = isBlocked ? AdmissionState.Blocked : AdmissionState.Held;
        var world = Started(s_known);
        world.Decide(1, state);
        Pass(world);
        Assert.False(world.Map.Outside.ContainsKey(Ip(Outside)));

        world.Restart();
        Pass(world);
        Assert.Equal(state, Record(world, 1).Admission.State);
        Assert.False(world.Map.Outside.ContainsKey(Ip(Outside)));
    }

    [Fact]
    public void Entry_ThatIsTakenOut_LeavesNothingBehind()
    {
        var world = Started("[profiles.default]\nadmission = \"approve\"\n" + s_known);
        world.Restart(settings: Pool + "[profiles.default]\nadmission = \"approve\"\n");
        Pass(world);

        Assert.Equal(("", null, AdmissionState.Held), (Record(world, 1).Name, Record(world, 1).PinnedLegal, Record(world, 1).Admission.State));
        Assert.DoesNotContain(world.Core.Registry.Bindings.Values, b => b.Legal == Ip(Outside));
    }

    [Fact]
    public void Database_KeepsTheAdministratorsOwnName_UnderTheEntrys()
    {
        var world = Started(s_known);
        world.Decide(1, d => d with { Name = "mine", PinnedLegal = Ip(OtherOutside) });
        Assert.Equal(("press-1", Ip(Outside)), (Record(world, 1).Name, Record(world, 1).PinnedLegal));

        world.Restart(settings: Pool);
        Assert.Equal(("mine", Ip(OtherOutside)), (Record(world, 1).Name, Record(world, 1).PinnedLegal));
    }

    [Fact]
    public void TwelveMachines_WithTheSameAddress_EachHaveTheirOwnOutside()
    {
        var world = Started(string.Concat(Enumerable.Range(1, 9).Select(n =>
            $"[[machines]]\nname = \"press-{n}\"\nmac = \"{Mac(n)}\"\naddress = \"{Own}\"\noutside = \"137.118.199.{50 + n}\"\n")));

        Assert.Equal(Enumerable.Range(1, 9).Select(n => (Mac(n), Ip($"137.118.199.{50 + n}"))), world.Core.Registry.Bindings.Values.Select(b => (b.Claim.Station.Mac, b.Legal)).Order());
    }

    [Fact]
    public void Place_WithoutAMac_IsAskedFor_AndGoesToWhoeverAnswers()
    {
        var world = Started(s_open);
        Assert.Contains(world.Access.Frames.Arps(), m => m.Operation == ArpOperation.Request && m.TargetIp == Ip(Own));
        Assert.Empty(world.Core.Registry.Bindings);

        Answer(world, 1);
        Pass(world);
        AssertReachable(world, 1, 7);
        Assert.Equal(new MachineFound("cell-7", Mac(1), 7, null), Assert.Single(world.EventsOf<MachineFound>()));

        Pass(world.Reboot());
        AssertReachable(world, 1, 7);
    }

    [Fact]
    public void Place_OfAMachineThatWasReplaced_GoesToTheNewOne_WithoutAChangeOfTheFile()
    {
        var world = Started(s_open);
        Answer(world, 1);
        world.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));

        world.SendFirst(2, Own, 7);
        world.Advance(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(500));

        AssertReachable(world, 2, 7);
        Assert.Equal("", Record(world, 1).Name);
        Assert.Equal(new MachineFound("cell-7", Mac(2), 7, Mac(1)), world.EventsOf<MachineFound>()[^1]);
    }

    [Fact]
    public void Place_OfAMachineThatWasReplacedWithinSeconds_GoesToTheNewOne_ThoughThatSpokeOnce()
    {
        var world = Started(s_open);
        Answer(world, 1);
        Pass(world);
        world.Confirm(world.BindingOf(1, Own, 7)!);

        world.SendFirst(2, Own, 7);
        world.Advance(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(500));

        AssertReachable(world, 2, 7);
    }

    [Fact]
    public void Place_OfAMachineThatAnswers_IsNotTaken_ByAnotherThatClaimsItsAddress()
    {
        var world = Started(s_open);
        Answer(world, 1);
        world.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));

        world.SendFirst(2, Own, 7);
        for (var second = 0; second < 20; second++)
        {
            Answer(world, 1);
            world.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500));
        }

        AssertReachable(world, 1, 7);
    }

    [Fact]
    public void Place_WithoutMacAndAddress_GoesToWhoeverSpeaksThere_AndNotToOthers()
    {
        var world = Started($"[[machines]]\nname = \"cell-8\"\nvlan = 8\noutside = \"{Outside}\"\n");
        world.SendFirst(3, "10.9.8.7", 7);
        Pass(world);
        Assert.NotEqual(Ip(Outside), world.BindingOf(3, "10.9.8.7", 7)!.Legal);

        world.SendFirst(2, "172.20.0.5", 8);
        Pass(world);
        Assert.Equal(Ip(Outside), world.BindingOf(2, "172.20.0.5", 8)!.Legal);
    }

    /// <summary>The entry had a mistake, and the machine was never heard: no packet of it would show where it is.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Machine_WhoseAddressIsCorrectedInTheFile_IsReachableThere(bool hasOutside)
    {
        var entry = hasOutside ? s_known : s_known.Replace($"outside = \"{Outside}\"\n", "", StringComparison.Ordinal);
        var world = Started(entry.Replace(Own, "192.168.0.11", StringComparison.Ordinal));
        Assert.NotNull(world.BindingOf(1, "192.168.0.11"));

        world.Restart(settings: Pool + entry);
        Pass(world);

        var binding = world.BindingOf(1, Own);
        Assert.Equal(hasOutside ? Ip(Outside) : binding!.Legal, binding?.Legal);
        Assert.Null(world.BindingOf(1, "192.168.0.11"));
    }

    [Fact]
    public void OutsideAddress_ThatAnotherDeviceWasPinnedTo_IsTheMachines_AndStaysIt()
    {
        var world = new ControlHarness(Pool).Ready();
        world.Confirm(world.Bind(5, "10.5.5.5"));
        world.Decide(5, d => d with { Name = "laptop", PinnedLegal = Ip(Outside) });

        world.Restart(settings: Pool + s_known);
        Pass(world);
        AssertReachable(world, 1);

        world.Decide(5, d => d with { Name = "other" });
        world.SendFirst(5, "10.5.5.5");
        Pass(world);
        AssertReachable(world, 1);
        Assert.NotEqual(Ip(Outside), world.BindingOf(5, "10.5.5.5")?.Legal);

        // The pin only rested.
        world.Restart(settings: Pool);
        Assert.Equal(Ip(Outside), Record(world, 5).PinnedLegal);
    }

    [Fact]
    public void Machine_ThatUsesAnotherAddressThanTheFileSays_IsFollowed_UntilTheNextBoot()
    {
        var world = Started(s_known);
        world.Confirm(world.Bind(1, "192.168.0.77"));
        world.Advance(TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(500));
        Assert.Equal(Ip(Outside), world.BindingOf(1, "192.168.0.77")?.Legal);

        world.Restart();
        Pass(world);
        Assert.Equal(Ip(Outside), world.BindingOf(1, "192.168.0.77")?.Legal);

        Pass(world.Reboot());
        AssertReachable(world, 1);
    }

    [Fact]
    public void Machine_OnOneArm_IsReachableAtOnce_AndAfterARestart()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n" + s_known, isOneArmed: true).Ready();
        Pass(world);
        AssertReachable(world, 1);

        world.Restart();
        world.Advance(TimeSpan.FromHours(2), TimeSpan.FromSeconds(5));
        AssertReachable(world, 1);
    }

    [Fact]
    public void Machine_WithoutAnOutsideAddress_HasOneOfThePool_AndKeepsIt()
    {
        var world = Started($"[[machines]]\nname = \"press-1\"\nmac = \"{Mac(1)}\"\naddress = \"{Own}\"\n");
        var legal = world.BindingOf(1, Own)!.Legal;
        world.Advance(TimeSpan.FromHours(5), TimeSpan.FromSeconds(5));

        Assert.Equal(legal, world.BindingOf(1, Own)!.Legal);
        Assert.Empty(world.Ended);
    }

    private static ControlHarness Started(string machines)
    {
        var world = new ControlHarness(Pool + machines).Ready();
        Pass(world);
        return world;
    }

    private static void Pass(ControlHarness world) => world.Advance(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100));

    private static void Answer(ControlHarness world, int device) => world.Punt(
        PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(device), ArpMessage.Reply(Mac(device), Ip(Own), ControlHarness.AccessMac, world.Network.ProbeSender)), 7);

    private static DeviceRecord Record(ControlHarness world, int device) => world.Core.Policy.Find(Mac(device))!;

    private static void AssertReachable(ControlHarness world, int device, ushort vlan = 0)
    {
        var binding = world.BindingOf(device, Own, vlan);
        Assert.Equal(Ip(Outside), binding?.Legal);
        Assert.Equal(binding!.Number, world.Map.Outside[Ip(Outside)]);
    }
}
