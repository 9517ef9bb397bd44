using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The first packets of an address, until it is served or refused.</summary>
public sealed class ArrivalServiceTests
{
    private const string Address = "47.31.128.195";
    private const string OtherAddress = "10.0.0.7";
    private const string OneAddress = "pool.addresses = [\"137.118.199.50\"]\nnapt.enabled = false\n";
    private const string TwoAddresses = "pool.addresses = [\"137.118.199.50-137.118.199.51\"]\nnapt.enabled = false\n";

    [Fact]
    public void FirstPackets_WhileThePoolIsProbed_WaitAndGoOnInOrder()
    {
        var world = new ControlHarness();
        string[] targets = ["8.8.8.1", "8.8.8.2", "8.8.8.3"];
        foreach (var target in targets)
        {
            world.SendFirst(1, Address, to: target);
        }

        Assert.Empty(world.Stack.Frames);
        Assert.Empty(world.Store.Devices);
        world.Ready();

        Assert.Equal(targets, world.Stack.Take().Select(TargetOf));
        Assert.Equal((3UL, 3UL, 0UL), (world.Count(Counter.FirstPacketsHeld), world.Count(Counter.FirstPacketsReinjected), world.Count(Counter.FirstPacketsLost)));
        Assert.Equal(Mac(1), Assert.Single(world.Store.Devices.Keys));
    }

    [Fact]
    public void FirstPackets_MoreThanEight_AreLostFromTheNinthOn()
    {
        var world = new ControlHarness();
        for (var i = 1; i <= 10; i++)
        {
            world.SendFirst(1, Address, to: $"8.8.8.{i}");
        }

        world.Ready();

        Assert.Equal(Enumerable.Range(1, 8).Select(i => $"8.8.8.{i}"), world.Stack.Take().Select(TargetOf));
        Assert.Equal((10UL, 8UL, 2UL), (world.Count(Counter.FirstPacketsHeld), world.Count(Counter.FirstPacketsReinjected), world.Count(Counter.FirstPacketsLost)));
    }

    [Fact]
    public void FirstPacket_ThatWaitedThreeSeconds_IsLost()
    {
        var world = new ControlHarness();
        world.SendFirst(1, Address);

        // One turn of the loop only: the pool is still probed.
        world.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(1UL, world.Count(Counter.FirstPacketsLost));
        world.Ready();

        Assert.Empty(world.Stack.Frames);
        Assert.Empty(world.Core.Registry.Bindings);
    }

    [Fact]
    public void KnownAddress_WhosePacketComesAgain_LetsItGoAndMakesNoOther()
    {
        var world = new ControlHarness().Ready();
        world.Bind(1, Address);

        world.SendFirst(1, Address);

        Assert.Equal(["add 2"], world.Map.Journal);
        Assert.Equal(2UL, world.Count(Counter.FirstPacketsReinjected));
    }

    [Fact]
    public void FirstPacket_OfATaggedDevice_IsSentAgainWithItsTagAndAWholeChecksum()
    {
        var world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50\"]\n").Ready();
        var frame = Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8");

        // As a sender leaves it to its card: the pseudo header's sum alone.
        var datagram = frame.AsSpan(EthernetHeader.Size + Ipv4Header.Size);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(
            datagram[6..], Checksum.Fold(Checksum.PseudoHeader(Ip(Address), Ip("8.8.8.8"), IpProtocol.Udp, datagram.Length)));
        world.Punt(PuntReason.NewSource, frame, 7);

        var again = Assert.Single(world.Stack.Take());
        Assert.True(EthernetPacket.TryParse(again, out var ethernet));
        Assert.Equal((true, (ushort)7, Mac(1), ControlHarness.AccessMac), (ethernet.HasVlan, ethernet.VlanId, ethernet.Source, ethernet.Destination));
        Assert.Equal(TransportChecksumResult.Right, TransportChecksum.TryComplete(ethernet.Payload.ToArray()));
    }

    [Fact]
    public void FirstPacket_WithAWrongChecksum_IsSentAgainAsItIs()
    {
        var world = new ControlHarness().Ready();
        var frame = Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8");
        frame[EthernetHeader.Size + Ipv4Header.Size + 6] ^= 0x55;
        world.Punt(PuntReason.NewSource, frame);

        Assert.Equal(frame, Assert.Single(world.Stack.Take()));
    }

    [Fact]
    public void FirstPacket_WhileTheStacksEndIsDown_CountsAsNotSent()
    {
        var world = new ControlHarness().Ready();
        world.Stack.IsDown = true;

        world.SendFirst(1, Address);

        Assert.Equal((0UL, 1UL), (world.Count(Counter.FirstPacketsReinjected), world.Count(Counter.SendFailed)));
        Assert.NotNull(world.BindingOf(1, Address));
    }

    [Fact]
    public void NewSource_ThatIsNoIpv4_CountsAsMalformed()
    {
        var world = new ControlHarness().Ready();

        world.Punt(PuntReason.NewSource, ArpRequest(1, Address, "47.31.128.1"));

        Assert.Equal((1UL, 0UL), (world.Count(Counter.PuntsMalformed), world.Count(Counter.FirstPacketsHeld)));
    }

    [Fact]
    public void Device_WithAsManyAddressesAsItsProfileAllows_IsRefusedAsProhibited()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nprofiles.default.addresses = 1\n").Ready();
        world.Bind(1, Address);

        world.SendFirst(1, OtherAddress);

        Assert.Equal((Mac(1), world.Network.ProbeSender, (byte)3, (byte)13, (ushort)0), ReadError(Assert.Single(world.Access.Take())));
        Assert.Equal((1UL, 1UL, 1UL), (world.Count(Counter.RefusedDeviceLimit), world.Count(Counter.RefusalsSent), world.Count(Counter.FirstPacketsLost)));
        Assert.NotNull(world.BindingOf(1, Address));
        Assert.Equal(ServiceRefusal.DeviceLimit, world.RefusalOf(1));
    }

    [Fact]
    public void Device_AtItsLimit_GivesUpAnAddressThatWasSilentForAMinute()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nprofiles.default.addresses = 1\n").Ready();
        world.Bind(1, Address);
        world.Advance(TimeSpan.FromMinutes(1));

        Assert.NotNull(world.Bind(1, OtherAddress));
        Assert.Null(world.BindingOf(1, Address));
        Assert.Equal(["add 2", "remove 2", "add 2"], world.Map.Journal);
    }

    [Fact]
    public void Pool_ThatIsExhausted_RefusesAsUnreachable_InTheNameOfTheDevicesGateway()
    {
        var world = new ControlHarness(OneAddress).Ready();
        world.Confirm(world.Bind(1, Address));
        world.Punt(PuntReason.ArpAccess, ArpRequest(2, OtherAddress, "10.0.0.1"));
        world.Access.Take();

        world.SendFirst(2, OtherAddress);

        Assert.Equal((Mac(2), Ip("10.0.0.1"), (byte)3, (byte)1, (ushort)0), ReadError(world.Access.Take()[^1]));
        Assert.Equal(new PoolExhausted(Mac(2), Ip(OtherAddress)), Assert.Single(world.EventsOf<PoolExhausted>()));
        Assert.Equal((1UL, 1UL), (world.Count(Counter.RefusedPoolExhausted), world.Count(Counter.FirstPacketsLost)));
        Assert.Equal(ServiceRefusal.PoolExhausted, world.RefusalOf(2));
        Assert.Null(world.RefusalOf(1));
    }

    [Fact]
    public void Device_ThatWasRefused_IsNotAnyMore_OnceItIsServed()
    {
        var world = new ControlHarness(OneAddress).Ready();
        world.Confirm(world.Bind(1, Address));
        world.SendFirst(2, OtherAddress);
        Assert.Equal(ServiceRefusal.PoolExhausted, world.RefusalOf(2));

        world.Core.Admission.ForgetDevice(world.Core.Policy.Find(Mac(1))!);
        world.Bind(2, OtherAddress);

        Assert.Null(world.RefusalOf(2));
    }

    [Fact]
    public void Table_ThatIsFull_RefusesAsUnreachable_AndSaysSo()
    {
        // Numbers 2 and 3.
        var world = new ControlHarness(capacity: 4).Ready();
        world.Bind(1, "10.0.0.1");
        world.Bind(2, "10.0.0.2");

        world.SendFirst(3, "10.0.0.3");

        Assert.Equal((byte)1, ReadError(Assert.Single(world.Access.Take())).Code);
        Assert.Single(world.EventsOf<BindingTableFull>());
        Assert.Equal(1UL, world.Count(Counter.RefusedTableFull));
        Assert.Equal(ServiceRefusal.TableFull, world.RefusalOf(3));
    }

    [Fact]
    public void Device_ThatIsBlocked_HearsNothing_AndItsPacketsGo()
    {
        var world = new ControlHarness().Ready();
        world.Bind(1, Address);
        world.Decide(1, AdmissionState.Blocked);
        world.Stack.Take();

        world.SendFirst(1, Address);

        Assert.Empty(world.Access.Take());
        Assert.Empty(world.Stack.Take());
        Assert.Equal(1UL, world.Count(Counter.RefusedBlocked));
        Assert.Empty(world.Core.Registry.Bindings);
        world.Decide(1, AdmissionState.Admitted);
        world.SendFirst(1, Address);
        Assert.Single(world.Stack.Take());
    }

    [Fact]
    public void UnconfirmedDevice_OneTooMany_IsAskedByArpAndServedWhenItAnswers()
    {
        var world = new ControlHarness(TwoAddresses).Ready();
        world.Bind(1, Address);
        world.SendFirst(2, OtherAddress);

        var question = ReadArp(Assert.Single(world.Access.Take()), out var ethernet);
        Assert.Equal((Mac(2), ArpMessage.Request(ControlHarness.AccessMac, world.Network.ProbeSender, Ip(OtherAddress))), (ethernet.Destination, question));
        Assert.Null(world.BindingOf(2, OtherAddress));
        Assert.Equal([Mac(1)], world.Store.Devices.Keys);
        world.Punt(PuntReason.ArpAccess, Frames.Arp(ControlHarness.AccessMac, Mac(2), ArpMessage.Reply(Mac(2), Ip(OtherAddress), ControlHarness.AccessMac, world.Network.ProbeSender)));

        Assert.NotNull(world.BindingOf(2, OtherAddress));
        Assert.Equal((1UL, 1UL, 2UL), (world.Count(Counter.StrangersAsked), world.Count(Counter.StrangersProven), world.Count(Counter.FirstPacketsReinjected)));
        Assert.Contains(Mac(2), world.Store.Devices.Keys);
    }

    [Fact]
    public void UnconfirmedDevice_ThatIsAsked_IsNotAskedAgainForHalfASecond()
    {
        var world = new ControlHarness(TwoAddresses).Ready();
        world.Bind(1, Address);
        world.SendFirst(2, OtherAddress);
        world.SendFirst(2, OtherAddress);
        Assert.Equal(1UL, world.Count(Counter.StrangersAsked));

        world.Advance(TimeSpan.FromMilliseconds(500));
        world.SendFirst(2, OtherAddress);

        Assert.Equal(2UL, world.Count(Counter.StrangersAsked));
    }

    [Fact]
    public void UnconfirmedDevice_ThatDoesNotAnswer_TakesThePlaceOfOneThatHadItsTime()
    {
        var world = new ControlHarness(TwoAddresses).Ready();
        world.Bind(1, Address);
        world.Advance(TimeSpan.FromSeconds(3));
        world.SendFirst(2, OtherAddress);
        world.Advance(TimeSpan.FromMilliseconds(600));

        world.SendFirst(2, OtherAddress);

        Assert.Null(world.BindingOf(1, Address));
        Assert.NotNull(world.BindingOf(2, OtherAddress));
    }

    [Fact]
    public void ConfirmedDevice_NeverMakesRoomForOneThatDoesNotAnswer()
    {
        var world = new ControlHarness(TwoAddresses).Ready();
        world.Confirm(world.Bind(1, Address));
        world.Advance(TimeSpan.FromSeconds(3));
        world.Bind(2, OtherAddress);
        world.SendFirst(3, "10.0.0.3");
        world.Advance(TimeSpan.FromSeconds(4));

        world.SendFirst(3, "10.0.0.3");

        Assert.NotNull(world.BindingOf(1, Address));
        Assert.Null(world.BindingOf(2, OtherAddress));
    }

    [Fact]
    public void UnconfirmedDevice_ThatIsAsked_IsNotServedWhenAnAddressBecomesReady()
    {
        var world = new ControlHarness(TwoAddresses).Ready();
        world.Bind(1, Address);
        world.SendFirst(2, OtherAddress);

        // Ready addresses are probed anew after two minutes; the packet is gone by then, the question is not repeated.
        world.Advance(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));

        Assert.Null(world.BindingOf(2, OtherAddress));
        Assert.Equal(1UL, world.Count(Counter.StrangersAsked));
    }

    private static string TargetOf(byte[] frame)
    {
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        return packet.Destination.ToString();
    }
}
