using System.Diagnostics;
using System.Security.Cryptography;
using Innkeeper.Bindings;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>A device to be asked.</summary>
/// <param name="Claim">Its station and its own address.</param>
/// <param name="As">The address that the gateway asks from: the device's gateway.</param>
internal sealed record PingTarget(ClaimedAddress Claim, Ipv4Address As);

/// <summary>The answers of a device.</summary>
/// <param name="Arp">The time to its ARP reply; null: none came.</param>
/// <param name="Echo">The time to its echo reply.</param>
internal readonly record struct PingAnswer(TimeSpan? Arp, TimeSpan? Echo);

/// <summary>
/// Asks a device by ARP and by ICMP echo on its own link, as its gateway. By its MAC in its VLAN: two devices with the same address are two devices here. The
/// answers are heard before the data plane sees them, so that a device that is held or blocked can be asked too.
/// </summary>
/// <param name="access">The access interface now.</param>
internal sealed class DevicePing(Func<LinkInfo> access)
{
    /// <summary>The data of an echo request.</summary>
    private static ReadOnlySpan<byte> Payload => "innkeeper ping -- is this device there? --"u8;

    /// <summary>Asks, and waits for both answers.</summary>
    /// <param name="patience">How long at most.</param>
    /// <exception cref="NetlinkException">The interface is gone.</exception>
    public PingAnswer Ask(PingTarget target, TimeSpan patience, CancellationToken stop)
    {
        var link = access();
        using var tap = LinkTap.Open(link.Index, TapFilter.Any().Mac(6, target.Claim.Station.Mac));
        using var socket = PacketSocket.Open();
        socket.Bind(link.Index);
        var identifier = (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue);
        Span<byte> frame = stackalloc byte[128];
        var watch = Stopwatch.StartNew();
        var answer = default(PingAnswer);
        var isSent = socket.TrySend(frame[..WriteArp(frame, link.Mac, target)]) & socket.TrySend(frame[..WriteEcho(frame, link.Mac, target, identifier)]);
        while (isSent && (answer.Arp is null || answer.Echo is null) && watch.Elapsed < patience && !stop.IsCancellationRequested)
        {
            // In short steps, for the one who asks may go.
            tap.Wait(TimeSpan.FromMilliseconds(Math.Min(50, (patience - watch.Elapsed).TotalMilliseconds)));
            while (watch.Elapsed < patience && tap.TryReceive(out var received))
            {
                answer = Read(received.Octets, target, identifier) switch
                {
                    Answered.Arp => answer with { Arp = answer.Arp ?? watch.Elapsed },
                    Answered.Echo => answer with { Echo = answer.Echo ?? watch.Elapsed },
                    _ => answer,
                };
            }
        }

        return answer;
    }

    /// <summary>An ARP request to the device alone: others with the same address do not see it.</summary>
    internal static int WriteArp(Span<byte> frame, MacAddress own, PingTarget target) =>
        ArpFrame.Write(frame, target.Claim.Station.Mac, own, target.Claim.Station.Vlan, ArpMessage.Request(own, target.As, target.Claim.Address));

    internal static int WriteEcho(Span<byte> frame, MacAddress own, PingTarget target, ushort identifier)
    {
        Span<byte> message = stackalloc byte[64];
        var octets = message[..IcmpHeader.EchoRequest(identifier, 1).Write(message, Payload)];
        var length = EthernetHeader.Write(frame, target.Claim.Station.Mac, own, EtherTypes.Ipv4, target.Claim.Station.Vlan);
        length += new Ipv4Header(target.As, target.Claim.Address, IpProtocol.Icmp).Write(frame[length..], octets.Length);
        octets.CopyTo(frame[length..]);
        return length + octets.Length;
    }

    /// <summary>Whether a frame answers.</summary>
    internal static Answered Read(ReadOnlySpan<byte> frame, PingTarget target, ushort identifier)
    {
        if (!EthernetPacket.TryParse(frame, out var ethernet) || (ethernet.Source, ethernet.VlanId) != (target.Claim.Station.Mac, target.Claim.Station.Vlan))
        {
            return Answered.Nothing;
        }

        if (ethernet.EtherType == EtherTypes.Arp)
        {
            return ArpMessage.TryParse(ethernet.Payload, out var arp) && arp is { Operation: ArpOperation.Reply } && (arp.SenderIp, arp.TargetIp) == (target.Claim.Address, target.As)
                ? Answered.Arp
                : Answered.Nothing;
        }

        return ethernet.EtherType == EtherTypes.Ipv4 && Ipv4Packet.TryParse(ethernet.Payload, out var packet) && packet.Protocol == IpProtocol.Icmp
            && (packet.Source, packet.Destination) == (target.Claim.Address, target.As) && IcmpPacket.TryParse(packet.Payload, out var icmp)
            && icmp.Type == IcmpTypes.EchoReply && icmp.Rest >> 16 == identifier
            ? Answered.Echo
            : Answered.Nothing;
    }

    /// <summary>The question that a frame answers.</summary>
    internal enum Answered
    {
        Nothing,
        Arp,
        Echo,
    }
}
