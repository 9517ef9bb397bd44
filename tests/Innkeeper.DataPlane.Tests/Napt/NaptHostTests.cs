using System.Net;
using System.Net.Sockets;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.Harness.NaptHarness;
using static Innkeeper.DataPlane.Tests.Harness.Plane;

namespace Innkeeper.DataPlane.Tests.Napt;

/// <summary>The uplink's own address shared with devices: the host's sockets come first, and what is nobody's is the host's.</summary>
public sealed class NaptHostTests : IDisposable
{
    private readonly NaptHarness _harness = new(NaptSetup.OnUplink);

    public void Dispose() => _harness.Dispose();

    [Fact]
    public void Ports_AreOfTheRangeBesideTheHosts()
    {
        Assert.InRange(_harness.AssertUdpLeaves(4000), 10240, 32767);
        Assert.InRange(_harness.AssertUdpLeaves(500), 512, 1023);
        Assert.InRange(_harness.AssertUdpLeaves(80), 512, 1023);
    }

    [Fact]
    public void Mapped_IsTheDevices()
    {
        var port = _harness.AssertUdpLeaves(4000);
        _harness.AssertArrives(Datagram.Udp(Server, 123, UplinkAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
    }

    [Fact]
    public void NotMapped_PassesUntouched()
    {
        _harness.AssertPassesToHost(Datagram.Udp(Server, 53, UplinkAddress, 20000));
        _harness.AssertPassesToHost(Datagram.Tcp(Server, 80, UplinkAddress, 20000, Ack));
        _harness.AssertPassesToHost(Datagram.Tcp(Server, 80, UplinkAddress, 22, Syn));
        _harness.AssertPassesToHost(Datagram.Tcp(Server, 80, UplinkAddress, 40000, Syn));
        _harness.AssertPassesToHost(Datagram.Ping(Server, UplinkAddress, 7));
        _harness.AssertPassesToHost(Datagram.Ping(Server, UplinkAddress, 7, Datagram.EchoReply));
        _harness.AssertPassesToHost(new Datagram(Server, UplinkAddress, IpProtocol.Gre));
        _harness.AssertPassesToHost(Datagram.Error("198.51.100.9", Datagram.Udp(UplinkAddress, 20000, Server, 53)));
    }

    [Fact]
    public void UnsolicitedSyn_ToThePortsDevicesShare_IsDropped() =>
        _harness.AssertKeptOut(Datagram.Tcp(Server, 80, UplinkAddress, 20000, Syn), DropReason.NoMapping);

    [Fact]
    public void SynToASocketOfTheHost_PassesUntouched()
    {
        using var listener = Listen();
        _harness.AssertPassesToHost(Datagram.Tcp(Server, 80, UplinkAddress, (ushort)((IPEndPoint)listener.LocalEndpoint).Port, Syn));
    }

    [Fact]
    public void PortOfAHostsSocket_IsNoDevices()
    {
        // A range of 64 ports, of which all that have the parity but one are the host's.
        var first = 31 * 512;
        using var harness = new NaptHarness(NaptSetup.OnUplink with { Layout = new PortLayout(1, 0, (ushort)first, (ushort)(first + 63), 64, true) });
        var sockets = new List<Socket>();
        try
        {
            for (var port = first; port < first + 64; port++)
            {
                if (port != first + 10)
                {
                    var socket = HostNamespace.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
                    sockets.Add(socket);
                    socket.Bind(new IPEndPoint(IPAddress.Any, port));
                }
            }

            // Eight tries for each packet: a device that asks often enough finds it, as each try is remembered.
            var frame = Datagram.Udp(Claimed, 4000, Server, 123).Frame(AccessMac, DeviceMac);
            var tries = 0;
            for (; harness.Plane.Run("from_access", frame).Act != Act.Redirect; tries++)
            {
                Assert.InRange(tries, 0, 8);
            }

            Assert.Equal(first + 10, harness.AssertUdpLeaves(4000));
            Assert.Equal(1u, harness.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }

        // The host's ports are free again when its sockets are gone and their time is over: without a rest.
        harness.Plane.Age(301);
        harness.Plane.Bpf.Sweep();
        Assert.Single(harness.Plane.Mappings());
    }

    [Fact]
    public void HostsPing_HasItsIdentifier_UnlessADeviceWasFirst()
    {
        Assert.Equal(Act.Ok, FromHost(Datagram.Ping(UplinkAddress, Server, 7)));
        Assert.Equal(0u, _harness.Plane.Mappings().Single().Mapping.Binding);
        _harness.AssertPassesToHost(Datagram.Ping(Server, UplinkAddress, 7, Datagram.EchoReply));

        var id = _harness.AssertLeaves(Datagram.Ping(Claimed, Server, 7));
        Assert.Equal(Act.Ok, FromHost(Datagram.Ping(UplinkAddress, Server, id)));
        _harness.AssertArrives(Datagram.Ping(Server, UplinkAddress, id, Datagram.EchoReply), Datagram.Ping(Server, Claimed, 7, Datagram.EchoReply));
    }

    [Fact]
    public void HostsTunnel_IsNoDevices()
    {
        Assert.Equal(Act.Ok, FromHost(new Datagram(UplinkAddress, Server, IpProtocol.Gre)));
        _harness.AssertPassesToHost(new Datagram(Server, UplinkAddress, IpProtocol.Gre));
        _harness.AssertRefused(new Datagram(Claimed, Server, IpProtocol.Gre), DropReason.RemoteTaken);
        _harness.AssertLeaves(new Datagram(Claimed, OtherServer, IpProtocol.Gre));

        // Five minutes without it, and it is anybody's.
        _harness.Plane.Age(301);
        _harness.Plane.Bpf.Sweep();
        _harness.AssertLeaves(new Datagram(Claimed, Server, IpProtocol.Gre));
    }

    [Fact]
    public void DevicePing_ToTheAddress_IsAnsweredByTheHost()
    {
        var (act, frame) = _harness.Plane.Run("from_access", Datagram.Ping(Claimed, UplinkAddress, 7).Frame(AccessMac, DeviceMac));
        Assert.Equal(Act.Redirect, act);
        AssertFrame(Datagram.Ping(Inside, UplinkAddress, 7).Frame(EdgeMac, EdgeMac), frame);
    }

    [Fact]
    public void DeviceToTheHostsPorts_IsRefused()
    {
        _harness.AssertRefused(Datagram.Tcp(Claimed, 4000, UplinkAddress, 22, Syn), DropReason.GatewayService);
        _harness.AssertRefused(Datagram.Udp(Claimed, 4000, UplinkAddress, 20000), DropReason.GatewayService);
    }

    private static TcpListener Listen()
    {
        for (var port = 20000; ; port++)
        {
            var listener = HostNamespace.Run(() => new TcpListener(IPAddress.Any, port));
            try
            {
                listener.Start();
                return listener;
            }
            catch (SocketException)
            {
                listener.Dispose();
            }
        }
    }

    private Act FromHost(Datagram packet)
    {
        var frame = packet.Frame(RouterMac, UplinkMac);
        var (act, result) = _harness.Plane.Run("to_uplink", frame);
        AssertFrame(frame, result);
        return act;
    }
}
