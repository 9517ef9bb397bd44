namespace Innkeeper.Links;

/// <summary>Constants of linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h, veth.h, pkt_sched.h and pkt_cls.h, under their native names.</summary>
internal static class Rtnetlink
{
    internal const int NETLINK_ROUTE = 0;
    internal const int SOL_NETLINK = 270;
    internal const int NETLINK_EXT_ACK = 11;

    internal const int NLMSG_HDRLEN = 16;
    internal const ushort NLMSG_ERROR = 2;
    internal const ushort NLMSG_DONE = 3;
    internal const ushort NLMSGERR_ATTR_MSG = 1;

    internal const ushort NLM_F_REQUEST = 0x1;
    internal const ushort NLM_F_ACK = 0x4;
    internal const ushort NLM_F_DUMP_INTR = 0x10;
    internal const ushort NLM_F_CAPPED = 0x100;
    internal const ushort NLM_F_ACK_TLVS = 0x200;
    internal const ushort NLM_F_DUMP = 0x300;
    internal const ushort NLM_F_REPLACE = 0x100;
    internal const ushort NLM_F_EXCL = 0x200;
    internal const ushort NLM_F_CREATE = 0x400;

    internal const int NLA_HDRLEN = 4;
    internal const ushort NLA_TYPE_MASK = 0x3FFF;

    internal const ushort RTM_NEWLINK = 16;
    internal const ushort RTM_DELLINK = 17;
    internal const ushort RTM_GETLINK = 18;
    internal const ushort RTM_NEWADDR = 20;
    internal const ushort RTM_DELADDR = 21;
    internal const ushort RTM_GETADDR = 22;
    internal const ushort RTM_NEWROUTE = 24;
    internal const ushort RTM_DELROUTE = 25;
    internal const ushort RTM_GETROUTE = 26;
    internal const ushort RTM_NEWNEIGH = 28;
    internal const ushort RTM_GETNEIGH = 30;
    internal const ushort RTM_NEWRULE = 32;
    internal const ushort RTM_DELRULE = 33;
    internal const ushort RTM_GETRULE = 34;
    internal const ushort RTM_NEWQDISC = 36;
    internal const ushort RTM_DELQDISC = 37;
    internal const ushort RTM_GETQDISC = 38;
    internal const ushort RTM_NEWTFILTER = 44;
    internal const ushort RTM_DELTFILTER = 45;
    internal const ushort RTM_GETTFILTER = 46;

    internal const int IfInfoMsgSize = 16;
    internal const int IfAddrMsgSize = 8;
    internal const int RtMsgSize = 12;
    internal const int RtNextHopSize = 8;

    internal const ushort IFLA_ADDRESS = 1;
    internal const ushort IFLA_IFNAME = 3;
    internal const ushort IFLA_MTU = 4;
    internal const ushort IFLA_LINK = 5;
    internal const ushort IFLA_MASTER = 10;
    internal const ushort IFLA_LINKINFO = 18;
    internal const ushort IFLA_XDP = 43;
    internal const ushort IFLA_XDP_ATTACHED = 2;
    internal const ushort IFLA_LINK_NETNSID = 37;
    internal const ushort IFLA_INFO_KIND = 1;
    internal const ushort IFLA_INFO_DATA = 2;
    internal const ushort VETH_INFO_PEER = 1;

    internal const uint IFF_UP = 0x1;
    internal const uint IFF_NOARP = 0x80;
    internal const uint IFF_LOWER_UP = 0x10000;

    /// <summary>IFNAMSIZ without the terminator.</summary>
    internal const int LongestName = 15;

    internal const ushort IFA_ADDRESS = 1;
    internal const ushort IFA_LOCAL = 2;
    internal const ushort IFA_FLAGS = 8;
    internal const uint IFA_F_NOPREFIXROUTE = 0x200;

    internal const ushort RTA_DST = 1;
    internal const ushort RTA_OIF = 4;
    internal const ushort RTA_GATEWAY = 5;
    internal const ushort RTA_PRIORITY = 6;
    internal const ushort RTA_PREFSRC = 7;
    internal const ushort RTA_METRICS = 8;
    internal const ushort RTA_MULTIPATH = 9;
    internal const ushort RTA_TABLE = 15;
    internal const ushort RTA_VIA = 18;
    internal const ushort RTAX_MTU = 2;
    internal const byte RTN_UNICAST = 1;
    internal const byte RTN_LOCAL = 2;
    internal const byte RTN_UNREACHABLE = 7;
    internal const byte RT_SCOPE_UNIVERSE = 0;
    internal const byte RT_SCOPE_LINK = 253;
    internal const byte RT_SCOPE_HOST = 254;
    internal const byte RT_SCOPE_NOWHERE = 255;

    /// <summary>LOOPBACK_IFINDEX.</summary>
    internal const uint LoopbackIndex = 1;
    internal const uint RTNH_F_ONLINK = 4;
    internal const uint RT_TABLE_MAIN = 254;
    internal const byte RTPROT_KERNEL = 2;

    /// <summary>struct ndmsg.</summary>
    internal const int NdMsgSize = 12;
    internal const ushort NDA_DST = 1;
    internal const ushort NDA_LLADDR = 2;
    internal const ushort NDA_PROTOCOL = 12;
    internal const ushort NUD_REACHABLE = 0x02;
    internal const ushort NUD_STALE = 0x04;
    internal const ushort NUD_DELAY = 0x08;
    internal const ushort NUD_PROBE = 0x10;
    internal const ushort NUD_PERMANENT = 0x80;

    internal const int FibRuleHeaderSize = 12;
    internal const byte FR_ACT_TO_TBL = 1;
    internal const byte FR_ACT_UNREACHABLE = 7;
    internal const ushort FRA_DST = 1;
    internal const ushort FRA_IIFNAME = 3;
    internal const ushort FRA_PRIORITY = 6;
    internal const ushort FRA_FWMARK = 10;
    internal const ushort FRA_TABLE = 15;
    internal const ushort FRA_FWMASK = 16;
    internal const ushort FRA_PROTOCOL = 21;

    internal const int TcMsgSize = 20;
    internal const ushort TCA_KIND = 1;
    internal const ushort TCA_OPTIONS = 2;
    internal const ushort TCA_BPF_FD = 6;
    internal const ushort TCA_BPF_NAME = 7;
    internal const ushort TCA_BPF_FLAGS = 8;
    internal const ushort TCA_BPF_ID = 11;
    internal const uint TCA_BPF_FLAG_ACT_DIRECT = 1;

    internal const uint TC_H_CLSACT = 0xFFFF_FFF1;

    /// <summary>TC_H_MAKE(TC_H_CLSACT, 0).</summary>
    internal const uint ClsactHandle = 0xFFFF_0000;

    /// <summary>TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS).</summary>
    internal const uint ClsactIngress = 0xFFFF_FFF2;

    /// <summary>TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS).</summary>
    internal const uint ClsactEgress = 0xFFFF_FFF3;

    /// <summary>ETH_P_ALL in network order, as a classifier's info carries it.</summary>
    internal const uint AnyProtocol = 0x0300;

    internal const uint RTMGRP_LINK = 0x1;
    internal const uint RTMGRP_IPV4_IFADDR = 0x10;
    internal const uint RTMGRP_IPV4_ROUTE = 0x40;
    internal const uint RTMGRP_TC = 0x8;

    /// <summary>RTNLGRP_IPV4_RULE (8) as a bit.</summary>
    internal const uint RTMGRP_IPV4_RULE = 0x80;

    /// <summary>RTNLGRP_IPV4_NETCONF (24) as a bit: forwarding and rp_filter of an interface changed.</summary>
    internal const uint Ipv4NetconfGroup = 0x80_0000;
}
