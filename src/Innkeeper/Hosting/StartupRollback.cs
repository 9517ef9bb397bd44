using Innkeeper.DataPlane;
using Innkeeper.Links;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>Undoes what a failed start set up: the inside network and the pins, unless an earlier process's data plane uses them.</summary>
internal sealed class StartupRollback(PinFolder pins, ILogger log) : IDisposable
{
    private bool _isCommitted = Netlink.ReadInterface(InsideNetwork.StackEnd, out _);

    public void Commit() => _isCommitted = true;

    public void Dispose()
    {
        if (_isCommitted)
        {
            return;
        }

        try
        {
            InsideNetwork.Remove();
            pins.Remove();
        }
        catch (Exception e) when (e is NetlinkException or IOException or UnauthorizedAccessException)
        {
            // The start's own failure is what people must read, and mostly the cause of this one.
            log.NotTakenBack(e.Message);
        }
    }
}
