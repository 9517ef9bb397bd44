using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>Why a device that is not admitted waits, and whether the administrator knows.</summary>
internal enum PortalWait
{
    /// <summary>It is new, and the administrator has a message about it.</summary>
    Told,

    /// <summary>It is new, and the administrator may not know.</summary>
    Untold,

    /// <summary>Its profile admits no new devices.</summary>
    Closed,

    /// <summary>The administrator made it wait.</summary>
    Ordered,

    /// <summary>Its admission has ended, and the administrator has a message about that.</summary>
    EndedTold,

    /// <summary>Its admission has ended, and the administrator may not know.</summary>
    Ended,

    /// <summary>It is admitted, and the volume that it may use with its group is used up.</summary>
    Volume,
}

/// <summary>A device that asks the portal, with its admission.</summary>
/// <param name="Vlan">0 = untagged.</param>
/// <param name="Since">When its admission state last changed.</param>
/// <param name="Until">When its admission ends, or the volume begins again that it waits for; null: it does not.</param>
/// <param name="Wait">Meaningful while it is new or held.</param>
internal sealed record PortalGuest(MacAddress Mac, ushort Vlan, AdmissionState State, DateTimeOffset Since, DateTimeOffset? Until, PortalWait Wait)
{
    /// <summary>How the guest may let it in, or prolong its admission, in the order of the page. Empty: only the administrator can.</summary>
    public ImmutableArray<WayIn> Ways { get; init; } = [];

    /// <summary>Why its admission ended, where a guest had let it in; null: its time was over, or it did not end.</summary>
    public GrantEnd? End { get; init; }

    /// <summary>A form let it in, and it is about to be admitted.</summary>
    public bool IsEntering { get; init; }
}
