using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Control;

/// <summary>
/// The Unix socket that the CLI asks: one line in ("status" or "devices"), one line of JSON out. Mode 0600: the gateway's
/// owner only.
/// </summary>
internal sealed class ControlServer : IDisposable
{
    private const int MaxRequest = 256;
    private const int MaxClients = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly IControlSource _source;
    private readonly ILogger _log;
    private readonly Socket _listener;
    private readonly SocketIdentity _own;
    private readonly Func<CancellationToken, ValueTask<Socket>> _accept;
    private readonly ConcurrentDictionary<(string Request, Type Kind), bool> _failures = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places = new(MaxClients);

    /// <param name="accept">For tests: stands for the listener's accept, given the listener.</param>
    /// <exception cref="IOException">Another gateway answers there, or the path cannot be used.</exception>
    /// <exception cref="UnauthorizedAccessException">The path may not be used.</exception>
    public ControlServer(string path, IControlSource source, ILogger? log = null, Func<Socket, CancellationToken, ValueTask<Socket>>? accept = null)
    {
        (_path, _source, _log) = (path, source, log ?? NullLogger.Instance);
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
                if (e.SocketErrorCode != SocketError.ConnectionAborted && _failures.TryAdd(("accept", e.GetType()), true))
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
        try
        {
            using var socket = client;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
            patience.CancelAfter(s_patience);
            var request = new byte[MaxRequest];
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

            var answer = Answer(Encoding.UTF8.GetString(request, 0, length).Split('\n')[0].Trim());
            for (var sent = 0; sent < answer.Length;)
            {
                sent += await socket.SendAsync(answer.AsMemory(sent), patience.Token).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client's loss; it asks again.
        }
        finally
        {
            _places.Release();
        }
    }

    private byte[] Answer(string request)
    {
        try
        {
            return
            [
                .. request switch
                {
                    "status" => JsonSerializer.SerializeToUtf8Bytes(_source.Status(), ReportContext.Default.StatusReport),
                    "devices" => JsonSerializer.SerializeToUtf8Bytes(_source.Devices(), ReportContext.Default.DevicesReport),
                    _ => Error("ask for status or devices"),
                },
                (byte)'\n',
            ];
        }
        catch (Exception e)
        {
            // A fault in a report must not look like a gateway that is gone.
            if (_failures.TryAdd((request, e.GetType()), true))
            {
                _log.AnswerFailed(e, request);
            }

            return [.. Error($"the report could not be made ({e.GetType().Name}: {e.Message}); the gateway's log has more"), (byte)'\n'];
        }
    }

    private static byte[] Error(string text) => JsonSerializer.SerializeToUtf8Bytes(new ErrorReport(text), ReportContext.Default.ErrorReport);
}
