using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>An interface that a capture listens on.</summary>
/// <param name="Index">The kernel's number.</param>
/// <param name="Description">The hosts on this side.</param>
/// <param name="IsAccess">Devices are there.</param>
/// <param name="IsUplink">It leads out; on one arm the same interface does both.</param>
internal sealed record CaptureLink(int Index, string Name, string Description, bool IsAccess, bool IsUplink);

/// <summary>The limits of a capture.</summary>
/// <param name="Time">How long it takes at most.</param>
/// <param name="Packets">How many packets it writes at most; 0: any number.</param>
/// <param name="Snap">Octets of a packet that are kept.</param>
internal sealed record CaptureLimits(TimeSpan Time, long Packets, int Snap)
{
    /// <summary>Octets of a whole capture.</summary>
    public const long MostOctets = 256L << 20;

    public static readonly TimeSpan UsualTime = TimeSpan.FromSeconds(30);
    public static readonly TimeSpan LongestTime = TimeSpan.FromMinutes(10);
    public const int LeastSnap = 64;
    public const int MostSnap = 65_535;
}

/// <summary>The facts about the gateway that a capture of one device needs.</summary>
/// <param name="Mac">The device.</param>
/// <param name="Links">The interfaces, in the order of the file.</param>
/// <param name="Bindings">The snapshot of all bindings.</param>
/// <param name="MappingOwner">The number of the binding that has a mapping of a shared address; null: there is no such mapping.</param>
/// <param name="Drops">Copies of frames that the data plane drops.</param>
/// <param name="Reason">A sentence about a reason for dropping.</param>
internal sealed record CaptureSource(
    MacAddress Mac, ImmutableArray<CaptureLink> Links, Func<ImmutableDictionary<uint, Binding>> Bindings, Func<MappingKey, uint?> MappingOwner, IDropCopies Drops, Func<DropReason, string> Reason);
