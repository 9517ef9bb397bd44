using Innkeeper.Interop;
using Innkeeper.Management;

namespace Innkeeper.Hosting;

/// <summary>Replaces the process once, when an operation asks for it: the services drain, then the main loop ends.</summary>
/// <param name="drain">Makes the services accept no more and finish their work; returns the sockets that the successor takes over.</param>
/// <param name="end">Ends the main loop.</param>
internal sealed class ReplacementRequest(Func<IReadOnlyCollection<InheritedSocket>> drain, Action end) : IGatewayLifetime
{
    private int _isRequested;
    private volatile IReadOnlyCollection<InheritedSocket>? _inheritedSockets;

    /// <summary>Sockets for the successor; null: no replacement was asked for.</summary>
    public IReadOnlyCollection<InheritedSocket>? InheritedSockets => _inheritedSockets;

    /// <inheritdoc/>
    public void RequestReplacement()
    {
        if (Interlocked.Exchange(ref _isRequested, 1) == 0)
        {
            // Devices are served meanwhile, and the client of the request gets its answer.
            _ = Task.Run(Drain);
        }
    }

    private void Drain()
    {
        IReadOnlyCollection<InheritedSocket> sockets = [];
        try
        {
            sockets = drain();
        }
        finally
        {
            // The new settings must start even if the services' sockets are lost: the old services cannot start again.
            _inheritedSockets = sockets;
            end();
        }
    }
}
