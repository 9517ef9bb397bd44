using Innkeeper.Interop;
using Innkeeper.Management;

namespace Innkeeper.Hosting;

/// <summary>Replaces the process once, when an operation asks for it: the services drain, then the main loop ends.</summary>
/// <param name="drain">Has the services take no more and end what they are at; returns the sockets that the successor takes over.</param>
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
            // Devices are served meanwhile, and whoever asked is answered.
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
            // Whatever becomes of the services' sockets, the new settings are to be started: the old services cannot come back.
            _inheritedSockets = sockets;
            end();
        }
    }
}
