using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>
/// Forwards as the data plane has them (bpf/forwards.h). The list <c>forwards</c> is written before a mapping and deleted before it ends, so that
/// a crash between two steps leaves no mapping that nothing ends. No share is charged for a forward's port.
/// </summary>
internal sealed class ForwardTable(BpfPlane plane) : IForwardMap
{
    private readonly BpfMap<MappingKey, uint> _forwards = plane.Forwards;
    private readonly BpfMap<MappingKey, Mapping> _mappings = plane.Mappings;
    private readonly BpfMap<MappingKey, MappingHint> _hints = plane.MappingHints;

    /// <inheritdoc/>
    public IReadOnlyList<(ForwardPort Port, ForwardTarget Target)> Read() =>
        [.. _forwards.Keys().Select(key => (PortOf(key), _mappings.TryGet(key, out var mapping) && IsAtWork(mapping) ? TargetOf(mapping) : ForwardTarget.None))];

    /// <inheritdoc/>
    public ForwardOutcome Put(ForwardPort port, ForwardTarget target, TimeSpan now, out uint holder)
    {
        var key = KeyOf(port);
        holder = 0;
        var isKnown = _mappings.TryGet(key, out var known);
        if (isKnown && !known.Flags.HasFlag(MappingFlags.Static))
        {
            holder = known.Binding;
            return ForwardOutcome.PortInUse;
        }

        if (!_forwards.TrySet(key, 1))
        {
            return ForwardOutcome.Full;
        }

        var time = (ulong)(now.Ticks * 100);
        var mapping = new Mapping
        {
            LastSeen = time,
            Since = time,
            Binding = target.Binding,
            Generation = target.Generation,
            State = port.Protocol == IpProtocol.Tcp ? MappingState.Multi : MappingState.Udp,
            Port = target.Port,
            Flags = MappingFlags.Static,
        };
        if (isKnown)
        {
            _mappings.Set(key, mapping);
            DeleteHint(port, TargetOf(known));
        }
        else if (!_mappings.TryAdd(key, mapping))
        {
            // A packet was faster, or the table is full.
            _forwards.Delete(key);
            var isTaken = _mappings.TryGet(key, out var taken);
            holder = taken.Binding;
            return isTaken ? ForwardOutcome.PortInUse : ForwardOutcome.Full;
        }

        if (target.Binding == 0 || _hints.TrySet(HintKeyOf(port.Protocol, target), new MappingHint { Generation = target.Generation, Port = port.Port }))
        {
            return ForwardOutcome.Done;
        }

        End(port, now);
        return ForwardOutcome.Full;
    }

    /// <inheritdoc/>
    public void End(ForwardPort port, TimeSpan now)
    {
        var key = KeyOf(port);
        _forwards.Delete(key);
        if (_mappings.TryGet(key, out var mapping) && IsAtWork(mapping))
        {
            DeleteHint(port, TargetOf(mapping));
            mapping.LastSeen = (ulong)(now.Ticks * 100);
            mapping.State = MappingState.Hold;
            _mappings.Set(key, mapping);
        }
    }

    private static bool IsAtWork(in Mapping mapping) => mapping.Flags.HasFlag(MappingFlags.Static) && mapping.State != MappingState.Hold;

    private static MappingKey KeyOf(ForwardPort port) => new() { Side = ((BigEndian32)port.Address).Raw, Port = port.Port, Protocol = port.Protocol };

    private static ForwardPort PortOf(in MappingKey key) => new(new BigEndian32(key.Side), key.Protocol, key.Port);

    private static ForwardTarget TargetOf(in Mapping mapping) => new(mapping.Binding, mapping.Generation, mapping.Port);

    private static MappingKey HintKeyOf(byte protocol, ForwardTarget target) => new() { Side = target.Binding, Port = target.Port, Protocol = protocol };

    /// <summary>Outgoing packets of a former target do not find the forward any more.</summary>
    private void DeleteHint(ForwardPort port, ForwardTarget former)
    {
        var key = HintKeyOf(port.Protocol, former);
        if (former.Binding != 0 && _hints.TryGet(key, out var hint) && hint.Generation == former.Generation && hint.Port == (BigEndian16)port.Port)
        {
            _hints.Delete(key);
        }
    }
}
