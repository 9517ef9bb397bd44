using System.Net;
using System.Net.Sockets;
using Innkeeper.Management;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Control;

/// <summary>A client's connection: the user at its other end, and its slot.</summary>
internal sealed class ControlConnection(Actor actor, Action release)
{
    private int _isReleased;

    public Actor Actor => actor;

    /// <summary>Gives the slot to the next client. A stream of events gives its slot away at its start: watching takes no slot.</summary>
    public void ReleaseSlot()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            release();
        }
    }
}

/// <summary>
/// Accepts the control socket's clients for Kestrel: up to a maximum at a time, while the others wait in the socket's queue. After a failure
/// to accept (no descriptor is left) it pauses, where Kestrel's own listener would try again without end.
/// </summary>
/// <param name="listener">Bound; it listens from <see cref="BindAsync"/> on.</param>
/// <param name="accept">Accepts one client.</param>
/// <param name="actorOf">The actor that a user number stands for.</param>
internal sealed class ControlListener(
    Socket listener, Func<Socket, CancellationToken, ValueTask<Socket>> accept, Func<uint, Actor> actorOf, TimeProvider clock, ILogger log) : IConnectionListenerFactory, IConnectionListener
{
    /// <summary>Maximum number of clients served at the same time.</summary>
    public const int MaxClients = 16;

    /// <summary>Clients who wait for a slot; one more is refused by the kernel.</summary>
    private const int Backlog = 128;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _slots = new(MaxClients);
    private readonly CancellationTokenSource _stop = new();
    private readonly SocketConnectionContextFactory _connections = new(new SocketConnectionFactoryOptions(), NullLogger.Instance);
    private TimeSpan _pause = s_firstPause;
    private bool _isLogged;

    public EndPoint EndPoint => listener.LocalEndPoint!;

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        listener.Listen(Backlog);
        return new(this);
    }

    /// <returns>Null: no more clients are accepted.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                await _slots.WaitAsync(_stop.Token).ConfigureAwait(false);
                return await AcceptOneAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e)
            {
                _slots.Release();
                await PauseAsync(e).ConfigureAwait(false);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _stop.Cancel();
        listener.Dispose();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        _stop.Cancel();
        listener.Dispose();
        _connections.Dispose();
        return default;
    }

    private async ValueTask<ConnectionContext> AcceptOneAsync()
    {
        var client = await accept(listener, _stop.Token).ConfigureAwait(false);
        _pause = s_firstPause;
        Actor actor;
        try
        {
            actor = actorOf(PeerCredentials.UserOf(client));
        }
        catch
        {
            client.Dispose();
            throw;
        }

        var connection = _connections.Create(client);
        connection.Features.Set(new ControlConnection(actor, () => _slots.Release()));
        return connection;
    }

    /// <summary>After a client that went away in the queue, or when no descriptor is left, which does not change at once.</summary>
    private async Task PauseAsync(SocketException e)
    {
        if (e.SocketErrorCode != SocketError.ConnectionAborted && !_isLogged)
        {
            _isLogged = true;
            log.AcceptFailed(e.Message);
        }

        await Task.Delay(_pause, clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pause = _pause * 2 < s_longestPause ? _pause * 2 : s_longestPause;
    }
}
