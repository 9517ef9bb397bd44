using Innkeeper.DataPlane;

namespace Innkeeper.ControlPlane;

/// <summary>The sharing of addresses, for reports. Read by any thread.</summary>
internal interface INaptStatistics
{
    /// <summary>The result of the last sweep.</summary>
    Sweep Found { get; }

    IReadOnlyList<SharedAddressSlot> Addresses { get; }

    /// <summary>Ports of shared addresses, at the last sweep.</summary>
    PortUse Ports { get; }

    /// <summary>Mappings that fit, live and resting together.</summary>
    uint Capacity { get; }

    /// <summary>A share's ports in use or at rest, by <see cref="PortKind"/>.</summary>
    uint[] PortsOf(uint share);
}
