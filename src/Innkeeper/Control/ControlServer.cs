using System.Net.Sockets;
using System.Text;
using System.Text.Json;

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

    private readonly string _path;
    private readonly IControlSource _source;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _places = new(MaxClients);

    /// <exception cref="IOException">Another gateway answers there, or the path cannot be used.</exception>
    public ControlServer(string path, IControlSource source)
    {
        (_path, _source) = (path, source);
        if (IsAnswering(path))
        {
            throw new IOException($"another gateway is running and answers at {path}; stop it, or give this one its own [control] socket");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DeleteSocket(path);
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _listener.Listen(MaxClients);
        _ = AcceptAsync();
    }

    public static bool IsAnswering(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>Removes a socket nobody listens at; a file of another kind is somebody's, and stays.</summary>
    /// <exception cref="IOException">There is something else.</exception>
    private static void DeleteSocket(string path)
    {
        // .NET shows a socket as a file of no length that cannot be opened.
        if (File.Exists(path))
        {
            try
            {
                using var other = File.OpenRead(path);
            }
            catch (IOException)
            {
                File.Delete(path);
                return;
            }

            throw new IOException($"{path} ([control] socket) is a file, not a socket; name another path, or remove it");
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        File.Delete(_path);
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
                var client = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(client);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // A client that went away in the queue, or no descriptor left: the next one may do better.
                _places.Release();
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

    private byte[] Answer(string request) =>
    [
        .. request switch
        {
            "status" => JsonSerializer.SerializeToUtf8Bytes(_source.Status(), ReportContext.Default.StatusReport),
            "devices" => JsonSerializer.SerializeToUtf8Bytes(_source.Devices(), ReportContext.Default.DevicesReport),
            _ => JsonSerializer.SerializeToUtf8Bytes(new ErrorReport("ask for status or devices"), ReportContext.Default.ErrorReport),
        },
        (byte)'\n',
    ];
}
