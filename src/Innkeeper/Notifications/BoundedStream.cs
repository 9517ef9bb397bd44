using System.Net.Sockets;

namespace Innkeeper.Notifications;

/// <summary>
/// A connection to a server, which reads no more than a server has to say. A server, or an attacker in its place before TLS begins, must
/// not fill this process's memory. Within TLS the encrypted octets are counted.
/// </summary>
/// <param name="isText">The conversation is in lines until TLS begins: each has a limit too.</param>
internal sealed class BoundedStream(Stream inner, bool isText) : Stream
{
    /// <summary>Octets of a reply: from what the gateway sent last to what it sends next.</summary>
    public const int MaxReply = 64 * 1024;

    /// <summary>Octets of a line in the clear. RFC 5321 section 4.5.3.1.5 allows 512.</summary>
    public const int MaxLine = 8 * 1024;

    /// <summary>Octets of a connection.</summary>
    public const int MaxTotal = 512 * 1024;

    /// <summary>The first octet of a TLS record that begins a handshake (RFC 8446 section 5.1): from there on nothing is a line.</summary>
    private const byte TlsHandshake = 22;

    private long _total;
    private int _reply;
    private int _line;
    private bool _isText = isText;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override bool CanTimeout => inner.CanTimeout;

    public override int ReadTimeout
    {
        get => inner.ReadTimeout;
        set => inner.ReadTimeout = value;
    }

    public override int WriteTimeout
    {
        get => inner.WriteTimeout;
        set => inner.WriteTimeout = value;
    }

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Connects to the first address of a host that accepts.</summary>
    public static async Task<Stream> ConnectAsync(string host, int port, bool isText, CancellationToken stop)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, stop).ConfigureAwait(false);
            return new BoundedStream(new NetworkStream(socket, ownsSocket: true), isText);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var length = inner.Read(buffer);
        Count(buffer[..length]);
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var length = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Count(buffer.Span[..length]);
        return length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Begin(buffer);
        inner.Write(buffer);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin(buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Begin(ReadOnlySpan<byte> sent)
    {
        _reply = 0;
        _isText &= sent.IsEmpty || sent[0] != TlsHandshake;
    }

    private void Count(ReadOnlySpan<byte> octets)
    {
        _total += octets.Length;
        _reply += octets.Length;
        if (_reply > MaxReply || _total > MaxTotal)
        {
            throw new IOException($"the server's reply is longer than {(_reply > MaxReply ? MaxReply : MaxTotal) / 1024} KiB");
        }

        while (_isText && !octets.IsEmpty)
        {
            var end = octets.IndexOf((byte)'\n');
            _line += end < 0 ? octets.Length : end + 1;
            if (_line > MaxLine)
            {
                throw new IOException($"a line of the server's reply is longer than {MaxLine / 1024} KiB");
            }

            if (end < 0)
            {
                return;
            }

            _line = 0;
            octets = octets[(end + 1)..];
        }
    }
}
