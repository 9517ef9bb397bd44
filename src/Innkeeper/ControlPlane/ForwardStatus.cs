using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

internal enum ForwardState
{
    /// <summary>Its ports lead to the device.</summary>
    Open,

    /// <summary>It opens by itself, when its device is here and admitted. Nothing else gets its ports.</summary>
    Waits,

    /// <summary>Something is in its way; it is tried again.</summary>
    Refused,
}

/// <summary>A forward at one moment.</summary>
/// <param name="Reason">Why it is not open, as the rest of a sentence; null: it is.</param>
/// <param name="Address">The shared address; null: the uplink has none.</param>
/// <param name="Device">Null: none is known by that name.</param>
/// <param name="Own">The device's own address that the forward leads to; null: to none.</param>
internal sealed record ForwardStatus(ForwardConfig Forward, ForwardState State, string? Reason, Ipv4Address? Address, MacAddress? Device, Ipv4Address? Own);

/// <summary>The forwards as they are now. Any thread may ask.</summary>
internal interface IForwardStatus
{
    /// <summary>In the order of the file.</summary>
    IReadOnlyList<ForwardStatus> Forwards { get; }
}
