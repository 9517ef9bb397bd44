using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Control;

/// <summary>
/// The Unix socket that the CLI asks: one line in (see <see cref="ControlRequest"/>), one line of JSON out, or, where events
/// are followed, a line for each until the client goes. Mode 0600: the gateway's owner only.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int MaxClients = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly ControlDesk _desk;
    private readonly Followers _followers;
    private readonly ILogger _log;
    private readonly Socket _listener;
    private readonly SocketIdentity _own;
    private readonly Func<CancellationToken, ValueTask<Socket>> _accept;
    private readonly HashSet<Type> _failures = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places = new(MaxClients);

    /// <param name="accept">For tests: stands for the listener's accept, given the listener.</param>
    /// <exception cref="IOException">Another gateway answers there, or the path cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The path may not be used.</exception>
    public ControlServer(string path, IControlSource source, ILogger? log = null, Func<Socket, CancellationToken, ValueTask<Socket>>? accept = null)
    {
        (_path, _log) = (path, log ?? NullLogger.Instance);
        _desk = new ControlDesk(source, _log);
        _followers = new Followers(source, _desk);
        if (IsAnswering(path))
        {
            throw new IOException($"another gateway is running and answers at {path}; stop it, or give this one its own [control] socket");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (!SocketFile.RemoveDead(path))
        {
            throw new IOException($"{path} ([control] socket) is a file, not a socket; name another path, or remove it");
        }

        // Bound beside its place and moved there: so it is never open to others, and .NET, which on closing deletes whatever
        // lies at the path that it bound, deletes nobody's.
        var bound = path + ".new";
        SocketFile.RemoveDead(bound);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint(bound));
            File.SetUnixFileMode(bound, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            _listener.Listen(MaxClients);
            _own = SocketFile.Find(bound, out _) ?? throw new IOException($"{bound} was removed by somebody else; start again");
            File.Move(bound, path, overwrite: true);
        }
        catch (Exception e)
        {
            _listener.Dispose();
            if (e is SocketException)
            {
                throw new IOException($"no socket can be made at {path} ([control] socket): {e.Message}; name another path", e);
            }

            throw;
        }

        _accept = accept is null ? _listener.AcceptAsync : stop => accept(_listener, stop);
        _ = AcceptAsync();
    }

    /// <summary>How many follow the events.</summary>
    public int FollowerCount => _followers.Count;

    /// <summary>Whether a gateway listens there.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be told: connecting is not allowed.</exception>
    public static bool IsAnswering(string path) => SocketFile.IsAnswering(path);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        SocketFile.Remove(_path, _own);
    }

    private async Task AcceptAsync()
    {
        var pause = s_firstPause;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
                var client = await _accept(_stop.Token).ConfigureAwait(false);
                pause = s_firstPause;
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException e)
            {
                // A client that went away in the queue, or no descriptor left, which does not change at once.
                _places.Release();
                if (e.SocketErrorCode != SocketError.ConnectionAborted && _failures.Add(e.GetType()))
                {
                    _log.AcceptFailed(e.Message);
                }

                await Task.Delay(pause, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var hasPlace = true;
        try
        {
            using var socket = client;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(s_patience);
            var request = new byte[ControlRequest.MaxSize];
            var length = 0;
            while (length < request.Length && request.AsSpan(0, length).IndexOf((byte)'\n') < 0)
            {
                var read = await socket.ReceiveAsync(request.AsMemory(length), patience.Token).ConfigureAwait(false);
                if (read == 0)
                {
                    break;
                }

                length += read;
            }

            var end = request.AsSpan(0, length).IndexOf((byte)'\n');
            var answer = end < 0 && length == request.Length
                ? ControlDesk.Error($"a request has up to {ControlRequest.MaxSize - 1} octets")
                : await _desk.Answer(Encoding.UTF8.GetString(request, 0, end < 0 ? length : end).Trim(), () => Peer.NameOf(socket)).ConfigureAwait(false);
            if (answer.Follow is { } past)
            {
                _places.Release();
                hasPlace = false;
                await _followers.ServeAsync(socket, past, _stop.Token).ConfigureAwait(false);
                return;
            }

            try
            {
                // What was asked may have taken its time; the client's is counted from here.
                patience.CancelAfter(s_patience);
                await socket.SendAllAsync(answer.Line, patience.Token).ConfigureAwait(false);
            }
            finally
            {
                answer.Afterwards?.Invoke();
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client's loss; it asks again.
        }
        finally
        {
            if (hasPlace)
            {
                _places.Release();
            }
        }
    }
}

/// <summary>Sending of whole messages.</summary>
internal static class SocketSending
{
    /// <exception cref="SocketException">The other end is gone.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; part of it may have gone.</exception>
    public static async ValueTask SendAllAsync(this Socket socket, ReadOnlyMemory<byte> octets, CancellationToken stop)
    {
        while (!octets.IsEmpty)
        {
            octets = octets[await socket.SendAsync(octets, stop).ConfigureAwait(false)..];
        }
    }
}
