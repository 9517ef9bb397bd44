using Innkeeper.DataPlane;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>Forwards in memory. It outlives the control plane that writes it, as pinned maps do.</summary>
internal sealed class MemoryForwardMap : IForwardMap
{
    private readonly Dictionary<ForwardPort, ForwardTarget> _forwards = [];

    public IReadOnlyDictionary<ForwardPort, ForwardTarget> Forwards => _forwards;

    /// <summary>Ports that mappings of devices have, by the binding's number.</summary>
    public Dictionary<ForwardPort, uint> Taken { get; } = [];

    /// <summary>"put tcp-8080 2", "end tcp-8080", in order.</summary>
    public List<string> Journal { get; } = [];

    public IReadOnlyList<(ForwardPort Port, ForwardTarget Target)> Read() => [.. _forwards.Select(f => (f.Key, f.Value))];

    public ForwardOutcome Put(ForwardPort port, ForwardTarget target, TimeSpan now, out uint holder)
    {
        if (Taken.TryGetValue(port, out holder))
        {
            return ForwardOutcome.PortInUse;
        }

        Journal.Add($"put {port.Port} {target.Binding}:{target.Port}");
        _forwards[port] = target;
        return ForwardOutcome.Done;
    }

    public void End(ForwardPort port, TimeSpan now)
    {
        Journal.Add($"end {port.Port}");
        _forwards.Remove(port);
    }

    /// <summary>The machine was rebooted: pinned maps are gone.</summary>
    public void Lose() => _forwards.Clear();
}
