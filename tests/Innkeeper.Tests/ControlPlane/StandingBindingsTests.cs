using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Devices with a pin or a lease are reachable from outside although they never speak first.</summary>
public sealed class StandingBindingsTests
{
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n";
    private const string Own = "192.168.0.10";
    private const string Pinned = "137.118.199.55";
    private const string Moved = "192.168.0.77";

    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\n" + Pool).Ready();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Announcement_OfANewDevice_MakesABinding(bool isRequest)
    {
        Announce(1, Own, isRequest);

        Assert.NotNull(_world.BindingOf(1, Own));
        Assert.Equal(DeviceUse.Static, _world.Store.Devices[Mac(1)].Uses);
    }

    [Theory]
    [InlineData("169.254.3.4")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.5")]
    [InlineData("127.0.0.1")]
    public void Announcement_OfAnAddressThatNoDeviceHas_MakesNone(string address)
    {
        Announce(1, address);

        Assert.Empty(_world.Core.Registry.Bindings);
    }

    [Fact]
    public void Announcement_InAnotherStationsName_MakesNone()
    {
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(9), ArpMessage.Announcement(Mac(1), Ip(Own))));

        Assert.Empty(_world.Core.Registry.Bindings);
    }

    [Fact]
    public void AnswerToTheGatewaysQuestion_MakesABinding()
    {
        _world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(1), ArpMessage.Reply(Mac(1), Ip(Own), ControlHarness.AccessMac, _world.Network.ProbeSender)));

        Assert.NotNull(_world.BindingOf(1, Own));
    }

    [Fact]
    public void Announcements_OfInventedDevices_AreAskedLikeTheirPackets()
    {
        for (var device = 1; device < 60; device++)
        {
            Announce(device, $"10.0.0.{device}");
        }

        Assert.True(_world.Core.Registry.Bindings.Count <= 10, $"{_world.Core.Registry.Bindings.Count} bindings");
        Assert.NotEqual(0UL, _world.Count(Counter.StrangersAsked));
    }

    [Fact]
    public void Lease_MakesABinding_BeforeThePacket()
    {
        var world = new ControlHarness(Pool, dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24"))).Ready();

        var address = new DhcpClients(world).Lease(1);

        Assert.NotNull(world.Core.Registry.Find(HarnessSteps.Claim(1, address.ToString())));
    }

    [Fact]
    public void SilentDevice_ThatIsPinnedAfterItsAnnouncement_HasThePinnedAddress()
    {
        Announce(1, Own);
        Pin(1);
        _world.Advance(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));

        AssertReachable();
    }

    [Fact]
    public void SilentDevice_ThatIsPinned_IsReachableAfterHours_ARestart_AndAReboot()
    {
        Announce(1, Own);
        Pin(1);
        _world.Advance(TimeSpan.FromHours(5), TimeSpan.FromSeconds(5));
        AssertReachable();

        _world.Restart();
        _world.Advance(TimeSpan.FromHours(5), TimeSpan.FromSeconds(5));
        AssertReachable();

        for (var reboot = 0; reboot < 2; reboot++)
        {
            _world.Reboot();
            _world.Advance(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100));
            AssertReachable();
        }
    }

    [Fact]
    public void SilentDevice_ThatIsNotPinned_LosesItsAddressAfterIdle()
    {
        Announce(1, Own);
        _world.Advance(TimeSpan.FromMinutes(31), TimeSpan.FromSeconds(5));

        Assert.Empty(_world.Core.Registry.Bindings);
    }

    [Fact]
    public void PinnedDevice_ThatIsMadeFromRecords_CountsAsSeenWhenItWasSeen()
    {
        Announce(1, Own);
        Pin(1);
        _world.Advance(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        var seen = Assert.Single(_world.Store.Bindings.Values).LastSeen;
        _world.Reboot();
        _world.Advance(TimeSpan.FromMinutes(20), TimeSpan.FromSeconds(1));

        AssertReachable();
        Assert.Equal(seen, Assert.Single(_world.Store.Bindings.Values).LastSeen);
    }

    [Fact]
    public void HeldDevice_ThatIsApproved_IsReachableWithoutAWord()
    {
        Announce(1, Own);
        _world.Decide(1, AdmissionState.Held);
        Announce(1, Own);
        Pin(1);
        _world.Advance(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        Assert.DoesNotContain(Ip(Pinned), _world.Map.Outside.Keys);

        _world.Decide(1, AdmissionState.Admitted);
        _world.Advance(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));

        AssertReachable();
    }

    [Fact]
    public void BlockedDevice_IsNotMadeReachable()
    {
        Announce(1, Own);
        Pin(1);
        _world.Decide(1, AdmissionState.Blocked);
        _world.Reboot();
        _world.Advance(TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(100));

        Assert.Empty(_world.Core.Registry.Bindings);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void PinnedDevice_ThatUsesAnotherAddress_TakesThePinAlong_UnlessItAnswersForBoth(bool answersForBoth)
    {
        Announce(1, Own);
        Pin(1);
        _world.Advance(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(500));
        _world.Bind(1, Moved);
        for (var i = 0; i < 40; i++)
        {
            _world.Access.Take();
            _world.Map.CountOut(_world.BindingOf(1, Moved)!.Number, _world.Now);
            _world.Advance(TimeSpan.FromMilliseconds(500));
            var isAsked = _world.Access.Take().Arps().Any(a => a.Operation == ArpOperation.Request && a.TargetIp == Ip(Own));
            if (isAsked && answersForBoth)
            {
                _world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(1), ArpMessage.Reply(Mac(1), Ip(Own), ControlHarness.AccessMac, _world.Network.ProbeSender)));
            }
        }

        Assert.Equal(answersForBoth ? Own : Moved, Assert.Single(_world.Core.Registry.Bindings.Values, b => b.Legal == Ip(Pinned)).Claim.Address.ToString());
    }

    [Fact]
    public void LeasedDevice_IsReachableWhileItsLeaseLasts_AndAfterAReboot()
    {
        var world = new ControlHarness(Pool, dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24")) with { Lease = TimeSpan.FromHours(4), RandomisedLease = TimeSpan.FromHours(4) }).Ready();
        var address = new DhcpClients(world).Lease(1).ToString();
        var legal = world.Confirm(world.BindingOf(1, address) ?? world.Bind(1, address)).Legal;
        world.Advance(TimeSpan.FromHours(3), TimeSpan.FromSeconds(5));
        Assert.Equal(legal, world.BindingOf(1, address)?.Legal);

        world.Reboot();
        world.Advance(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100));
        Assert.Equal(legal, world.BindingOf(1, address)?.Legal);

        world.Advance(TimeSpan.FromHours(2), TimeSpan.FromSeconds(5));
        Assert.Null(world.BindingOf(1, address));
    }

    [Fact]
    public void LeasedDevices_ThatAreIdle_LeaveAQuarterOfThePoolToNewOnes()
    {
        var world = new ControlHarness(Pool, dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24")) with { Lease = TimeSpan.FromHours(4), RandomisedLease = TimeSpan.FromHours(4) }).Ready();
        var clients = new DhcpClients(world);
        for (var device = 1; device <= 10; device++)
        {
            var address = clients.Lease(device).ToString();
            world.Confirm(world.BindingOf(device, address) ?? world.Bind(device, address));
        }

        world.Advance(TimeSpan.FromMinutes(31), TimeSpan.FromSeconds(5));

        Assert.Equal(7, world.Core.Registry.Bindings.Count);
    }

    /// <summary>Its profile gives it no address of its own, so no binding makes it reachable: none is made again and again.</summary>
    [Fact]
    public void SilentDevice_ThatIsPinned_ButSharesAddresses_IsNotMadeFromRecords()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.addresses = [\"137.118.199.60\"]\nprofiles.default.legal = \"shared\"\n").Ready();
        world.Confirm(world.Bind(1, Own));
        world.Decide(1, d => d with { PinnedLegal = Ip(Pinned) });
        world.Advance(TimeSpan.FromHours(1), TimeSpan.FromSeconds(5));
        var writes = world.Map.Journal.Count;
        world.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1));

        Assert.Empty(world.Core.Registry.Bindings);
        Assert.Equal(writes, world.Map.Journal.Count);
    }

    [Fact]
    public void LeasedDevice_ThatIsForgottenWhileItsAddressIsProbed_DoesNotComeBack()
    {
        var world = new ControlHarness(Pool, dhcp: DhcpSettings.Of(Ipv4Network.Parse("10.203.0.0/24")) with { Lease = TimeSpan.FromHours(4), RandomisedLease = TimeSpan.FromHours(4) }).Ready();
        var address = new DhcpClients(world).Lease(1).ToString();
        world.Confirm(world.BindingOf(1, address)!);
        world.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5));
        world.Reboot();
        world.Advance(TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
        Assert.Null(world.BindingOf(1, address));

        world.Forget(1);
        world.Advance(TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(100));

        Assert.Null(world.Core.Policy.Find(Mac(1)));
        Assert.Null(world.BindingOf(1, address));
    }

    [Fact]
    public void OneArm_OnlyAPinnedDevicesAnnouncement_MakesABinding()
    {
        var world = new ControlHarness(Pool, isOneArmed: true).Ready();
        world.Punt(PuntReason.ArpLan, ArpRequest(1, Own, Own));
        Assert.Empty(world.Core.Registry.Bindings);

        world.Core.Admission.Decide(new DeviceRecord(Mac(1), world.Clock.GetUtcNow())
        {
            PinnedLegal = Ip(Pinned),
            Admission = new AdmissionStatus(AdmissionState.Admitted, "", "", world.Clock.GetUtcNow(), null, DecisionSource.Administrator),
        });
        world.Punt(PuntReason.ArpLan, ArpRequest(1, Own, Own));
        world.Ready();

        Assert.Equal(Ip(Pinned), world.BindingOf(1, Own)?.Legal);
    }

    private void Announce(int device, string address, bool isRequest = true) => _world.Punt(PuntReason.ArpAccess, isRequest
        ? ArpRequest(device, address, address)
        : Frames.Arp(MacAddress.Broadcast, Mac(device), ArpMessage.Reply(Mac(device), Ip(address), Mac(device), Ip(address))));

    private void Pin(int device) => _world.Decide(device, d => d with { PinnedLegal = Ip(Pinned) });

    private void AssertReachable()
    {
        var binding = Assert.Single(_world.Core.Registry.Bindings.Values);
        Assert.Equal((Mac(1), Ip(Own), Ip(Pinned)), (binding.Claim.Station.Mac, binding.Claim.Address, binding.Legal));
        Assert.Equal(binding.Number, _world.Map.Outside[Ip(Pinned)]);
    }
}
