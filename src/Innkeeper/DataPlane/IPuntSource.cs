namespace Innkeeper.DataPlane;

/// <summary>The source of punts that the control plane waits for.</summary>
internal interface IPuntSource
{
    /// <summary>Waits for punts, or to be woken, and hands over all that arrived.</summary>
    void Poll(TimeSpan timeout, IPuntReceiver receiver);

    /// <summary>Ends the present wait, or the next one. Thread-safe.</summary>
    void Wake();
}

/// <summary>Takes punts, one at a time.</summary>
internal interface IPuntReceiver
{
    /// <param name="frame">Valid during the call only.</param>
    void OnPunt(in Punt punt, ReadOnlySpan<byte> frame);
}
