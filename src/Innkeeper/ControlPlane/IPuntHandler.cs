using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>Handles the punts of some reasons. The control loop's thread only.</summary>
internal interface IPuntHandler
{
    /// <summary>The reasons that this handler takes; each reason has exactly one handler.</summary>
    IReadOnlyList<PuntReason> Reasons { get; }

    /// <param name="punt">The data plane's record about the frame.</param>
    /// <param name="ethernet">The frame, parsed.</param>
    /// <param name="frame">The same frame; valid during the call only.</param>
    /// <param name="now">CLOCK_MONOTONIC.</param>
    /// <returns>False when the frame is malformed; nothing was done then.</returns>
    bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now);
}
