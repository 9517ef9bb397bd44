#pragma warning disable CS8981 // Native names, as the house rule for interop says.
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>
/// Interfaces, addresses and routes of this network namespace, by rtnetlink. Not by /sys: where a namespace is entered
/// without a mount of its own, /sys shows another one's interfaces.
/// </summary>
internal static unsafe class Netlink
{
    private const ushort NLMSG_ERROR = 2;
    private const ushort NLMSG_DONE = 3;
    private const ushort RTM_NEWLINK = 16;
    private const ushort RTM_DELLINK = 17;
    private const ushort RTM_GETLINK = 18;
    private const ushort RTM_NEWADDR = 20;
    private const ushort RTM_GETADDR = 22;
    private const ushort RTM_NEWROUTE = 24;
    private const ushort RTM_GETROUTE = 26;
    private const ushort NLM_F_REQUEST = 1;
    private const ushort NLM_F_ACK = 4;
    private const ushort NLM_F_DUMP = 0x300;
    private const ushort NLM_F_EXCL = 0x200;
    private const ushort NLM_F_CREATE = 0x400;
    private const ushort IFLA_ADDRESS = 1;
    private const ushort IFLA_IFNAME = 3;
    private const ushort IFLA_MTU = 4;
    private const ushort IFLA_LINKINFO = 18;
    private const ushort IFLA_INFO_KIND = 1;
    private const ushort IFLA_INFO_DATA = 2;
    private const ushort VETH_INFO_PEER = 1;
    private const ushort IFA_ADDRESS = 1;
    private const ushort IFA_LOCAL = 2;
    private const ushort RTA_DST = 1;
    private const ushort RTA_OIF = 4;
    private const ushort RTA_GATEWAY = 5;
    private const ushort RTA_PRIORITY = 6;
    private const uint IFF_UP = 1;
    private const uint IFF_RUNNING = 0x40;
    private const uint IFF_NOARP = 0x80;

    [StructLayout(LayoutKind.Sequential)]
    private struct ifinfomsg
    {
        public byte ifi_family;
        public byte padding;
        public ushort ifi_type;
        public int ifi_index;
        public uint ifi_flags;
        public uint ifi_change;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ifaddrmsg
    {
        public byte ifa_family;
        public byte ifa_prefixlen;
        public byte ifa_flags;
        public byte ifa_scope;
        public uint ifa_index;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct rtmsg
    {
        public byte rtm_family;
        public byte rtm_dst_len;
        public byte rtm_src_len;
        public byte rtm_tos;
        public byte rtm_table;
        public byte rtm_protocol;
        public byte rtm_scope;
        public byte rtm_type;
        public uint rtm_flags;
    }

    private delegate void OnMessage(ushort type, ReadOnlySpan<byte> payload);

    public static bool ReadInterface(string name, out InterfaceFacts facts)
    {
        facts = Links().FirstOrDefault(l => l.Name == name)!;
        if (facts is null)
        {
            return false;
        }

        facts = facts with { Addresses = AddressesOf(facts.Index), Gateway = GatewayOf(facts.Index) };
        return true;
    }

    public static IEnumerable<string> ListInterfaces() => Links().Select(l => l.Name);

    public static void CreateVethPair(string name, string peer, int mtu)
    {
        var request = new NetlinkRequest(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL)
            .Fixed(default(ifinfomsg))
            .Attribute(IFLA_IFNAME, name)
            .Attribute(IFLA_MTU, (uint)mtu)
            .Nest(IFLA_LINKINFO, info => info
                .Attribute(IFLA_INFO_KIND, "veth")
                .Nest(IFLA_INFO_DATA, data => data
                    .Nest(VETH_INFO_PEER, end => end
                        .Fixed(default(ifinfomsg))
                        .Attribute(IFLA_IFNAME, peer)
                        .Attribute(IFLA_MTU, (uint)mtu))));
        Change(request, $"cannot make the interfaces {name} and {peer}", Libc.EEXIST);
    }

    public static void DeleteLink(string name) => Change(
        new NetlinkRequest(RTM_DELLINK, NLM_F_REQUEST | NLM_F_ACK).Fixed(default(ifinfomsg)).Attribute(IFLA_IFNAME, name),
        $"cannot remove the interface {name}", Libc.ENODEV);

    public static void SetUp(int index) => SetFlags(index, IFF_UP);

    public static void SetNoArp(int index) => SetFlags(index, IFF_NOARP);

    public static void SetMtu(int index, int mtu) => Change(
        new NetlinkRequest(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK).Fixed(new ifinfomsg { ifi_index = index }).Attribute(IFLA_MTU, (uint)mtu),
        $"cannot set the MTU of interface {index} to {mtu}");

    public static void AddAddress(int index, Ipv4Network address) => Change(
        new NetlinkRequest(RTM_NEWADDR, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE)
            .Fixed(new ifaddrmsg { ifa_family = Libc.AF_INET, ifa_prefixlen = (byte)address.PrefixLength, ifa_index = (uint)index })
            .BigEndian(IFA_LOCAL, address.Address.Value)
            .BigEndian(IFA_ADDRESS, address.Address.Value),
        $"cannot add the address {address} to interface {index}", Libc.EEXIST);

    private static void SetFlags(int index, uint flags) => Change(
        new NetlinkRequest(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_ACK).Fixed(new ifinfomsg { ifi_index = index, ifi_flags = flags, ifi_change = flags }),
        $"cannot change interface {index}");

    private static List<InterfaceFacts> Links()
    {
        var links = new List<InterfaceFacts>();
        Exchange(new NetlinkRequest(RTM_GETLINK, NLM_F_REQUEST | NLM_F_DUMP).Fixed(default(ifinfomsg)), (type, payload) =>
        {
            if (type == RTM_NEWLINK && ReadLink(payload) is { } link)
            {
                links.Add(link);
            }
        });
        return links;
    }

    internal static InterfaceFacts? ReadLink(ReadOnlySpan<byte> payload)
    {
        if (!MemoryMarshal.TryRead<ifinfomsg>(payload, out var info))
        {
            return null;
        }

        var (name, mtu, mac) = ("", 0, MacAddress.Zero);
        var attributes = new NetlinkReader(payload[sizeof(ifinfomsg)..]);
        while (attributes.NextAttribute())
        {
            switch (attributes.Type)
            {
                case IFLA_IFNAME:
                    name = Encoding.UTF8.GetString(attributes.Payload).TrimEnd('\0');
                    break;
                case IFLA_MTU when attributes.Payload.Length >= 4:
                    mtu = BitConverter.ToInt32(attributes.Payload);
                    break;
                case IFLA_ADDRESS when attributes.Payload.Length == MacAddress.Size:
                    mac = MacAddress.Read(attributes.Payload);
                    break;
            }
        }

        return new InterfaceFacts(info.ifi_index, name, mac, mtu, (info.ifi_flags & IFF_UP) != 0, (info.ifi_flags & IFF_RUNNING) != 0, [], null);
    }

    private static ImmutableArray<Ipv4Network> AddressesOf(int index)
    {
        var addresses = ImmutableArray.CreateBuilder<Ipv4Network>();
        Exchange(new NetlinkRequest(RTM_GETADDR, NLM_F_REQUEST | NLM_F_DUMP).Fixed(new ifaddrmsg { ifa_family = Libc.AF_INET }), (type, payload) =>
        {
            if (type != RTM_NEWADDR || !MemoryMarshal.TryRead<ifaddrmsg>(payload, out var info) || info.ifa_index != index)
            {
                return;
            }

            var attributes = new NetlinkReader(payload[sizeof(ifaddrmsg)..]);
            while (attributes.NextAttribute())
            {
                if (attributes.Type == IFA_LOCAL && attributes.Payload.Length == Ipv4Address.Size)
                {
                    addresses.Add(new Ipv4Network(Ipv4Address.Read(attributes.Payload), Math.Min(info.ifa_prefixlen, (byte)32)));
                }
            }
        });
        return addresses.ToImmutable();
    }

    private static Ipv4Address? GatewayOf(int index)
    {
        Ipv4Address? best = null;
        var bestMetric = uint.MaxValue;
        Exchange(new NetlinkRequest(RTM_GETROUTE, NLM_F_REQUEST | NLM_F_DUMP).Fixed(new rtmsg { rtm_family = Libc.AF_INET }), (type, payload) =>
        {
            if (type != RTM_NEWROUTE || !MemoryMarshal.TryRead<rtmsg>(payload, out var route) || route.rtm_dst_len != 0)
            {
                return;
            }

            var (outgoing, metric) = (0, 0u);
            Ipv4Address? gateway = null;
            var attributes = new NetlinkReader(payload[sizeof(rtmsg)..]);
            while (attributes.NextAttribute())
            {
                switch (attributes.Type)
                {
                    case RTA_DST:
                        return;
                    case RTA_OIF when attributes.Payload.Length == 4:
                        outgoing = BitConverter.ToInt32(attributes.Payload);
                        break;
                    case RTA_PRIORITY when attributes.Payload.Length == 4:
                        metric = BitConverter.ToUInt32(attributes.Payload);
                        break;
                    case RTA_GATEWAY when attributes.Payload.Length == Ipv4Address.Size:
                        gateway = Ipv4Address.Read(attributes.Payload);
                        break;
                }
            }

            if (outgoing == index && gateway is not null && (best is null || metric < bestMetric))
            {
                (best, bestMetric) = (gateway, metric);
            }
        });
        return best;
    }

    private static void Change(NetlinkRequest request, string failure, int ignored = 0)
    {
        var errno = Exchange(request, static (_, _) => { });
        if (errno != 0 && errno != ignored)
        {
            throw new NetlinkException(failure, errno);
        }
    }

    /// <returns>0, or the errno of the kernel's refusal.</returns>
    private static int Exchange(NetlinkRequest request, OnMessage onMessage)
    {
        var fd = Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, Libc.NETLINK_ROUTE);
        if (fd < 0)
        {
            throw new NetlinkException("cannot open a netlink socket", Marshal.GetLastPInvokeError());
        }

        try
        {
            fixed (byte* p = request.ToBytes())
            {
                if (Libc.send(fd, p, (nuint)request.ToBytes().Length, 0) < 0)
                {
                    throw new NetlinkException("cannot ask the kernel by netlink", Marshal.GetLastPInvokeError());
                }
            }

            var buffer = new byte[64 * 1024];
            while (true)
            {
                nint length;
                fixed (byte* p = buffer)
                {
                    length = Libc.recv(fd, p, (nuint)buffer.Length, 0);
                }

                if (length <= 0)
                {
                    throw new NetlinkException("no answer from the kernel by netlink", Marshal.GetLastPInvokeError());
                }

                var messages = new NetlinkReader(buffer.AsSpan(0, (int)length));
                while (messages.NextMessage())
                {
                    switch (messages.Type)
                    {
                        case NLMSG_DONE:
                            return 0;
                        case NLMSG_ERROR:
                            return messages.Payload.Length >= 4 ? -BitConverter.ToInt32(messages.Payload) : 0;
                        default:
                            onMessage(messages.Type, messages.Payload);
                            break;
                    }
                }
            }
        }
        finally
        {
            _ = Libc.close(fd);
        }
    }
}
