using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>Writes one netlink message into a buffer that the caller sized for it.</summary>
internal ref struct NetlinkRequest
{
    private readonly Span<byte> _buffer;
    private int _length;

    internal NetlinkRequest(Span<byte> buffer, ushort type, ushort flags)
    {
        _buffer = buffer;
        _buffer.Clear();
        MemoryMarshal.Write(_buffer[4..], type);
        MemoryMarshal.Write(_buffer[6..], (ushort)(flags | NLM_F_REQUEST));
        _length = NLMSG_HDRLEN;
    }

    /// <summary>Fills in length and sequence number and returns the whole message.</summary>
    internal readonly ReadOnlySpan<byte> Finish(uint sequence)
    {
        MemoryMarshal.Write(_buffer, (uint)_length);
        MemoryMarshal.Write(_buffer[8..], sequence);
        return _buffer[.._length];
    }

    /// <summary>struct ifinfomsg: u8 family, pad, u16 type, i32 index, u32 flags, u32 change.</summary>
    internal void AddLinkHeader(int index = 0, uint flags = 0, uint change = 0)
    {
        var header = Take(IfInfoMsgSize);
        MemoryMarshal.Write(header[4..], index);
        MemoryMarshal.Write(header[8..], flags);
        MemoryMarshal.Write(header[12..], change);
    }

    /// <summary>struct ifaddrmsg: u8 family, u8 prefix length, u8 flags, u8 scope, u32 index.</summary>
    internal void AddAddressHeader(byte family, byte prefixLength = 0, int index = 0)
    {
        var header = Take(IfAddrMsgSize);
        header[0] = family;
        header[1] = prefixLength;
        MemoryMarshal.Write(header[4..], index);
    }

    /// <summary>struct rtmsg: u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags. The table goes into RTA_TABLE.</summary>
    internal void AddRouteHeader(byte family, byte prefixLength, byte protocol, byte scope, byte type, uint flags = 0)
    {
        var header = Take(RtMsgSize);
        header[0] = family;
        header[1] = prefixLength;
        header[5] = protocol;
        header[6] = scope;
        header[7] = type;
        MemoryMarshal.Write(header[8..], flags);
    }

    /// <summary>struct fib_rule_hdr: u8 family, dst_len, src_len, tos, table, two reserved, action; u32 flags. The table goes into FRA_TABLE.</summary>
    internal void AddRuleHeader(byte family, byte action, byte prefixLength = 0)
    {
        var header = Take(FibRuleHeaderSize);
        header[0] = family;
        header[1] = prefixLength;
        header[7] = action;
    }

    /// <summary>A family's header, for the caller to fill in: it is all zeros.</summary>
    internal Span<byte> AddHeader(int size) => Take(size);

    internal void AddNumber(ushort type, uint value) => MemoryMarshal.Write(Attribute(type, sizeof(uint)), value);

    internal void AddOctet(ushort type, byte value) => Attribute(type, 1)[0] = value;

    internal void AddAddress(ushort type, Ipv4Address address) => address.Write(Attribute(type, Ipv4Address.Size));

    internal void AddMac(ushort type, MacAddress mac) => mac.Write(Attribute(type, MacAddress.Size));

    /// <summary>Adds a string with its terminating zero.</summary>
    internal void AddText(ushort type, string text) =>
        Encoding.UTF8.GetBytes(text, Attribute(type, Encoding.UTF8.GetByteCount(text) + 1));

    /// <summary>Opens a nested attribute.</summary>
    /// <returns>The mark to close it with <see cref="EndNested"/>.</returns>
    internal int BeginNested(ushort type)
    {
        var mark = _length;
        Attribute(type, 0);
        return mark;
    }

    internal readonly void EndNested(int mark) => MemoryMarshal.Write(_buffer[mark..], (ushort)(_length - mark));

    private Span<byte> Attribute(ushort type, int size)
    {
        var attribute = Take(NLA_HDRLEN + size);
        MemoryMarshal.Write(attribute, (ushort)(NLA_HDRLEN + size));
        MemoryMarshal.Write(attribute[2..], type);
        return attribute.Slice(NLA_HDRLEN, size);
    }

    private Span<byte> Take(int size)
    {
        var taken = _buffer.Slice(_length, size);
        _length += NetlinkAlign.Up(size);
        return taken;
    }
}
