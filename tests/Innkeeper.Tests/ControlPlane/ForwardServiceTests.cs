using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Forwards follow their devices, whatever becomes of these, and say what is in their way.</summary>
public sealed class ForwardServiceTests
{
    private const string Address = "47.31.128.195";
    private const string Moved = "10.7.7.7";
    private const string TwoShared = "napt.addresses = [\"137.118.199.100-137.118.199.101\"]\n";
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\n";

    private static readonly string s_forward = Forward(8080, $"{Mac(1)}", toPort: 80);
    private static readonly Ipv4Address s_own = ControlHarness.UplinkNetwork.Address;

    private static string Forward(int port, string to, string? address = null, int? toPort = null) =>
        $"[[forwards]]\nprotocol = \"tcp\"\nport = {port}\nto = \"{to}\"\n{(address is null ? "" : $"address = \"{address}\"\n")}{(toPort is null ? "" : $"to_port = {toPort}\n")}";

    private static ControlHarness Started(string settings) => Pass(new ControlHarness(settings).Ready());

    private static ControlHarness Pass(ControlHarness world, double seconds = 1.1)
    {
        world.Advance(TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(200));
        return world;
    }

    private static ForwardStatus Status(ControlHarness world, int index = 0) => world.Core.Forwards.Forwards[index];

    private static ForwardPort Port(ushort port = 8080, Ipv4Address? address = null) => new(address ?? s_own, IpProtocol.Tcp, port);

    /// <summary>The data plane leads a port to a device's address.</summary>
    private static void AssertLeads(ControlHarness world, int device, string claimed, ushort devicePort = 80, ForwardPort? port = null)
    {
        var binding = world.BindingOf(device, claimed)!;
        Assert.Equal(new ForwardTarget(binding.Number, world.Map.Slots[binding.Number].Generation, devicePort), world.Forwards.Forwards[port ?? Port()]);
        Assert.Equal((port ?? Port()).Address, binding.Shared);
    }

    [Fact]
    public void Forward_ToADeviceThatComes_Opens_AndItsPortIsKeptFreeBefore()
    {
        var world = Started(s_forward);
        Assert.Equal((ForwardState.Waits, "the device is not here"), (Status(world).State, Status(world).Reason));
        Assert.Equal(ForwardTarget.None, world.Forwards.Forwards[Port()]);

        world.Bind(1, Address);
        world.Advance(TimeSpan.FromMilliseconds(100));

        AssertLeads(world, 1, Address);
        Assert.Equal(new ForwardStatus(Status(world).Forward, ForwardState.Open, null, s_own, Mac(1), Ip(Address)), Status(world));
        Assert.Equal(("tcp-8080", Mac(1)), Assert.Single(world.EventsOf<ForwardOpened>()) is var e ? (e.Id, e.Mac) : default);
    }

    [Fact]
    public void Forward_AfterTheDeviceChangedItsAddress_FollowsWhenItAnswersNoMoreForTheOldOne()
    {
        var world = Started(s_forward);
        world.Bind(1, Address);
        Pass(world);
        Pass(world, 6);
        world.Access.Take();
        var moved = world.Bind(1, Moved);
        world.Map.CountOut(moved.Number, world.Now);
        for (var i = 0; i < 5; i++)
        {
            Pass(world);
        }

        AssertLeads(world, 1, Moved);
        Assert.Equal(AddressDoubts.Questions, world.Access.Take().Arps().Count(a => a.TargetIp == Ip(Address)));
        Assert.Equal(Ip(Moved), Status(world).Own);
    }

    [Fact]
    public void Forward_WhileTheDeviceUsesTwoAddresses_StaysWhereItIs()
    {
        var world = Started(s_forward);
        world.Bind(1, Address);
        Pass(world);
        Pass(world, 6);
        var other = world.Bind(1, Moved);
        for (var i = 0; i < 8; i++)
        {
            world.Map.CountOut(other.Number, world.Now);
            world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(1), new ArpMessage(ArpOperation.Reply, Mac(1), Ip(Address), ControlHarness.AccessMac, Ip("100.64.0.1"))));
            Pass(world);
        }

        AssertLeads(world, 1, Address);
    }

    [Fact]
    public void Forward_OfAKilledProcess_GoesOnWithoutAWrite()
    {
        var world = Started(s_forward);
        world.Bind(1, Address);
        Pass(world);
        world.Forwards.Journal.Clear();

        world.Restart();
        Pass(world);

        AssertLeads(world, 1, Address);
        Assert.Empty(world.Forwards.Journal);
        Assert.Equal(ForwardState.Open, Status(world).State);
        Assert.Single(world.EventsOf<ForwardOpened>());
    }

    [Fact]
    public void Forward_ThatIsTakenOutOrChanged_IsEnded_AndTheOthersStay()
    {
        var world = Started(s_forward + Forward(8081, $"{Mac(1)}"));
        world.Bind(1, Address);
        Pass(world);
        world.Forwards.Journal.Clear();

        world.Restart(settings: Forward(8082, $"{Mac(1)}", toPort: 80) + Forward(8081, $"{Mac(1)}"));
        Pass(world);

        Assert.Equal(["end 8080", $"put 8082 {world.BindingOf(1, Address)!.Number}:80"], world.Forwards.Journal);
        AssertLeads(world, 1, Address, 8081, Port(8081));
    }

    [Fact]
    public void Forwards_ToOnePortOfADevice_LeaveAWayOutWhenOneEnds()
    {
        var world = Started(s_forward + Forward(8081, $"{Mac(1)}", toPort: 80));
        var number = world.Bind(1, Address).Number;
        Pass(world);
        world.Forwards.Journal.Clear();

        world.Restart(settings: s_forward);
        Pass(world);

        Assert.Equal(["end 8081", $"put 8080 {number}:80"], world.Forwards.Journal);
    }

    [Fact]
    public void Forward_WhenItsDeviceIsForgottenOrBlocked_LeadsNowhere_AndItsPortIsKept()
    {
        var world = Started(s_forward);
        world.Bind(1, Address);
        Pass(world);
        world.Decide(1, AdmissionState.Blocked);
        Pass(world);

        Assert.Equal(ForwardTarget.None, world.Forwards.Forwards[Port()]);
        Assert.Equal((ForwardState.Waits, "the device is blocked"), (Status(world).State, Status(world).Reason));
    }

    [Fact]
    public void Forward_ToAHeldDevice_OpensWithItsApproval()
    {
        var world = Started("[profiles.default]\nadmission = \"approve\"\n" + s_forward);
        world.Bind(1, Address);
        Pass(world);
        Assert.Equal("the device is held; it waits for your approval", Status(world).Reason);

        world.Decide(1, AdmissionState.Admitted);
        world.SendFirst(1, Address);
        Pass(world);
        AssertLeads(world, 1, Address);
    }

    [Fact]
    public void Forward_ToAMachineThatNeverSpoke_IsOpenFromTheStart_AfterHoursAndAReboot()
    {
        var world = Started(Forward(8080, "press-3", toPort: 80) + $"[[machines]]\nname = \"press-3\"\nmac = \"{Mac(1)}\"\naddress = \"{Address}\"\n");
        Pass(world);
        AssertLeads(world, 1, Address);

        world.Advance(TimeSpan.FromHours(5), TimeSpan.FromSeconds(5));
        AssertLeads(world, 1, Address);
        Pass(Pass(world.Reboot()));
        AssertLeads(world, 1, Address);
    }

    [Fact]
    public void Forward_ToASilentDevice_HoldsItsBinding_AndARebootBringsItBack()
    {
        var world = Started(s_forward);
        world.Confirm(world.Bind(1, Address));
        Pass(world);
        world.Advance(TimeSpan.FromHours(5), TimeSpan.FromSeconds(5));
        AssertLeads(world, 1, Address);

        Pass(Pass(world.Reboot()));
        AssertLeads(world, 1, Address);
    }

    [Fact]
    public void Forward_ToADeviceWithAnAddressOfItsOwn_GivesItPortsToo_WhichItKeeps_UntilTheForwardGoes()
    {
        var world = Started(Pool + s_forward);
        var binding = world.Bind(1, Address);
        Assert.True(binding.HasOwn);
        Pass(world, 12);

        AssertLeads(world, 1, Address);
        Assert.Equal(binding.Legal, world.BindingOf(1, Address)!.Legal);

        world.Restart();
        Pass(world, 12);
        AssertLeads(world, 1, Address);

        world.Restart(settings: Pool);
        Pass(world, 12);
        Assert.Equal((binding.Legal, Ipv4Address.Any), world.BindingOf(1, Address) is { } left ? (left.Legal, left.Shared) : default);
    }

    [Theory]
    [InlineData("137.118.199.100")]
    [InlineData("137.118.199.101")]
    public void Forward_ToADeviceThatSharesAnotherAddress_MovesIt_WithAllItsBindings(string shared)
    {
        var world = new ControlHarness(TwoShared + Forward(8080, $"{Mac(1)}", shared)).Ready();
        world.Bind(1, Address);
        world.Bind(1, Moved);
        Pass(world);

        AssertLeads(world, 1, Address, 8080, Port(address: Ip(shared)));
        Assert.Equal(world.BindingOf(1, Address)!.Share, world.BindingOf(1, Moved)!.Share);
        Assert.Equal(Ip(shared), world.Shared.Shares[world.BindingOf(1, Moved)!.Share].Address);
    }

    [Fact]
    public void TwoForwards_ThatWantOneDeviceOnTwoAddresses_AreNotBothOpen()
    {
        var world = new ControlHarness(TwoShared + Forward(8080, $"{Mac(1)}", "137.118.199.100") + Forward(8081, "press", "137.118.199.101")).Ready();
        world.Bind(1, Address);
        world.Core.Policy.Save(world.Core.Policy.Find(Mac(1))! with { Name = "Press" });
        Pass(world);

        Assert.Equal((ForwardState.Open, ForwardState.Refused), (Status(world).State, Status(world, 1).State));
        Assert.Equal("the device shares 137.118.199.100 because of tcp-8080@137.118.199.100, and a device shares one address", Status(world, 1).Reason);
    }

    [Fact]
    public void Name_OfTwoDevices_IsRefused_AndOfOneIsFoundLater()
    {
        var world = Started(Forward(8080, "press"));
        Assert.Equal((ForwardState.Waits, "no machine or device has this name"), (Status(world).State, Status(world).Reason));
        foreach (var device in (int[])[1, 2])
        {
            world.Bind(device, Address);
            world.Core.Policy.Save(world.Core.Policy.Find(Mac(device))! with { Name = "press" });
        }

        Pass(world);
        Assert.Equal((ForwardState.Refused, "several devices have this name; give the MAC of one"), (Status(world).State, Status(world).Reason));

        world.Core.Policy.Save(world.Core.Policy.Find(Mac(2))! with { Name = "" });
        Pass(world);
        AssertLeads(world, 1, Address, 8080);
    }

    [Fact]
    public void PortThatADeviceHas_IsRefusedWithItsName_ToldOnce_AndTakenWhenItIsFree()
    {
        var world = new ControlHarness(s_forward).Ready();
        var other = world.Bind(2, Address);
        world.Forwards.Taken[Port()] = other.Number;
        world.Bind(1, Address);
        Pass(world);
        Pass(world);

        Assert.Equal((ForwardState.Refused, $"TCP port 8080 of {s_own} is in use by {Mac(2)}, which got it before; it is tried again until it is free"), (Status(world).State, Status(world).Reason));
        Assert.Equal(Status(world).Reason, Assert.Single(world.EventsOf<ForwardRefused>()).Reason);

        world.Forwards.Taken.Clear();
        Pass(world);
        AssertLeads(world, 1, Address);
        Assert.Single(world.EventsOf<ForwardOpened>());
    }

    [Theory]
    [InlineData("0.0.0.0", IpProtocol.Tcp, true)]
    [InlineData("137.118.199.2", IpProtocol.Tcp, true)]
    [InlineData("192.0.2.1", IpProtocol.Tcp, false)]
    [InlineData("0.0.0.0", IpProtocol.Udp, false)]
    public void PortOfAServiceOfTheHost_IsTheHosts_UntilTheServiceEnds(string address, byte protocol, bool isHosts)
    {
        var world = new ControlHarness(s_forward);
        world.HostSockets.Add(new HostSocket(protocol, Ip(address), 8080));
        world.Ready().Bind(1, Address);
        Pass(world);
        Assert.Equal(isHosts ? ForwardState.Refused : ForwardState.Open, Status(world).State);
        Assert.Equal(isHosts ? $"a service of this host has TCP port 8080 of {s_own} (`ss -tlnp 'sport = :8080'` names it); it is tried again until it is free" : null, Status(world).Reason);

        world.HostSockets.Clear();
        Pass(world, 6);
        AssertLeads(world, 1, Address);
    }

    [Fact]
    public void PortOfAServiceOfTheHost_IsNoObstacleAtAnAddressThatIsNotTheHosts()
    {
        var world = new ControlHarness("napt.addresses = [\"137.118.199.100\"]\n" + s_forward);
        world.HostSockets.Add(new HostSocket(IpProtocol.Tcp, Ipv4Address.Any, 8080));
        world.Ready().Bind(1, Address);
        Pass(world);

        AssertLeads(world, 1, Address, port: Port(address: Ip("137.118.199.100")));
    }

    [Fact]
    public void Forward_OnTheUplinksOwnAddress_FollowsThatToo()
    {
        var world = Started(s_forward);
        world.Bind(1, Address);
        Pass(world);
        var next = Ip("137.118.199.3");
        world.Change(world.Network.WithUplink(world.Network.Uplink with { Address = next, Shared = next }));
        Pass(world);

        AssertLeads(world, 1, Address, port: Port(address: next));
        Assert.False(world.Forwards.Forwards.ContainsKey(Port()));
    }

    [Fact]
    public void Range_LeadsToAsManyPorts_AndTheLogHasItInOneLine()
    {
        var world = Started($"[[forwards]]\nprotocol = \"udp\"\nport = \"5000-5002\"\nto = \"{Mac(1)}\"\nto_port = 6000\n");
        world.Bind(1, Address);
        Pass(world);

        Assert.Equal([(5000, 6000), (5001, 6001), (5002, 6002)], world.Forwards.Forwards.OrderBy(f => f.Key.Port).Select(f => ((int)f.Key.Port, (int)f.Value.Port)));
        Assert.All(world.Forwards.Forwards.Keys, p => Assert.Equal(IpProtocol.Udp, p.Protocol));
        var (record, owner, own) = Assert.Single(world.Ports);
        Assert.Equal((5000, 5002, IpProtocol.Udp, 0, Mac(1), Ip(Address)), (record.First, record.Last, record.Protocol, record.Ended, owner!.Value.Mac, own!.Value));
    }

    [Fact]
    public void Log_HasTheEnd_WhenAForwardLeavesItsDevice()
    {
        var world = Started(s_forward);
        world.Bind(1, Address);
        Pass(world);
        world.Restart(settings: "");
        Pass(world);

        Assert.Equal([(8080, 0), (8080, 1)], world.Ports.Select(p => ((int)p.Record.First, (int)p.Record.Ended)));
        Assert.All(world.Ports, p => Assert.Equal((Mac(1), Ip(Address)), (p.Owner!.Value.Mac, p.Own!.Value)));
    }
}
