using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Innkeeper.Configuration;

namespace Innkeeper.Dns.Sockets;

/// <summary>Queries to servers by TCP or TLS: one at a time on a connection, which is kept open a while for the next.</summary>
/// <param name="done">Gets each query's result: the answer, or null. Called by any thread.</param>
internal sealed class StreamQueries(Action<UpstreamQuery, byte[]?> done) : IDisposable
{
    private const int MaxIdle = 8;

    /// <summary>Each device has its fair share of them (<see cref="DnsBudgets.Streams"/>).</summary>
    private const int MaxAtOnce = DnsBudgets.MaxStreams + MaxTrials;

    /// <summary>Tests of servers are no device's.</summary>
    private const int MaxTrials = 16;

    private const int LengthSize = 2;

    /// <summary>Shorter than servers commonly allow (RFC 7766 section 6.2.3).</summary>
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<UpstreamAddress, ConcurrentQueue<Idle>> _idle = [];
    private readonly CancellationTokenSource _stop = new();
    private int _running;

    public bool TryStart(UpstreamQuery exchange, ReadOnlySpan<byte> query)
    {
        if (Interlocked.Increment(ref _running) > MaxAtOnce)
        {
            Interlocked.Decrement(ref _running);
            return false;
        }

        var framed = new byte[LengthSize + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed.AsSpan(LengthSize));
        _ = RunAsync(exchange, framed);
        return true;
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var idle in _idle.Values.SelectMany(q => q))
        {
            idle.Stream.Dispose();
        }
    }

    private async Task RunAsync(UpstreamQuery exchange, byte[] query)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        time.CancelAfter(Resolver.Patience);
        byte[]? answer = null;
        try
        {
            var address = exchange.Upstream.Address;
            while (answer is null && TakeIdle(address) is { } kept)
            {
                // The server may have closed it just now: then another connection is tried.
                answer = await AskAsync(kept, address, query, time.Token).ConfigureAwait(false);
            }

            answer ??= await AskAsync(await ConnectAsync(address, time.Token).ConfigureAwait(false), address, query, time.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
        {
            // No answer: the resolver asks another server, and counts.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            done(exchange, answer);
        }
    }

    private static async Task<Stream> ConnectAsync(UpstreamAddress address, CancellationToken stop)
    {
        var socket = new Socket(address.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(address.EndPoint, stop).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var plain = new NetworkStream(socket, ownsSocket: true);
        if (address.TlsName is null)
        {
            return plain;
        }

        // RFC 8310 section 8.1: the name is the one in the settings.
        var secured = new SslStream(plain);
        try
        {
            await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = address.TlsName }, stop).ConfigureAwait(false);
            return secured;
        }
        catch
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <returns>The answer, after which the connection is kept; null when it turned out to be closed.</returns>
    private async Task<byte[]?> AskAsync(Stream stream, UpstreamAddress address, byte[] query, CancellationToken stop)
    {
        try
        {
            await stream.WriteAsync(query, stop).ConfigureAwait(false);
            var length = new byte[LengthSize];
            await stream.ReadExactlyAsync(length, stop).ConfigureAwait(false);
            var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
            await stream.ReadExactlyAsync(answer, stop).ConfigureAwait(false);
            var idle = _idle.GetOrAdd(address, _ => new ConcurrentQueue<Idle>());
            if (idle.Count < MaxIdle)
            {
                idle.Enqueue(new Idle(stream, Environment.TickCount64));
            }
            else
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }

            return answer;
        }
        catch (IOException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Stream? TakeIdle(UpstreamAddress address)
    {
        while (_idle.TryGetValue(address, out var queue) && queue.TryDequeue(out var idle))
        {
            if (Environment.TickCount64 - idle.Since < s_keep.TotalMilliseconds)
            {
                return idle.Stream;
            }

            idle.Stream.Dispose();
        }

        return null;
    }

    private readonly record struct Idle(Stream Stream, long Since);
}
