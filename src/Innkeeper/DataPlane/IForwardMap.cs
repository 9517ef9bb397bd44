using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>A port of a shared address that a forward has.</summary>
/// <param name="Protocol">TCP or UDP.</param>
internal readonly record struct ForwardPort(Ipv4Address Address, byte Protocol, ushort Port);

/// <summary>Where a forward leads: a port of a device.</summary>
/// <param name="Binding">Its number; 0: to no device yet, but nothing else gets the port.</param>
/// <param name="Generation">The binding's (<see cref="IBindingMap.GenerationOf"/>).</param>
internal readonly record struct ForwardTarget(uint Binding, uint Generation, ushort Port)
{
    /// <summary>No device yet.</summary>
    public static readonly ForwardTarget None;
}

/// <summary>The result of an attempt to write a forward.</summary>
internal enum ForwardOutcome
{
    Done,

    /// <summary>A device's mapping, or the host, has the port now.</summary>
    PortInUse,

    /// <summary>The data plane's tables are full.</summary>
    Full,
}

/// <summary>The forwards as the data plane has them: mappings that the control plane writes and ends.</summary>
internal interface IForwardMap
{
    /// <summary>Every forward, as an earlier process left them.</summary>
    IReadOnlyList<(ForwardPort Port, ForwardTarget Target)> Read();

    /// <summary>A port leads to a device from now on, or is kept free for one.</summary>
    /// <param name="holder">The binding whose mapping has the port; 0: the host, or none.</param>
    ForwardOutcome Put(ForwardPort port, ForwardTarget target, TimeSpan now, out uint holder);

    /// <summary>A port is a forward's no more. It rests, as others do, before a device gets it.</summary>
    void End(ForwardPort port, TimeSpan now);
}
