using System.Buffers.Binary;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>A way of packets through the host's IP stack that a firewall of the host can close.</summary>
internal enum StackPath
{
    /// <summary>From devices to the gateway's DNS and portal, by the stack's end, and pings of it, by the edge: the host's input.</summary>
    Input,

    /// <summary>Devices' packets that the host forwards for the data plane.</summary>
    Forward,
}

/// <summary>One of the gateway's own services, to be asked.</summary>
/// <param name="Protocol">UDP, TCP or ICMP (<see cref="IpProtocol"/>).</param>
/// <param name="Port">The host's port; 0 with ICMP.</param>
internal readonly record struct ProbedService(byte Protocol, ushort Port)
{
    /// <summary>The host's answer to pings, which devices get from their gateway.</summary>
    public static ProbedService Echo { get; } = new(IpProtocol.Icmp, 0);
}

/// <summary>
/// Sends packets through the host's stack on the very paths that devices' packets take, as from the last address of the inside network,
/// which no device has. Answers leave by the stack's end, where the data plane lets them pass (bpf/stack.h); they are heard at the edge.
/// Each question is a flow of its own: a firewall lets those go on that it saw before it closed.
/// </summary>
internal sealed class PathProbe : IPathProbe, IDisposable
{
    private const ushort FirstPort = 1024;
    private const ushort ForwardPort = 9;
    private const int FrameSize = 256;

    /// <summary>
    /// UDP as the data plane seals it for the host's forwarding (sealed_protocol in bpf/slow_path.h): a firewall that allows UDP does not know it.
    /// The data plane opens it as it leaves the stack.
    /// </summary>
    private const byte SealedUdp = IpProtocol.Udp + 200;

    private readonly PacketSocket _toServices = PacketSocket.OpenProbe(ServiceRoutes.Mark);
    private readonly PacketSocket _toEdge = PacketSocket.OpenProbe(bypassesClassifiers: true);
    private readonly PacketSocket _heard = PacketSocket.OpenProbe(receives: true);
    private readonly byte[] _frame = new byte[FrameSize];

    /// <summary>The port, or ICMP's identifier, of the last question to each service.</summary>
    private readonly Dictionary<ProbedService, ushort> _asked = [];
    private ushort _port = FirstPort;

    /// <summary>A datagram with this content is no question; the DNS service returns it as it came.</summary>
    public static ReadOnlySpan<byte> Payload => "ik-probe"u8;

    /// <summary>The address that probes come from.</summary>
    public static Ipv4Address AddressIn(Ipv4Network inside) => inside.Last;

    /// <inheritdoc/>
    public void Bind(InsideNetwork.Ends ends)
    {
        _toServices.Bind(ends.Edge.Index);
        _toEdge.Bind(ends.Stack.Index);
        _heard.Bind(ends.Edge.Index);
    }

    /// <inheritdoc/>
    public bool Ask(InsideNetwork.Ends ends, Ipv4Network inside, ProbedService service, Ipv4Address asked)
    {
        var source = AddressIn(inside);
        _port = Math.Max((ushort)(_port + 1), FirstPort);
        _asked[service] = _port;
        Span<byte> segment = stackalloc byte[64];
        if (service == ProbedService.Echo)
        {
            if (Sysctl.TryRead("net/ipv4/icmp_echo_ignore_all", out var ignored) && ignored == "1")
            {
                return false;
            }

            var echo = IcmpHeader.EchoRequest(_port, 1).Write(segment, Payload);
            return _toEdge.TrySend(Frame(ends.Edge.Mac, source, InsideNetwork.GatewayOf(inside), IpProtocol.Icmp, segment[..echo]));
        }

        return service.Protocol == IpProtocol.Udp
            ? SendToService(ends, source, asked, IpProtocol.Udp, segment[..new UdpHeader(_port, service.Port).Write(segment, source, asked, Payload)])
            : SendToService(ends, source, asked, IpProtocol.Tcp, segment[..new TcpHeader(_port, service.Port, TcpControl.Syn).Write(segment, source, asked, [])]);
    }

    /// <inheritdoc/>
    public void Forward(InsideNetwork.Ends ends, Ipv4Network inside)
    {
        var (source, destination) = (new Ipv4Address(AddressIn(inside).Value - 1), AddressIn(inside));
        Span<byte> segment = stackalloc byte[64];
        var length = new UdpHeader(ForwardPort, ForwardPort).Write(segment, source, destination, Payload);
        _toEdge.TrySend(Frame(ends.Edge.Mac, source, destination, SealedUdp, segment[..length]));
    }

    /// <inheritdoc/>
    public IReadOnlyList<ProbeAnswer> TakeAnswers(InsideNetwork.Ends ends, Ipv4Network inside)
    {
        var answers = new List<ProbeAnswer>();
        while (_heard.TryReceive(_frame, out var length))
        {
            var frame = _frame.AsSpan(0, Math.Min(length, _frame.Length));
            if (IsFromStack(frame, ends, inside) && ReadAnswer(frame[EthernetHeader.Size..]) is { } answer)
            {
                answers.Add(answer);
                EndConnection(ends, frame);
            }
        }

        return answers;
    }

    public void Dispose()
    {
        _toServices.Dispose();
        _toEdge.Dispose();
        _heard.Dispose();
    }

    /// <summary>Whether a frame at the edge came through the stack, and is no probe on its way in.</summary>
    private static bool IsFromStack(ReadOnlySpan<byte> frame, InsideNetwork.Ends ends, Ipv4Network inside) =>
        frame.Length >= EthernetHeader.Size + Ipv4Header.Size + UdpHeader.Size && BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) == EtherTypes.Ipv4
        && MacAddress.Read(frame) != ends.Edge.Mac && Ipv4Address.Read(frame[(EthernetHeader.Size + 16)..]) == AddressIn(inside);

    /// <summary>Null: it answers an earlier question.</summary>
    private ProbeAnswer? ReadAnswer(ReadOnlySpan<byte> packet)
    {
        var protocol = packet[9];
        var segment = packet[Ipv4Header.Size..];
        var service = protocol == IpProtocol.Icmp ? ProbedService.Echo : new ProbedService(protocol, BinaryPrimitives.ReadUInt16BigEndian(segment));
        if (service == new ProbedService(IpProtocol.Udp, ForwardPort))
        {
            return new ProbeAnswer(StackPath.Forward, default);
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(segment[(protocol == IpProtocol.Icmp ? 4 : 2)..]);
        return _asked.GetValueOrDefault(service) == port ? new ProbeAnswer(StackPath.Input, service) : null;
    }

    /// <summary>A service that accepts a connection would wait for more.</summary>
    private void EndConnection(InsideNetwork.Ends ends, ReadOnlySpan<byte> frame)
    {
        if (frame[EthernetHeader.Size + 9] != IpProtocol.Tcp || !TcpPacket.TryParse(frame[(EthernetHeader.Size + Ipv4Header.Size)..], out var tcp))
        {
            return;
        }

        var (service, probe) = (Ipv4Address.Read(frame[(EthernetHeader.Size + 12)..]), Ipv4Address.Read(frame[(EthernetHeader.Size + 16)..]));
        var reset = new TcpHeader(tcp.DestinationPort, tcp.SourcePort, TcpControl.Rst) { SequenceNumber = tcp.AcknowledgmentNumber };
        Span<byte> segment = stackalloc byte[TcpHeader.Size];
        SendToService(ends, probe, service, IpProtocol.Tcp, segment[..reset.Write(segment, probe, service, [])]);
    }

    private bool SendToService(InsideNetwork.Ends ends, Ipv4Address source, Ipv4Address asked, byte protocol, ReadOnlySpan<byte> segment) =>
        _toServices.TrySend(Frame(ends.Stack.Mac, source, asked, protocol, segment));

    private ReadOnlySpan<byte> Frame(MacAddress to, Ipv4Address source, Ipv4Address destination, byte protocol, ReadOnlySpan<byte> segment)
    {
        var length = EthernetHeader.Write(_frame, to, to, EtherTypes.Ipv4);
        length += new Ipv4Header(source, destination, protocol).Write(_frame.AsSpan(length), segment.Length);
        segment.CopyTo(_frame.AsSpan(length));
        return _frame.AsSpan(0, length + segment.Length);
    }
}

/// <summary>A probe that came through.</summary>
/// <param name="Service">With <see cref="StackPath.Input"/>: the service that answered.</param>
internal readonly record struct ProbeAnswer(StackPath Path, ProbedService Service);

/// <summary>Packets of our own through the host's stack: the kernel's in the process, a script in tests. Sending never waits.</summary>
internal interface IPathProbe
{
    /// <summary>Binds to the ends of the pair as they are now.</summary>
    /// <exception cref="NetlinkException">An end disappeared since it was read.</exception>
    void Bind(InsideNetwork.Ends ends);

    /// <summary>Asks a service as a device would.</summary>
    /// <param name="asked">The address that is asked.</param>
    /// <returns>False when it cannot be asked: no answer is to be expected.</returns>
    bool Ask(InsideNetwork.Ends ends, Ipv4Network inside, ProbedService service, Ipv4Address asked);

    /// <summary>Sends a packet to the edge that the host is to forward.</summary>
    void Forward(InsideNetwork.Ends ends, Ipv4Network inside);

    /// <summary>The probes that came through since the last call.</summary>
    IReadOnlyList<ProbeAnswer> TakeAnswers(InsideNetwork.Ends ends, Ipv4Network inside);
}
