using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Innkeeper.Links;

/// <summary>Builds one rtnetlink request: header, fixed part, attributes (rtnetlink(7)). Numbers in host order.</summary>
internal sealed class NetlinkRequest
{
    private const int HeaderSize = 16;

    private readonly byte[] _buffer = new byte[1024];
    private int _length = HeaderSize;

    public NetlinkRequest(ushort type, ushort flags)
    {
        BitConverter.TryWriteBytes(_buffer.AsSpan(4), type);
        BitConverter.TryWriteBytes(_buffer.AsSpan(6), flags);
        BitConverter.TryWriteBytes(_buffer.AsSpan(8), 1u);
    }

    public NetlinkRequest Fixed<T>(T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(_buffer.AsSpan(_length), value);
        _length += (Marshal.SizeOf<T>() + 3) & ~3;
        return this;
    }

    public NetlinkRequest Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        BitConverter.TryWriteBytes(_buffer.AsSpan(_length), (ushort)(4 + value.Length));
        BitConverter.TryWriteBytes(_buffer.AsSpan(_length + 2), type);
        value.CopyTo(_buffer.AsSpan(_length + 4));
        _length += (4 + value.Length + 3) & ~3;
        return this;
    }

    public NetlinkRequest Attribute(ushort type, string value) => Attribute(type, Encoding.UTF8.GetBytes(value + '\0'));

    public NetlinkRequest Attribute(ushort type, uint value) => Attribute(type, BitConverter.GetBytes(value));

    public NetlinkRequest BigEndian(ushort type, uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        return Attribute(type, octets);
    }

    /// <summary>An attribute that holds attributes.</summary>
    public NetlinkRequest Nest(ushort type, Action<NetlinkRequest> content)
    {
        var start = _length;
        Attribute(type, []);
        content(this);
        BitConverter.TryWriteBytes(_buffer.AsSpan(start), (ushort)(_length - start));
        return this;
    }

    public ReadOnlySpan<byte> ToBytes()
    {
        BitConverter.TryWriteBytes(_buffer.AsSpan(0), _length);
        return _buffer.AsSpan(0, _length);
    }
}

/// <summary>A walk over netlink messages or attributes. Lengths that lie end the walk; nothing throws.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> rest)
{
    private ReadOnlySpan<byte> _rest = rest;

    public ushort Type { get; private set; }

    public ReadOnlySpan<byte> Payload { get; private set; }

    /// <summary>The next nlmsghdr.</summary>
    public bool NextMessage() => Next(16, BitConverter.ToInt32, 4);

    /// <summary>The next rtattr.</summary>
    public bool NextAttribute() => Next(4, s => BitConverter.ToUInt16(s), 2);

    private delegate int ReadLength(ReadOnlySpan<byte> header);

    private bool Next(int header, ReadLength readLength, int typeAt)
    {
        if (_rest.Length < header)
        {
            return false;
        }

        var length = readLength(_rest);
        if (length < header || length > _rest.Length)
        {
            return false;
        }

        Type = (ushort)(BitConverter.ToUInt16(_rest[typeAt..]) & 0x3fff);
        Payload = _rest[header..length];
        _rest = _rest[Math.Min(_rest.Length, (length + 3) & ~3)..];
        return true;
    }
}
