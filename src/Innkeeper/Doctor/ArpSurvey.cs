using System.Diagnostics;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>A host that answered an ARP request.</summary>
/// <param name="Vlan">0: untagged.</param>
/// <param name="Took">From the request to the answer.</param>
internal readonly record struct ArpAnswer(ushort Vlan, Ipv4Address Address, MacAddress Mac, TimeSpan Took);

/// <summary>Asks a LAN by ARP which hosts have some addresses.</summary>
internal static class ArpSurvey
{
    /// <summary>Answers that are kept: one host may send any number.</summary>
    private const int MostAnswers = 1024;

    /// <summary>Requests that are sent at once; a LAN takes more, but cards of small devices do not.</summary>
    private const int Burst = 32;

    private static readonly TimeSpan s_gap = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks for each address in each VLAN, and listens for as long as <paramref name="patience"/> after the last request.</summary>
    /// <param name="sender">The asking host's own address; 0.0.0.0: none, as of a host that looks whether an address is free (RFC 5227).</param>
    /// <param name="isEnough">Whether no more answers are awaited.</param>
    /// <exception cref="NetlinkException">The interface is gone, or a right is missing.</exception>
    public static IReadOnlyList<ArpAnswer> Ask(
        LinkInfo link, Ipv4Address sender, IReadOnlyList<(ushort Vlan, Ipv4Address Address)> targets, TimeSpan patience, Func<IReadOnlyCollection<ArpAnswer>, bool> isEnough, CancellationToken stop)
    {
        using var tap = LinkTap.Open(link.Index, TapFilter.Any().Type(EtherTypes.Arp).Type(EtherTypes.Vlan));
        using var socket = PacketSocket.Open();
        socket.Bind(link.Index);
        var asked = new Dictionary<(ushort, Ipv4Address), TimeSpan>();
        var answers = new List<ArpAnswer>();
        var watch = Stopwatch.StartNew();
        Span<byte> frame = stackalloc byte[ArpFrame.MaxSize];
        foreach (var group in targets.Chunk(Burst))
        {
            foreach (var (vlan, address) in group)
            {
                asked[(vlan, address)] = watch.Elapsed;
                socket.TrySend(frame[..ArpFrame.Write(frame, MacAddress.Broadcast, link.Mac, vlan, ArpMessage.Request(link.Mac, sender, address))]);
            }

            Listen(watch.Elapsed + s_gap);
        }

        Listen(watch.Elapsed + patience);
        return answers;

        void Listen(TimeSpan until)
        {
            while (watch.Elapsed < until && !stop.IsCancellationRequested && !isEnough(answers))
            {
                tap.Wait(TimeSpan.FromMilliseconds(Math.Min(100, (until - watch.Elapsed).TotalMilliseconds)));
                while (tap.TryReceive(out var received) && answers.Count < MostAnswers)
                {
                    if (!received.IsOutgoing && Read(received.Octets, link.Mac, asked.Keys) is { } answer && !answers.Exists(a => (a.Vlan, a.Address, a.Mac) == (answer.Vlan, answer.Address, answer.Mac)))
                    {
                        answers.Add(answer with { Took = watch.Elapsed - asked[(answer.Vlan, answer.Address)] });
                    }
                }
            }
        }
    }

    /// <summary>A frame that answers one of the questions of this host; null: another one.</summary>
    internal static ArpAnswer? Read(ReadOnlySpan<byte> frame, MacAddress own, ICollection<(ushort Vlan, Ipv4Address Address)> asked) =>
        EthernetPacket.TryParse(frame, out var ethernet) && ethernet.EtherType == EtherTypes.Arp && ArpMessage.TryParse(ethernet.Payload, out var message)
        && message.Operation == ArpOperation.Reply && message.SenderMac != own && !message.SenderMac.IsMulticast && asked.Contains((ethernet.VlanId, message.SenderIp))
            ? new ArpAnswer(ethernet.VlanId, message.SenderIp, message.SenderMac, default)
            : null;
}
