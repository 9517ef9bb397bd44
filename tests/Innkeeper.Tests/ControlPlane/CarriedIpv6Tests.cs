using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Ipv6;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>IPv6 that is carried: the control plane's part, from punts to maps and frames.</summary>
public sealed class CarriedIpv6Tests
{
    private const string Settings = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\n";

    private static readonly Ipv6Network s_prefix = Ipv6Network.Parse("2001:db8:77:1::/64");
    private static readonly Ipv6Network s_next = Ipv6Network.Parse("2001:db8:78::/64");
    private static readonly Ipv6Address s_own = Ipv6Address.Parse("2a01:4f8:1:2::5");
    private static readonly Ipv6Address s_server = Ipv6Address.Parse("2606:4700::1111");
    private static readonly Ipv6Address s_router = Ipv6Address.LinkLocalOf(ControlHarness.RouterMac);

    private static ControlHarness World(string settings = Settings, bool hasRouter = true)
    {
        var world = new ControlHarness(settings).Ready();
        if (hasRouter)
        {
            Advertise(world, s_prefix);
        }

        return world;
    }

    private static byte[] Frame(MacAddress source, MacAddress destination, ReadOnlySpan<byte> packet)
    {
        var frame = new byte[EthernetHeader.Size + packet.Length];
        EthernetHeader.Write(frame, destination, source, EtherTypes.Ipv6);
        packet.CopyTo(frame.AsSpan(EthernetHeader.Size));
        return frame;
    }

    private static void Advertise(ControlHarness world, Ipv6Network prefix, uint preferred = 1800, ushort lifetime = 1800, uint? mtu = null)
    {
        var buffer = new byte[RouterAdvertisementWriter.MaxSize];
        var writer = new RouterAdvertisementWriter(
            buffer, new RouterAdvertisement(s_router, lifetime) { Prefixes = [new PrefixInformation(prefix, true, true, 7200, preferred)], Mtu = mtu }, Ipv6Address.AllNodes);
        world.Punt(PuntReason.Router, Frame(ControlHarness.RouterMac, Ipv6Address.AllNodes.MulticastMac(), buffer.AsSpan(0, writer.Finish())));
    }

    private static byte[] Datagram(int device, Ipv6Address source, int size = 8, MacAddress? to = null, Ipv6Address? destination = null)
    {
        var packet = new byte[Ipv6Header.Size + size];
        new Ipv6Header(source, destination ?? s_server, 17, (ushort)size).Write(packet);
        return Frame(Mac(device), to ?? ControlHarness.AccessMac, packet);
    }

    private static Ipv6Binding? Send(ControlHarness world, int device, Ipv6Address source, ushort vlan = 0)
    {
        world.Punt(PuntReason.NewSource6, Datagram(device, source), vlan);
        return world.Core.Ipv6!.Bindings.Find(new Ipv6Claim(new Station(vlan, Mac(device)), source));
    }

    [Fact]
    public void FirstPacket_GetsABindingInTheUplinksPrefix_AndIsSentAgain()
    {
        var world = World();
        var binding = Send(world, 1, s_own)!;

        Assert.True(s_prefix.Contains(binding.Outside));
        Assert.Equal(binding.Number, world.Map6.Legals[binding.Outside]);
        Assert.Single(world.Stack.Ipv6);
        Assert.Equal(Mac(1), Assert.Single(world.Store.Devices.Keys));
        Assert.Equal(new Ipv6Outside(s_prefix, true, s_router, null), world.Map6.ReadOutside());
        Assert.Equal(s_prefix, Assert.Single(world.EventsOf<Ipv6OutsideChanged>()).Prefix);

        // Routers outside learn of it before the first answer (RFC 9131), in the one group that was joined.
        Assert.Contains(world.Uplink.Ipv6, f => NeighborDiscoveryMessage.TryParse(f.AsSpan(EthernetHeader.Size), out var m) && m.Kind == NeighborDiscoveryKind.NeighborAdvertisement && m.Target == binding.Outside);
        Assert.Equal([binding.Outside.SolicitedNode()], world.Groups);
    }

    [Fact]
    public void Start_AsksForRouters()
    {
        var world = World(hasRouter: false);

        Assert.Contains(world.Uplink.Ipv6, f => NeighborDiscoveryMessage.TryParse(f.AsSpan(EthernetHeader.Size), out var m) && m.Kind == NeighborDiscoveryKind.RouterSolicitation);
        Assert.Null(world.Map6.ReadOutside());
    }

    [Fact]
    public void UplinkWithoutIpv6InTheKernel_HasNoIpv6Outside_UntilItIsSwitchedOn()
    {
        var world = World();
        world.UplinkHasIpv6 = false;
        world.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(world.Map6.ReadOutside());

        world.UplinkHasIpv6 = true;
        world.Advance(TimeSpan.FromSeconds(6));
        Assert.NotNull(world.Map6.ReadOutside());
    }

    [Fact]
    public void TheSameAddressOnTwoDevices_HasTwoBindings_WithOtherAddressesOutside()
    {
        var world = World();

        Assert.NotEqual(Send(world, 1, s_own)!.Outside, Send(world, 2, s_own)!.Outside);
    }

    [Fact]
    public void DeviceOfBothFamilies_HasOneMeter_AndAnIpv6OnlyOneHasItsOwn()
    {
        var world = World();
        world.Punt(PuntReason.NewSource, Udp(ControlHarness.AccessMac, Mac(1), "47.31.128.195", "8.8.8.8"));
        var ipv4 = Assert.Single(world.Core.Registry.Bindings.Values);

        Assert.Equal(ipv4.Meter, Send(world, 1, s_own)!.Meter);
        Assert.NotEqual(ipv4.Meter, Send(world, 2, s_own)!.Meter);
    }

    [Fact]
    public void PrefixChanges_BindingsMove_OldAddressesAreGone_AndNothingWasUsableBetween()
    {
        var world = World();
        var before = Send(world, 1, s_own)!;
        Advertise(world, s_next);
        Advertise(world, s_prefix, preferred: 0);

        var after = Assert.Single(world.Core.Ipv6!.Bindings.All.Values);
        Assert.Equal((before.Number, true), (after.Number, s_next.Contains(after.Outside)));
        Assert.Equal([after.Outside], world.Map6.Legals.Keys);
        Assert.Equal(s_next, world.Map6.ReadOutside()!.Prefix);
    }

    [Fact]
    public void RouterSaysFarewell_ThereIsNoIpv6Outside_AndTheSamePrefixGivesTheSameAddressAgain()
    {
        var world = World();
        var before = Send(world, 1, s_own)!;
        Advertise(world, s_prefix, lifetime: 0);
        Assert.Null(world.Map6.ReadOutside());
        Assert.Empty(world.Map6.Legals);
        Assert.Null(world.EventsOf<Ipv6OutsideChanged>()[^1].Prefix);

        Advertise(world, s_prefix);
        Assert.Equal(before.Outside, Assert.Single(world.Core.Ipv6!.Bindings.All.Values).Outside);
    }

    [Fact]
    public void ConfiguredPrefix_IsRouted_AndADeviceThatHasAnAddressOfItKeepsIt()
    {
        var world = World(Settings + "[ipv6]\nprefix = \"2001:db8:99::/56\"\n", hasRouter: false);
        Advertise(world, s_prefix);
        var inside = Ipv6Address.Parse("2001:db8:99:0:1::7");

        Assert.Equal(inside, Send(world, 1, inside)!.Outside);
        var twin = Send(world, 2, inside)!;
        Assert.NotEqual(inside, twin.Outside);
        Assert.True(Ipv6Network.Parse("2001:db8:99::/56").Contains(twin.Outside));
        Assert.False(world.Map6.ReadOutside()!.IsOnLink);
    }

    [Fact]
    public void TranslateAlways_NoDeviceKeepsItsAddress()
    {
        var world = World(Settings + "[ipv6]\nprefix = \"2001:db8:99::/56\"\ntranslate = \"always\"\n");
        var inside = Ipv6Address.Parse("2001:db8:99::7");

        Assert.NotEqual(inside, Send(world, 1, inside)!.Outside);
    }

    [Fact]
    public void ManyAddresses_OldestIdleIsReplaced_ButNoneThatIsInUse()
    {
        var world = World(Settings + "[ipv6]\naddresses = 2\n");
        var first = Send(world, 1, Ipv6Address.Parse("fd00::1"))!;
        Send(world, 1, Ipv6Address.Parse("fd00::2"));
        Assert.Null(Send(world, 1, Ipv6Address.Parse("fd00::3")));
        Assert.Single(world.EventsOf<Ipv6DeviceLimitReached>());
        Assert.NotEmpty(world.Access.Ipv6);

        world.Advance(TimeSpan.FromSeconds(11));
        world.Map6.Hear(2, world.Now);
        Assert.NotNull(Send(world, 1, Ipv6Address.Parse("fd00::3")));
        Assert.DoesNotContain(first.Claim, world.Map6.Claims.Keys);
        Assert.Equal(1, world.Counters.Read(Counter.Ipv6BindingsReplaced));
    }

    [Fact]
    public void SilentDevice_LosesItsBinding()
    {
        var world = World();
        Send(world, 1, s_own);
        world.Advance(world.Network.Idle + TimeSpan.FromSeconds(6));

        Assert.Empty(world.Map6.Slots);
        Assert.Empty(world.Core.Ipv6!.Bindings.All);
    }

    [Fact]
    public void Restart_BindingsGoOn_BeforeARouterIsHeardAgain()
    {
        var world = World();
        var before = Send(world, 1, s_own)!;
        world.Restart();

        Assert.Equal((before.Number, before.Claim, before.Outside), Assert.Single(world.Core.Ipv6!.Bindings.All.Values) is var b ? (b.Number, b.Claim, b.Outside) : default);
        Assert.NotNull(world.Map6.ReadOutside());

        // No router answers: then there is none.
        world.Advance(UplinkIpv6.Patience + TimeSpan.FromSeconds(1));
        Assert.Null(world.Map6.ReadOutside());
    }

    [Fact]
    public void Restart_WithAnotherKindOfPrefix_DoesNotUseTheOldOne()
    {
        var world = World();
        Send(world, 1, s_own);
        world.Restart(settings: Settings + "[ipv6]\nprefix = \"2001:db8:99::/56\"\n");

        Assert.Null(world.Map6.ReadOutside());
        Assert.Empty(world.Map6.Legals);
    }

    [Fact]
    public void HeldDevice_IsMarkedSo_AndAdmittedWithAllItsAddressesAtOnce_BlockedItHasNone()
    {
        var world = World(Settings + "[profiles.default]\nadmission = \"approve\"\n");
        Send(world, 1, s_own);
        Send(world, 1, Ipv6Address.Parse("fd00::2"));
        Assert.All(world.Map6.Slots.Values, s => Assert.True(s.Flags.HasFlag(BindingFlags.Held)));

        var device = world.Core.Policy.Find(Mac(1))!;
        world.Core.Admission.Decide(device with { Admission = device.Admission with { State = AdmissionState.Admitted, Origin = DecisionSource.Administrator } });
        Assert.Equal(2, world.Map6.Slots.Count);
        Assert.All(world.Map6.Slots.Values, s => Assert.False(s.Flags.HasFlag(BindingFlags.Held)));

        device = world.Core.Policy.Find(Mac(1))!;
        world.Core.Admission.Decide(device with { Admission = device.Admission with { State = AdmissionState.Blocked } });
        Assert.Empty(world.Map6.Slots);
        Assert.Null(Send(world, 1, s_own));
    }

    [Fact]
    public void ForgottenDevice_HasNoBinding()
    {
        var world = World();
        Send(world, 1, s_own);
        world.Core.Admission.ForgetDevice(world.Core.Policy.Find(Mac(1))!);

        Assert.Empty(world.Map6.Slots);
    }

    [Fact]
    public void AnotherHostHasTheOutsideAddress_TheDeviceGetsAnother()
    {
        var world = World();
        var before = Send(world, 1, s_own)!;
        Span<byte> packet = stackalloc byte[NeighborDiscoveryWriter.MaxSize];
        var length = NeighborDiscoveryWriter.NeighborAdvertisement(packet, ControlHarness.RouterMac, before.Outside, Ipv6Address.AllNodes, NeighborBits.Override);
        world.Punt(PuntReason.Legal6, Frame(ControlHarness.RouterMac, Ipv6Address.AllNodes.MulticastMac(), packet[..length]));

        var after = Assert.Single(world.Core.Ipv6!.Bindings.All.Values);
        Assert.NotEqual(before.Outside, after.Outside);
        Assert.Equal([after.Outside], world.Map6.Legals.Keys);
    }

    [Fact]
    public void FloodOfInventedDevices_MustAnswerFirst_AndOneThatAnswersIsServed()
    {
        var world = World();
        for (var i = 1; i <= (world.Map6.Capacity / 4) + 4; i++)
        {
            Send(world, i, Ipv6Address.Parse($"fd00::{i:x}"));
        }

        Assert.Equal((int)world.Map6.Capacity / 4, world.Core.Ipv6!.Bindings.All.Count);
        var claimed = Ipv6Address.Parse("fd00::99");
        world.Access.Ipv6.Clear();
        Assert.Null(Send(world, 77, claimed));
        Assert.True(EthernetPacket.TryParse(Assert.Single(world.Access.Ipv6), out var asked));
        Assert.Equal(Mac(77), asked.Destination);

        Span<byte> packet = stackalloc byte[NeighborDiscoveryWriter.MaxSize];
        var length = NeighborDiscoveryWriter.NeighborAdvertisement(packet, Mac(77), claimed, Ipv6Address.LinkLocalOf(ControlHarness.AccessMac), NeighborBits.Solicited);
        world.Punt(PuntReason.Neighbor, Frame(Mac(77), ControlHarness.AccessMac, packet[..length]));
        Assert.NotNull(world.Core.Ipv6!.Bindings.Find(new Ipv6Claim(new Station(0, Mac(77)), claimed)));
        Assert.NotEmpty(world.Stack.Ipv6);
    }

    [Fact]
    public void TooLongOrOverTooManyRouters_SenderGetsAnError_OnEitherSide()
    {
        var world = World();
        Advertise(world, s_prefix, mtu: 1400);
        var binding = Send(world, 1, s_own)!;
        world.Access.Ipv6.Clear();
        world.Uplink.Ipv6.Clear();

        world.Punt(PuntReason.TooLong, Datagram(1, s_own, 1450));
        world.Punt(PuntReason.HopLimit, Datagram(1, s_own));
        Assert.Equal([(2, 1400u, Mac(1)), (3, 0u, Mac(1))], world.Access.Ipv6.Select(ErrorOf));

        world.Punt(PuntReason.TooLong, Datagram(9, s_server, 1480, ControlHarness.UplinkMac, binding.Outside), binding: 1);
        Assert.Equal((2, 1500u, Mac(9)), ErrorOf(Assert.Single(world.Uplink.Ipv6)));
        Assert.True(Ipv6Header.TryParse(world.Uplink.Ipv6[0].AsSpan(EthernetHeader.Size), out var header));
        Assert.Equal((binding.Outside, s_server), (header.Source, header.Destination));
    }

    [Fact]
    public void DeviceThatAsksForARouter_GetsThePrefix_AndByDhcpv6TheSettings_OnlyWhileThereIsIpv6Outside()
    {
        var world = World(hasRouter: false);
        var asker = Ipv6Address.LinkLocalOf(Mac(1));
        Span<byte> packet = stackalloc byte[NeighborDiscoveryWriter.MaxSize];
        var question = Frame(Mac(1), Ipv6Address.AllRouters.MulticastMac(), packet[..NeighborDiscoveryWriter.RouterSolicitation(packet, Mac(1), asker)]);
        byte[] dhcp = [11, 1, 2, 3, 0, 6, 0, 2, 0, 32];
        var request = new byte[Ipv6Header.Size + UdpHeader.Size + dhcp.Length];
        var length = new UdpHeader(546, 547).Write(request.AsSpan(Ipv6Header.Size), asker, Dhcpv6Message.AllServers, dhcp);
        new Ipv6Header(asker, Dhcpv6Message.AllServers, IpProtocol.Udp, (ushort)length).Write(request);
        var settings = Frame(Mac(1), Dhcpv6Message.AllServers.MulticastMac(), request);
        world.Access.Ipv6.Clear();
        world.Punt(PuntReason.Neighbor, question);
        world.Punt(PuntReason.Dhcp6, settings);
        Assert.Empty(world.Access.Ipv6);

        Advertise(world, s_prefix);
        Assert.Equal(Ipv6Address.AllNodes.MulticastMac(), MacAddress.Read(Assert.Single(world.Access.Ipv6)));
        world.Access.Ipv6.Clear();
        world.Punt(PuntReason.Neighbor, question);
        var answer = RouterAdvertisement.Parse(Assert.Single(world.Access.Ipv6).AsSpan(EthernetHeader.Size))!;
        Assert.Equal((s_prefix, false, true), Assert.Single(answer.Prefixes) is var p ? (p.Prefix, p.IsOnLink, p.IsAutonomous) : default);
        Assert.Equal(Mac(1), MacAddress.Read(world.Access.Ipv6[0]));

        world.Access.Ipv6.Clear();
        world.Punt(PuntReason.Dhcp6, settings);
        Assert.Equal(Mac(1), MacAddress.Read(Assert.Single(world.Access.Ipv6)));
        Assert.Equal(1, world.Counters.Read(Counter.Dhcpv6Informed));
    }

    [Fact]
    public void RaOff_NothingIsAdvertised()
    {
        var world = World(Settings + "[ipv6]\nra = false\n");

        Assert.DoesNotContain(world.Access.Ipv6, f => RouterAdvertisement.Parse(f.AsSpan(EthernetHeader.Size)) is not null);
    }

    private static (int Type, uint Number, MacAddress To) ErrorOf(byte[] frame)
    {
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.True(Ipv6Header.TryParse(ethernet.Payload, out var header));
        var message = ethernet.Payload.Slice(Ipv6Header.Size, header.PayloadLength);
        Assert.True(Icmp6Checksum.IsRight(header.Source, header.Destination, message));
        return (message[0], System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(message[4..]), ethernet.Destination);
    }
}
