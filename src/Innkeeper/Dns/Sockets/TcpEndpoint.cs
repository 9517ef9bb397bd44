using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Innkeeper.Bindings;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Dns.Sockets;

/// <summary>DNS over TCP (RFC 7766), for clients whose answer was too long for UDP. Bounded in total and for each device.</summary>
internal sealed class TcpEndpoint : IDisposable
{
    public const int MaxConnections = 512;
    public const int MaxOfOne = 16;

    private readonly Socket _listener;
    private readonly bool _isOutside;
    private readonly Action<DnsClient, byte[]> _ask;
    private readonly Func<Ipv4Address, int> _keepsOf;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _drain = new();
    private readonly TaskCompletionSource _emptied = new();
    private Task _accepting = Task.CompletedTask;
    private readonly ConcurrentDictionary<Ipv4Address, int> _perDevice = [];
    private int _connections;

    /// <param name="socket">Bound; it is listened on and closed here.</param>
    /// <param name="isOutside">For hosts of the uplink.</param>
    /// <param name="ask">Takes each query; called by any thread.</param>
    /// <param name="keepsOf">How many sixteenths of the connections a device leaves to others (<see cref="FairShare"/>).</param>
    public TcpEndpoint(int socket, bool isOutside, Action<DnsClient, byte[]> ask, Func<Ipv4Address, int> keepsOf)
    {
        _keepsOf = keepsOf;
        Handle = socket;
        Port = ServiceSocket.PortOf(socket);
        _listener = new Socket(new SafeSocketHandle(socket, ownsHandle: true));
        _isOutside = isOutside;
        _ask = ask;
        _listener.Listen(256);
    }

    public int Handle { get; }

    public bool IsOutside => _isOutside;

    public ushort Port { get; }

    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Accepts connections from now on; those that came before have waited.</summary>
    public void Begin() => _accepting = AcceptAsync();

    /// <summary>Accepts no more connections, without closing the socket; ends when all present clients have their answers and are gone.</summary>
    public async Task DrainAsync()
    {
        await _drain.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        if (Connections == 0)
        {
            _emptied.TrySetResult();
        }

        await _emptied.Task.ConfigureAwait(false);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _drain.Cancel();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_drain.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_drain.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Out of descriptors, or the peer was quicker: a moment later there may be one.
                await Task.Delay(TimeSpan.FromMilliseconds(50), CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            if (socket.RemoteEndPoint is not IPEndPoint peer || socket.LocalEndPoint is not IPEndPoint asked)
            {
                return;
            }

            var device = Read(peer.Address);
            var ofOne = _perDevice.AddOrUpdate(device, 1, static (_, n) => n + 1);
            try
            {
                var others = Interlocked.Increment(ref _connections) - 1;
                if (ofOne <= MaxOfOne && FairShare.Allows(MaxConnections, others, ofOne - 1, _keepsOf(device)))
                {
                    await new Connection(socket, _isOutside, _ask, new Ipv4Address(device.Value), (ushort)peer.Port, Read(asked.Address)).RunAsync(_stop.Token, _drain.Token).ConfigureAwait(false);
                }
            }
            finally
            {
                if (Interlocked.Decrement(ref _connections) == 0 && _drain.IsCancellationRequested)
                {
                    _emptied.TrySetResult();
                }

                if (_perDevice.AddOrUpdate(device, 0, static (_, n) => n - 1) == 0)
                {
                    _perDevice.TryRemove(new KeyValuePair<Ipv4Address, int>(device, 0));
                }
            }
        }
    }

    private static Ipv4Address Read(IPAddress address) => Ipv4Address.Read(address.MapToIPv4().GetAddressBytes());

    /// <summary>One connection: queries come one behind the other, answers leave as they are ready (RFC 7766 section 6.2.1.1).</summary>
    private sealed class Connection(Socket socket, bool isOutside, Action<DnsClient, byte[]> ask, Ipv4Address device, ushort port, Ipv4Address asked) : IAnswerPath
    {
        /// <summary>RFC 7766 section 6.2.3 asks for some seconds.</summary>
        private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);
        private const int MaxUnsent = 64;
        private const int LengthSize = 2;

        private readonly Channel<byte[]> _answers = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaxUnsent) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        private int _unanswered;
        private volatile bool _readAll;

        public bool IsStream => true;

        public bool IsOutside => isOutside;

        public void Send(in DnsClient client, ReadOnlySpan<byte> message)
        {
            var framed = new byte[LengthSize + message.Length];
            BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
            message.CopyTo(framed.AsSpan(LengthSize));
            _answers.Writer.TryWrite(framed);
            if (Interlocked.Decrement(ref _unanswered) == 0 && _readAll)
            {
                _answers.Writer.TryComplete();
            }
        }

        /// <param name="drain">When cancelled: a client that has asked asks no more on this connection; one that has not asked yet may ask
        /// once.</param>
        public async Task RunAsync(CancellationToken stop, CancellationToken drain)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
            using var satisfied = CancellationTokenSource.CreateLinkedTokenSource(ended.Token, drain);
            var next = ended.Token;
            var writing = WriteAsync(ended.Token);
            try
            {
                var client = new DnsClient(this, device, port, asked);
                var length = new byte[LengthSize];
                while (await ReadAsync(length, next).ConfigureAwait(false))
                {
                    var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
                    if (query.Length == 0 || !await ReadAsync(query, ended.Token).ConfigureAwait(false))
                    {
                        break;
                    }

                    Interlocked.Increment(ref _unanswered);
                    ask(client, query);
                    next = satisfied.Token;
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client went, or was silent for too long.
            }

            // A client that closes its half after the question still gets its answer; if it gets none, it has waited long enough then.
            _readAll = true;
            if (Volatile.Read(ref _unanswered) == 0)
            {
                _answers.Writer.TryComplete();
            }

            await Task.WhenAny(writing, Task.Delay(Resolver.Patience, stop)).ConfigureAwait(false);
            _answers.Writer.TryComplete();
            await ended.CancelAsync().ConfigureAwait(false);
            await writing.ConfigureAwait(false);
        }

        private async Task<bool> ReadAsync(byte[] buffer, CancellationToken stop)
        {
            using var idle = CancellationTokenSource.CreateLinkedTokenSource(stop);
            idle.CancelAfter(s_idle);
            for (var have = 0; have < buffer.Length;)
            {
                var count = await socket.ReceiveAsync(buffer.AsMemory(have), SocketFlags.None, idle.Token).ConfigureAwait(false);
                if (count == 0)
                {
                    return false;
                }

                have += count;
            }

            return true;
        }

        private async Task WriteAsync(CancellationToken stop)
        {
            try
            {
                await foreach (var answer in _answers.Reader.ReadAllAsync(stop).ConfigureAwait(false))
                {
                    for (var sent = 0; sent < answer.Length;)
                    {
                        sent += await socket.SendAsync(answer.AsMemory(sent), SocketFlags.None, stop).ConfigureAwait(false);
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client is gone.
            }
        }
    }
}
