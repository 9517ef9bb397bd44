using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>An interface as RTM_NEWLINK reports it. PeerIndex is the other end of a veth pair in this namespace, or 0.</summary>
internal readonly record struct LinkRecord(int Index, string Name, MacAddress Mac, int Mtu, uint Flags, int PeerIndex, string Kind)
{
    /// <summary>The bridge, bond or other interface that takes this one's frames; 0: none.</summary>
    public int Master { get; init; }

    /// <summary>Whether an XDP program is attached: it sees frames before all others.</summary>
    public bool HasXdp { get; init; }

    /// <summary>Reads the payload of an RTM_NEWLINK message.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out LinkRecord link)
    {
        link = default;
        if (payload.Length < IfInfoMsgSize)
        {
            return false;
        }

        string? name = null;
        var kind = "";
        var mac = MacAddress.Zero;
        int mtu = 0, peer = 0, master = 0;
        bool peerElsewhere = false, hasXdp = false;
        var attributes = new AttributeReader(payload[IfInfoMsgSize..]);
        while (attributes.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case IFLA_IFNAME:
                    name = AttributeReader.Text(value);
                    break;
                case IFLA_ADDRESS when value.Length == MacAddress.Size:
                    mac = MacAddress.Read(value);
                    break;
                case IFLA_MTU when value.Length >= sizeof(int):
                    mtu = MemoryMarshal.Read<int>(value);
                    break;
                case IFLA_LINK when value.Length >= sizeof(int):
                    peer = MemoryMarshal.Read<int>(value);
                    break;
                case IFLA_LINK_NETNSID:
                    peerElsewhere = true;
                    break;
                case IFLA_MASTER when value.Length >= sizeof(int):
                    master = MemoryMarshal.Read<int>(value);
                    break;
                case IFLA_XDP:
                    hasXdp = ReadXdp(value);
                    break;
                case IFLA_LINKINFO:
                    kind = ReadKind(value);
                    break;
            }
        }

        if (string.IsNullOrEmpty(name))
        {
            return false;
        }

        link = new LinkRecord(
            MemoryMarshal.Read<int>(payload[4..]), name, mac, mtu, MemoryMarshal.Read<uint>(payload[8..]),
            peerElsewhere ? 0 : peer, kind)
        {
            Master = master,
            HasXdp = hasXdp,
        };
        return true;
    }

    private static bool ReadXdp(ReadOnlySpan<byte> xdp)
    {
        var attributes = new AttributeReader(xdp);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == IFLA_XDP_ATTACHED && value is [not 0, ..])
            {
                return true;
            }
        }

        return false;
    }

    private static string ReadKind(ReadOnlySpan<byte> info)
    {
        var attributes = new AttributeReader(info);
        while (attributes.TryRead(out var type, out var value))
        {
            if (type == IFLA_INFO_KIND)
            {
                return AttributeReader.Text(value);
            }
        }

        return "";
    }
}

/// <summary>An IPv4 address of an interface as RTM_NEWADDR reports it.</summary>
internal readonly record struct AddressRecord(int Index, Ipv4Network Network)
{
    /// <summary>Reads the payload of an RTM_NEWADDR message.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out AddressRecord address)
    {
        address = default;
        if (payload.Length < IfAddrMsgSize || payload[0] != Libc.AF_INET || payload[1] > 32)
        {
            return false;
        }

        // On a point-to-point link IFA_ADDRESS is the peer's and IFA_LOCAL our own (linux/if_addr.h).
        Ipv4Address? local = null, other = null;
        var attributes = new AttributeReader(payload[IfAddrMsgSize..]);
        while (attributes.TryRead(out var type, out var value))
        {
            if (value.Length == Ipv4Address.Size)
            {
                switch (type)
                {
                    case IFA_LOCAL:
                        local = Ipv4Address.Read(value);
                        break;
                    case IFA_ADDRESS:
                        other = Ipv4Address.Read(value);
                        break;
                }
            }
        }

        if ((local ?? other) is not { } own)
        {
            return false;
        }

        address = new AddressRecord(MemoryMarshal.Read<int>(payload[4..]), new Ipv4Network(own, payload[1]));
        return true;
    }
}

/// <summary>One next hop of a route.</summary>
internal readonly record struct NextHop(int Index, Ipv4Address? Gateway);

/// <summary>An IPv4 default route of the main table as RTM_NEWROUTE reports it.</summary>
/// <param name="Source">The source address that it names; null: none.</param>
internal readonly record struct DefaultRouteRecord(uint Metric, ImmutableArray<NextHop> NextHops, Ipv4Address? Source = null)
{
    /// <summary>Reads the payload of an RTM_NEWROUTE message; false for any other route.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out DefaultRouteRecord route)
    {
        // struct rtmsg: u8 family, dst_len, src_len, tos, table, protocol, scope, type; u32 flags
        route = default;
        if (payload.Length < RtMsgSize || payload[0] != Libc.AF_INET || payload[1] != 0 || payload[7] != RTN_UNICAST)
        {
            return false;
        }

        uint table = payload[4];
        uint metric = 0;
        Ipv4Address? source = null;
        var hops = ImmutableArray.CreateBuilder<NextHop>();
        var attributes = payload[RtMsgSize..];
        ReadHop(attributes, 0, hops);
        var reader = new AttributeReader(attributes);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case RTA_TABLE when value.Length >= sizeof(uint):
                    table = MemoryMarshal.Read<uint>(value);
                    break;
                case RTA_PRIORITY when value.Length >= sizeof(uint):
                    metric = MemoryMarshal.Read<uint>(value);
                    break;
                case RTA_PREFSRC when value.Length == Ipv4Address.Size:
                    source = Ipv4Address.Read(value);
                    break;
                case RTA_MULTIPATH:
                    ReadMultipath(value, hops);
                    break;
            }
        }

        route = new DefaultRouteRecord(metric, hops.ToImmutable(), source);
        return table == RT_TABLE_MAIN;
    }

    private static void ReadMultipath(ReadOnlySpan<byte> rest, ImmutableArray<NextHop>.Builder hops)
    {
        // struct rtnexthop: u16 len, u8 flags, u8 hops, i32 index; attributes follow inside len
        while (rest.Length >= RtNextHopSize)
        {
            var length = MemoryMarshal.Read<ushort>(rest);
            if (length < RtNextHopSize || length > rest.Length)
            {
                return;
            }

            ReadHop(rest[RtNextHopSize..length], MemoryMarshal.Read<int>(rest[4..]), hops);
            rest = rest[Math.Min(NetlinkAlign.Up(length), rest.Length)..];
        }
    }

    private static void ReadHop(ReadOnlySpan<byte> attributes, int index, ImmutableArray<NextHop>.Builder hops)
    {
        Ipv4Address? gateway = null;
        var reader = new AttributeReader(attributes);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case RTA_OIF when value.Length >= sizeof(int):
                    index = MemoryMarshal.Read<int>(value);
                    break;
                case RTA_GATEWAY when value.Length == Ipv4Address.Size:
                    gateway = Ipv4Address.Read(value);
                    break;
            }
        }

        if (index != 0)
        {
            hops.Add(new NextHop(index, gateway));
        }
    }
}
