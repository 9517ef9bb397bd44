using System.Buffers.Binary;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>Fragments of devices that share an address (RFC 4787 REQ-14, RFC 6864 section 5.3.1).</summary>
public sealed class NaptFragmentTests : IDisposable
{
    private const int At = EthernetHeader.Size;

    private readonly NaptHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    /// <summary>One of three fragments of a datagram: 0, 1 and 2.</summary>
    private static byte[] Fragment(string toMac, string fromMac, Datagram whole, int number, ushort id = 0x1234, byte ttl = 64)
    {
        var payload = (whole with { Length = 40 }).Frame(toMac, fromMac)[(At + Ipv4Header.Size)..];
        var part = payload.AsSpan(number * 16, 16);
        var frame = Packets.Ipv4(toMac, fromMac, whole.Source, whole.Destination, whole.Protocol, part, ttl, (ushort)(number * 2 | (number < 2 ? Packets.MoreFragments : 0)));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(At + 4), id);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(At + 10), 0);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(At + 10), Checksum.Finish(Checksum.Add(frame.AsSpan(At, 20), 0)));
        return frame;
    }

    private static ushort IdOf(byte[] frame) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(At + 4));

    private (Act Act, byte[] Frame) Send(Datagram whole, int number, ushort id = 0x1234, string mac = DeviceMac) =>
        _harness.Plane.Run("from_access", Fragment(AccessMac, mac, whole, number, id));

    private (Act Act, byte[] Frame) Receive(Datagram whole, int number, ushort id = 0x1234) =>
        _harness.Plane.Run("from_uplink", Fragment(UplinkMac, RouterMac, whole, number, id));

    [Theory]
    [InlineData(0, 1, 2)]
    [InlineData(2, 1, 0)]
    [InlineData(1, 0, 2)]
    public void FragmentsOut_InAnyOrder_HaveOneIdentification(int first, int second, int third)
    {
        var port = _harness.AssertUdpLeaves(4000);
        var ids = new HashSet<ushort>();
        foreach (var number in (int[])[first, second, third])
        {
            var (act, frame) = Send(Datagram.Udp(Claimed, 4000, Server, 123), number);
            Assert.Equal(Act.Redirect, act);
            ids.Add(IdOf(frame));
            AssertFrame(Fragment(AccessMac, DeviceMac, Datagram.Udp(SharedAddress, port, Server, 123), number, IdOf(frame), 63), frame);
        }

        Assert.Single(ids);
    }

    [Fact]
    public void FragmentsOut_OfTwoDevices_NeverShareAnIdentification()
    {
        var ids = new HashSet<ushort>();
        for (ushort id = 1; id <= 50; id++)
        {
            foreach (var mac in (string[])[DeviceMac, TwinMac])
            {
                Assert.True(ids.Add(IdOf(Send(Datagram.Udp(Claimed, 4000, Server, 123), 0, id, mac).Frame)));
                Assert.Contains(IdOf(Send(Datagram.Udp(Claimed, 4000, Server, 123), 1, id, mac).Frame), ids);
            }
        }
    }

    [Theory]
    [InlineData(2, DeviceMac)]
    [InlineData(4, OwnMac)]
    public void Fragments_OfAForward_ReachTheDevice_AndTheAnswersLeaveByIt(uint number, string mac)
    {
        if (mac == OwnMac)
        {
            _harness.Plane.Shared.OpenShare(4, Ipv4Address.Parse(SharedAddress));
            _harness.Plane.Rewrite(4, OwnMac, OwnClaimed, SharedAddress, Legal);
        }

        Assert.Equal(ForwardOutcome.Done, _harness.Plane.Forward(8080, number, 80, IpProtocol.Udp));
        for (var part = 0; part < 3; part++)
        {
            var (act, frame) = Receive(Datagram.Udp(Server, 123, SharedAddress, 8080), part);
            Assert.Equal(Act.Redirect, act);
            AssertFrame(Fragment(mac, AccessMac, Datagram.Udp(Server, 123, ClaimedOf(mac), 80), part, ttl: 63), frame);
        }

        for (var part = 0; part < 3; part++)
        {
            var (act, frame) = Send(Datagram.Udp(ClaimedOf(mac), 80, Server, 123), part, mac: mac);
            Assert.Equal(Act.Redirect, act);
            AssertFrame(Fragment(AccessMac, mac, Datagram.Udp(SharedAddress, 8080, Server, 123), part, IdOf(frame), 63), frame);
        }
    }

    [Fact]
    public void FragmentsIn_InOrder_ReachTheDevice()
    {
        var port = _harness.AssertUdpLeaves(4000);
        for (var number = 0; number < 3; number++)
        {
            var (act, frame) = Receive(Datagram.Udp(Server, 123, SharedAddress, port), number);
            Assert.Equal(Act.Redirect, act);
            AssertFrame(Fragment(DeviceMac, AccessMac, Datagram.Udp(Server, 123, Claimed, 4000), number, ttl: 63), frame);
        }
    }

    [Fact]
    public void FragmentsIn_LaterFirst_AreHeldUntilTheFirstComes()
    {
        var port = _harness.AssertUdpLeaves(4000);
        var whole = Datagram.Udp(Server, 123, SharedAddress, port);
        var drops = Enumerable.Range(0, 31).Aggregate(0UL, (sum, reason) => sum + _harness.Plane.Drops((DropReason)reason));
        Assert.Equal(Act.Drop, Receive(whole, 2).Act);
        Assert.Equal(Act.Drop, Receive(whole, 1).Act);
        Assert.Equal(drops, Enumerable.Range(0, 31).Aggregate(0UL, (sum, reason) => sum + _harness.Plane.Drops((DropReason)reason)));
        var key = Assert.Single(_harness.Plane.Bpf.Fragments.Keys());
        Assert.True(_harness.Plane.Bpf.Fragments.TryGet(key, out var held));
        Assert.Equal(0, held.Known);
        Assert.Equal([PuntReason.Fragment, PuntReason.Fragment], _harness.Plane.Punts().Select(p => p.Reason));

        Assert.Equal(Act.Redirect, Receive(whole, 0).Act);
        Assert.Equal([PuntReason.FragmentFirst], _harness.Plane.Punts().Select(p => p.Reason));

        // What was held comes back.
        foreach (var number in (int[])[2, 1])
        {
            var (act, frame) = Receive(whole, number);
            Assert.Equal(Act.Redirect, act);
            AssertFrame(Fragment(DeviceMac, AccessMac, Datagram.Udp(Server, 123, Claimed, 4000), number, ttl: 63), frame);
        }
    }

    [Fact]
    public void FragmentsIn_AfterTheirLifetime_AreNobodys()
    {
        var port = _harness.AssertUdpLeaves(4000);
        var whole = Datagram.Udp(Server, 123, SharedAddress, port);
        Assert.Equal(Act.Redirect, Receive(whole, 0).Act);
        _harness.Plane.Age(29);
        Assert.Equal(Act.Redirect, Receive(whole, 1).Act);
        _harness.Plane.Age(1);
        Assert.Equal(Act.Drop, Receive(whole, 1).Act);
        Assert.Contains(_harness.Plane.Punts(), p => p.Reason == PuntReason.Fragment);
    }

    [Fact]
    public void FragmentsIn_OfNoMapping_AreDropped()
    {
        Assert.Equal(Act.Drop, Receive(Datagram.Udp(Server, 123, SharedAddress, 30000), 0).Act);
        Assert.Empty(_harness.Plane.Bpf.Fragments.Keys());
    }

    [Fact]
    public void FragmentsIn_WithoutInbound_FollowAFirstThatWasLetIn()
    {
        using var harness = new NaptHarness(inbound: false);
        var port = harness.AssertUdpLeaves(4000);
        var uninvited = Fragment(UplinkMac, RouterMac, Datagram.Udp(OtherServer, 123, SharedAddress, port), 0);
        harness.Plane.AssertDropped("from_uplink", uninvited, DropReason.InboundRefused);
        foreach (var number in (int[])[0, 1, 2])
        {
            Assert.Equal(Act.Redirect, harness.Plane.Run("from_uplink", Fragment(UplinkMac, RouterMac, Datagram.Udp(Server, 123, SharedAddress, port), number)).Act);
        }
    }

    [Fact]
    public void FragmentedDatagrams_OfOneDevice_AreLimited_AndNotThoseOfAnother()
    {
        var whole = Datagram.Udp(Claimed, 4000, Server, 123);
        var before = _harness.Plane.Drops(DropReason.FragmentLimit);
        ushort id = 1;

        // While they are sent, some allowance comes back: a slow machine sends more of them.
        for (; id < 20_000 && Send(whole, 0, id).Act == Act.Redirect; id++)
        {
        }

        Assert.InRange(id, 1000, 19_999);
        Assert.Equal(before + 1, _harness.Plane.Drops(DropReason.FragmentLimit));
        Assert.Equal(Act.Redirect, Send(whole, 1, 1).Act);
        Assert.Equal(Act.Redirect, Send(whole, 0, 1, TwinMac).Act);
    }

    [Fact]
    public void LaterFragment_OfADatagramThatWent1To1_DoesNotFollowAnOldOneOfItsNumber()
    {
        var whole = Datagram.Udp(Claimed, 4000, Server, 123);
        Assert.Equal(Act.Redirect, Send(whole, 0).Act);
        _harness.Plane.Rewrite(2, DeviceMac, Claimed, SharedAddress, "137.118.199.62");
        _harness.Plane.Age(301);
        foreach (var number in (int[])[0, 1])
        {
            var (act, frame) = Send(whole, number);
            Assert.Equal(Act.Redirect, act);
            AssertFrame(Fragment(AccessMac, DeviceMac, Datagram.Udp("137.118.199.62", 4000, Server, 123), number, ttl: 63), frame);
        }
    }

    [Fact]
    public void HostsFragments_OnTheUplinksAddress_AreTheHosts()
    {
        using var harness = new NaptHarness(NaptSetup.OnUplink);
        foreach (var number in (int[])[0, 1, 2])
        {
            var frame = Fragment(UplinkMac, RouterMac, Datagram.Udp(Server, 123, UplinkAddress, 9), number);
            var (act, result) = harness.Plane.Run("from_uplink", frame);
            Assert.Equal(Act.Ok, act);
            AssertFrame(frame, result);
        }
    }
}
