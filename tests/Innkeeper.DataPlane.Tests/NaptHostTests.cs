using System.Net;
using System.Net.Sockets;
using Innkeeper.Wire;
using static Innkeeper.DataPlane.Tests.NaptBench;
using static Innkeeper.DataPlane.Tests.Plane;

namespace Innkeeper.DataPlane.Tests;

/// <summary>The uplink's own address shared with devices: the host's sockets come first, and what is nobody's is the host's.</summary>
public sealed class NaptHostTests : IDisposable
{
    private readonly NaptBench _bench = new(NaptSetup.OnUplink);

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Ports_AreOfTheRangeBesideTheHosts()
    {
        Assert.InRange(_bench.Udp(4000), 10240, 32767);
        Assert.InRange(_bench.Udp(500), 512, 1023);
        Assert.InRange(_bench.Udp(80), 512, 1023);
    }

    [Fact]
    public void Mapped_IsTheDevices()
    {
        var port = _bench.Udp(4000);
        _bench.Arrives(Datagram.Udp(Server, 123, UplinkAddress, port), Datagram.Udp(Server, 123, Claimed, 4000));
    }

    [Fact]
    public void NotMapped_PassesUntouched()
    {
        _bench.IsTheHosts(Datagram.Udp(Server, 53, UplinkAddress, 20000));
        _bench.IsTheHosts(Datagram.Tcp(Server, 80, UplinkAddress, 20000, Ack));
        _bench.IsTheHosts(Datagram.Tcp(Server, 80, UplinkAddress, 22, Syn));
        _bench.IsTheHosts(Datagram.Tcp(Server, 80, UplinkAddress, 40000, Syn));
        _bench.IsTheHosts(Datagram.Ping(Server, UplinkAddress, 7));
        _bench.IsTheHosts(Datagram.Ping(Server, UplinkAddress, 7, Datagram.EchoReply));
        _bench.IsTheHosts(new Datagram(Server, UplinkAddress, IpProtocol.Gre));
        _bench.IsTheHosts(Datagram.Error("198.51.100.9", Datagram.Udp(UplinkAddress, 20000, Server, 53)));
    }

    [Fact]
    public void UnsolicitedSyn_ToThePortsDevicesShare_IsDropped() =>
        _bench.IsKeptOut(Datagram.Tcp(Server, 80, UplinkAddress, 20000, Syn), DropReason.NoMapping);

    [Fact]
    public void SynToASocketOfTheHost_PassesUntouched()
    {
        using var listener = Listen();
        _bench.IsTheHosts(Datagram.Tcp(Server, 80, UplinkAddress, (ushort)((IPEndPoint)listener.LocalEndpoint).Port, Syn));
    }

    [Fact]
    public void PortOfAHostsSocket_IsNoDevices()
    {
        // A range of 64 ports, of which all that have the parity but one are the host's.
        var first = 31 * 512;
        using var bench = new NaptBench(NaptSetup.OnUplink with { Layout = new PortLayout(1, 0, (ushort)first, (ushort)(first + 63), 64, true) });
        var sockets = new List<Socket>();
        try
        {
            for (var port = first; port < first + 64; port++)
            {
                if (port != first + 10)
                {
                    var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                    sockets.Add(socket);
                    socket.Bind(new IPEndPoint(IPAddress.Any, port));
                }
            }

            // Eight tries for each packet: a device that asks often enough finds it, as each try is remembered.
            var frame = Datagram.Udp(Claimed, 4000, Server, 123).Frame(AccessMac, DeviceMac);
            var tries = 0;
            for (; bench.Plane.Run("from_access", frame).Act != Act.Redirect; tries++)
            {
                Assert.InRange(tries, 0, 8);
            }

            Assert.Equal(first + 10, bench.Udp(4000));
            Assert.Equal(1u, bench.Plane.Shared.UsedOf(2)[(int)PortKind.Udp]);
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }

        // The host's ports are free again when its sockets are gone and their time is over: without a rest.
        bench.Plane.Age(301);
        bench.Plane.Bpf.Sweep();
        Assert.Single(bench.Plane.Mappings());
    }

    [Fact]
    public void HostsPing_HasItsIdentifier_UnlessADeviceWasFirst()
    {
        Assert.Equal(Act.Ok, FromHost(Datagram.Ping(UplinkAddress, Server, 7)));
        Assert.Equal(0u, _bench.Plane.Mappings().Single().Mapping.Binding);
        _bench.IsTheHosts(Datagram.Ping(Server, UplinkAddress, 7, Datagram.EchoReply));

        var id = _bench.Leaves(Datagram.Ping(Claimed, Server, 7));
        Assert.Equal(Act.Ok, FromHost(Datagram.Ping(UplinkAddress, Server, id)));
        _bench.Arrives(Datagram.Ping(Server, UplinkAddress, id, Datagram.EchoReply), Datagram.Ping(Server, Claimed, 7, Datagram.EchoReply));
    }

    [Fact]
    public void HostsTunnel_IsNoDevices()
    {
        Assert.Equal(Act.Ok, FromHost(new Datagram(UplinkAddress, Server, IpProtocol.Gre)));
        _bench.IsTheHosts(new Datagram(Server, UplinkAddress, IpProtocol.Gre));
        _bench.IsRefused(new Datagram(Claimed, Server, IpProtocol.Gre), DropReason.RemoteTaken);
        _bench.Leaves(new Datagram(Claimed, OtherServer, IpProtocol.Gre));

        // Five minutes without it, and it is anybody's.
        _bench.Plane.Age(301);
        _bench.Plane.Bpf.Sweep();
        _bench.Leaves(new Datagram(Claimed, Server, IpProtocol.Gre));
    }

    [Fact]
    public void DevicePing_ToTheAddress_IsAnsweredByTheHost()
    {
        var (act, frame) = _bench.Plane.Run("from_access", Datagram.Ping(Claimed, UplinkAddress, 7).Frame(AccessMac, DeviceMac));
        Assert.Equal(Act.Redirect, act);
        AssertFrame(Datagram.Ping(Inside, UplinkAddress, 7).Frame(EdgeMac, EdgeMac), frame);
    }

    [Fact]
    public void DeviceToTheHostsPorts_IsRefused()
    {
        _bench.IsRefused(Datagram.Tcp(Claimed, 4000, UplinkAddress, 22, Syn), DropReason.GatewayService);
        _bench.IsRefused(Datagram.Udp(Claimed, 4000, UplinkAddress, 20000), DropReason.GatewayService);
    }

    private static TcpListener Listen()
    {
        for (var port = 20000; ; port++)
        {
            var listener = new TcpListener(IPAddress.Any, port);
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
        var (act, result) = _bench.Plane.Run("to_uplink", frame);
        AssertFrame(frame, result);
        return act;
    }
}
