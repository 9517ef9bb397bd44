using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>
/// DNS over TLS (RFC 7858): a device that tries a server which does not answer is reset soon, so that it falls back to plain DNS, which
/// we answer.
/// </summary>
internal sealed class DotFallbackHandler(IBindingMap map, RejectSender rejects, Counters counters) : IPuntHandler, ITimed
{
    private readonly DotFallback _trials = new();

    public IReadOnlyList<PuntReason> Reasons => [PuntReason.PrivateDns, PuntReason.PrivateDnsAnswer, PuntReason.PrivateDnsSilent];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (punt.Reason == PuntReason.PrivateDnsSilent)
        {
            rejects.SendReset(new HeldSyn(frame.ToArray(), punt.Vlan));
            return true;
        }

        if (!Ipv4Packet.TryParse(ethernet.Payload, out var packet))
        {
            return false;
        }

        if (punt.Reason == PuntReason.PrivateDns)
        {
            _trials.Tried(packet.Destination, new HeldSyn(frame.ToArray(), punt.Vlan), now);
        }
        else
        {
            _trials.Answered(packet.Source);
        }

        return true;
    }

    public TimeSpan NextDue(TimeSpan now) => _trials.NextDue ?? TimeSpan.MaxValue;

    public void Tick(TimeSpan now)
    {
        while (_trials.TakeSilent(now, out var server, out var syns))
        {
            counters.Add(Counter.PrivateDnsSilent);
            map.MarkSilent(server, now + DotFallback.SilenceTime);
            foreach (var syn in syns)
            {
                rejects.SendReset(syn);
            }
        }
    }
}
