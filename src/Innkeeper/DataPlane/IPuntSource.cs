namespace Innkeeper.DataPlane;

/// <summary>Where the control plane waits for punts.</summary>
internal interface IPuntSource
{
    /// <summary>Waits for punts, or to be woken, and hands over all there are.</summary>
    void Poll(TimeSpan timeout, IPuntReceiver receiver);

    /// <summary>Ends a wait that is under way, or the next one. Any thread may call it.</summary>
    void Wake();
}

/// <summary>Takes punts, one at a time.</summary>
internal interface IPuntReceiver
{
    /// <param name="frame">Valid during the call only.</param>
    void OnPunt(in Punt punt, ReadOnlySpan<byte> frame);
}
