using System.Runtime.InteropServices;
using System.Text;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>One netlink message inside a datagram.</summary>
internal readonly ref struct NetlinkMessage(ushort type, ushort flags, uint sequence, ReadOnlySpan<byte> payload)
{
    internal ushort Type { get; } = type;
    internal ushort Flags { get; } = flags;
    internal uint Sequence { get; } = sequence;
    internal ReadOnlySpan<byte> Payload { get; } = payload;
}

/// <summary>Walks the messages of a netlink datagram. Stops at the first one that does not fit; never throws on input.</summary>
internal ref struct NetlinkReader(ReadOnlySpan<byte> datagram)
{
    private ReadOnlySpan<byte> _rest = datagram;

    internal bool TryRead(out NetlinkMessage message)
    {
        // struct nlmsghdr: u32 len, u16 type, u16 flags, u32 seq, u32 pid
        message = default;
        if (_rest.Length < NLMSG_HDRLEN)
        {
            return false;
        }

        var length = MemoryMarshal.Read<uint>(_rest);
        if (length < NLMSG_HDRLEN || length > (uint)_rest.Length)
        {
            return false;
        }

        message = new NetlinkMessage(
            MemoryMarshal.Read<ushort>(_rest[4..]),
            MemoryMarshal.Read<ushort>(_rest[6..]),
            MemoryMarshal.Read<uint>(_rest[8..]),
            _rest[NLMSG_HDRLEN..(int)length]);
        _rest = _rest[Math.Min(NetlinkAlign.Up((int)length), _rest.Length)..];
        return true;
    }
}

/// <summary>Walks a run of netlink attributes. Stops at the first one that does not fit; never throws on input.</summary>
internal ref struct AttributeReader(ReadOnlySpan<byte> attributes)
{
    private ReadOnlySpan<byte> _rest = attributes;

    /// <summary>A string attribute's value, without the zero that ends it.</summary>
    internal static string Text(ReadOnlySpan<byte> value)
    {
        var end = value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? value : value[..end]);
    }

    internal bool TryRead(out ushort type, out ReadOnlySpan<byte> value)
    {
        // struct nlattr: u16 len, u16 type
        type = 0;
        value = default;
        if (_rest.Length < NLA_HDRLEN)
        {
            return false;
        }

        var length = MemoryMarshal.Read<ushort>(_rest);
        if (length < NLA_HDRLEN || length > _rest.Length)
        {
            return false;
        }

        type = (ushort)(MemoryMarshal.Read<ushort>(_rest[2..]) & NLA_TYPE_MASK);
        value = _rest[NLA_HDRLEN..length];
        _rest = _rest[Math.Min(NetlinkAlign.Up(length), _rest.Length)..];
        return true;
    }
}

/// <summary>Messages and attributes start at multiples of four octets.</summary>
internal static class NetlinkAlign
{
    internal static int Up(int length) => (length + 3) & ~3;
}
