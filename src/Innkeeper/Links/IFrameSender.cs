namespace Innkeeper.Links;

/// <summary>Sends frames of the control plane: one interface, one direction. A packet socket, or a record of what was sent.</summary>
internal interface IFrameSender
{
    /// <summary>Sends one frame, from the destination MAC on and without FCS. Never waits and never throws; any thread may send.</summary>
    /// <returns>False when the frame was not sent: the interface is down or gone, its queue is full, or the frame is too long.</returns>
    bool TrySend(ReadOnlySpan<byte> frame);
}
