using System.Runtime.InteropServices;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Gives each punt to the handler of its reason.</summary>
internal sealed class PuntDispatcher : IPuntReceiver
{
    private readonly Dictionary<PuntReason, IPuntHandler> _handlers = [];
    private readonly NaptAllocator _napt;
    private readonly OneLanDetector? _oneLan;
    private readonly Counters _counters;
    private readonly TimeProvider _clock;

    /// <param name="oneLan">Null with one arm.</param>
    /// <exception cref="ArgumentException">Two handlers take the same reason.</exception>
    public PuntDispatcher(IEnumerable<IPuntHandler> handlers, NaptAllocator napt, OneLanDetector? oneLan, Counters counters, TimeProvider clock)
    {
        _oneLan = oneLan;
        (_napt, _counters, _clock) = (napt, counters, clock);
        foreach (var handler in handlers)
        {
            foreach (var reason in handler.Reasons)
            {
                _handlers.Add(reason, handler);
            }
        }
    }

    public IEnumerable<PuntReason> Reasons => _handlers.Keys.Append(PuntReason.Ports);

    public void OnPunt(in Punt punt, ReadOnlySpan<byte> frame)
    {
        _counters.Add(Counter.Punts);
        var now = _clock.Now();

        // The one punt that is no frame.
        if (punt.Reason == PuntReason.Ports)
        {
            if (MemoryMarshal.TryRead<PortsRecord>(frame, out var record))
            {
                _napt.OnPorts(record, now);
            }

            return;
        }

        if (_oneLan?.IsIgnored(punt.Reason, now) == true)
        {
            _counters.Add(Counter.OneLanIgnored);
            return;
        }

        if (!EthernetPacket.TryParse(frame, out var ethernet) || !_handlers.TryGetValue(punt.Reason, out var handler)
            || !handler.Handle(punt, ethernet, frame, now))
        {
            _counters.Add(Counter.PuntsMalformed);
        }
    }
}
