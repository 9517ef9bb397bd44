using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.DataPlane.Tests.Abi;

/// <summary>The C library's, libbpf's and the kernel's structs and numbers are for each processor what C# takes them for: clang says so.</summary>
public sealed class NativeAbiTests
{
    private const string Headers = """
        #define _GNU_SOURCE
        #include <errno.h>
        #include <fcntl.h>
        #include <grp.h>
        #include <poll.h>
        #include <pwd.h>
        #include <signal.h>
        #include <stdarg.h>
        #include <stddef.h>
        #include <netinet/in.h>
        #include <net/if.h>
        #include <sys/auxv.h>
        #include <sys/epoll.h>
        #include <sys/eventfd.h>
        #include <sys/ioctl.h>
        #include <sys/mman.h>
        #include <sys/resource.h>
        #include <sys/socket.h>
        #include <sys/stat.h>
        #include <sys/statfs.h>
        #include <sys/time.h>
        #include <sys/timex.h>
        #include <time.h>
        #include <linux/bpf.h>
        #include <linux/filter.h>
        #include <linux/if_ether.h>
        #include <linux/if_packet.h>
        #include <linux/fib_rules.h>
        #include <linux/if_addr.h>
        #include <linux/if_link.h>
        #include <linux/if_packet.h>
        #include <linux/netlink.h>
        #include <linux/pkt_cls.h>
        #include <linux/pkt_sched.h>
        #include <linux/rtnetlink.h>
        #include <linux/sockios.h>
        #include <linux/veth.h>
        #include <bpf/bpf.h>
        #include <bpf/libbpf.h>
        struct cmsg_pktinfo { struct cmsghdr cmsg; struct in_pktinfo info; };
        struct control_message { struct cmsghdr cmsg; };
        #define cmsg_len cmsg.cmsg_len
        #define cmsg_level cmsg.cmsg_level
        #define cmsg_type cmsg.cmsg_type
        #define ipi_ifindex info.ipi_ifindex
        #define ipi_spec_dst info.ipi_spec_dst
        #define ipi_addr info.ipi_addr
        #define IFF_LOWER_UP 0x10000 /* linux/if.h, which net/if.h excludes */

        """;

    /// <summary>Those of which C# has the beginning alone.</summary>
    private static readonly Type[] s_heads = [typeof(Libbpf.bpf_prog_info_head), typeof(Libbpf.bpf_map_info_head)];

    private static readonly Dictionary<Type, string> s_names = new()
    {
        [typeof(Libc.IoVector)] = "struct iovec",
        [typeof(Libc.MessageHeader)] = "struct msghdr",
        [typeof(Libc.ControlMessage)] = "struct control_message",
        [typeof(Libc.PollFd)] = "struct pollfd",
        [typeof(Libc.MultiMessageHeader)] = "struct mmsghdr",
        [typeof(Libc.Statx)] = "struct statx",
        [typeof(Libc.Passwd)] = "struct passwd",
        [typeof(Libc.Group)] = "struct group",
        [typeof(Libc.sigset_t)] = "sigset_t",
        [typeof(Libc.Timespec)] = "struct timespec",
        [typeof(Libc.Timex)] = "struct timex",
        [typeof(Libbpf.bpf_prog_info_head)] = "struct bpf_prog_info",
        [typeof(Libbpf.bpf_map_info_head)] = "struct bpf_map_info",
    };

    private static readonly Dictionary<string, string> s_fields = new()
    {
        ["User"] = "stx_uid",
        ["Group"] = "stx_gid",
        ["Mode"] = "stx_mode",
        ["Inode"] = "stx_ino",
        ["BornSeconds"] = "stx_btime.tv_sec",
        ["BornNanoseconds"] = "stx_btime.tv_nsec",
        ["DeviceMajor"] = "stx_dev_major",
        ["DeviceMinor"] = "stx_dev_minor",
        ["bits"] = "__val",
    };

    /// <summary>Younger than the headers of Debian 12; numbers of linux/bpf.h are the same for every processor.</summary>
    private static readonly string[] s_younger = [nameof(Libbpf.BPF_TCX_INGRESS), nameof(Libbpf.BPF_TCX_EGRESS), nameof(Libbpf.BPF_F_BEFORE)];

    private const System.Reflection.BindingFlags Everything =
        System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic;

    [Theory]
    [InlineData("x86_64")]
    [InlineData("aarch64")]
    public void Structs_AreLaidOutAsInCSharp(string processor)
    {
        var c = new StringBuilder(Headers);
        foreach (var type in StructsOf(typeof(Libc)).Concat(StructsOf(typeof(Libbpf))))
        {
            var name = s_names.GetValueOrDefault(type, $"struct {type.Name}");
            foreach (var field in type.GetFields(Everything).Where(f => !f.IsStatic && !f.Name.Contains("padding", StringComparison.Ordinal)))
            {
                Assert(c, $"offsetof({name}, {s_fields.GetValueOrDefault(field.Name, field.Name)}) == {Marshal.OffsetOf(type, field.Name)}");
            }

            Assert(c, $"sizeof({name}) {(s_heads.Contains(type) ? ">=" : "==")} {Compiler.SizeOf(type)}");
        }

        // Packed on x86-64 alone, and C# has the other one.
        Assert(c, processor == "x86_64"
            ? $"sizeof(struct epoll_event) == {Libc.PackedEventSize} && offsetof(struct epoll_event, data) == {Libc.PackedDataOffset}"
            : $"sizeof(struct epoll_event) == {Compiler.SizeOf(typeof(Libc.epoll_event))} && offsetof(struct epoll_event, data) == {Marshal.OffsetOf<Libc.epoll_event>("data")}");
        Assert(c, $"CMSG_LEN(sizeof(struct in_pktinfo)) == {Libc.cmsg_pktinfo.Length} && CMSG_SPACE(sizeof(struct in_pktinfo)) == sizeof(struct cmsg_pktinfo)");
        AssertCompiles(processor, c.ToString());
    }

    /// <summary>Where the code writes or reads octets by their place.</summary>
    [Theory]
    [InlineData("x86_64")]
    [InlineData("aarch64")]
    public void Structs_WrittenByHand_AreAsWritten(string processor)
    {
        var c = new StringBuilder(Headers);
        Assert(c, "sizeof(struct sockaddr_nl) == 12 && offsetof(struct sockaddr_nl, nl_groups) == 8");
        Assert(c, "sizeof(struct sockaddr_ll) == 20 && offsetof(struct sockaddr_ll, sll_ifindex) == 4");
        Assert(c, "sizeof(struct packet_mreq) == 16 && offsetof(struct packet_mreq, mr_type) == 4 && offsetof(struct packet_mreq, mr_alen) == 6 && offsetof(struct packet_mreq, mr_address) == 8");
        Assert(c, "sizeof(struct sockaddr_in6) == 28 && offsetof(struct sockaddr_in6, sin6_addr) == 8 && offsetof(struct sockaddr_in6, sin6_scope_id) == 24");
        Assert(c, "offsetof(struct sockaddr_in, sin_port) == 2 && offsetof(struct sockaddr_in, sin_addr) == 4");
        Assert(c, "sizeof(struct timeval) == 16 && offsetof(struct timeval, tv_sec) == 0");
        Assert(c, "sizeof(struct ucred) == 12 && offsetof(struct ucred, uid) == 4");
        Assert(c, "sizeof(struct statfs) <= 256 && offsetof(struct statfs, f_type) == 0 && sizeof(((struct statfs *)0)->f_type) == 8");
        Assert(c, "sizeof(struct nlmsghdr) == 16 && offsetof(struct nlmsghdr, nlmsg_type) == 4 && offsetof(struct nlmsghdr, nlmsg_seq) == 8");
        Assert(c, $"sizeof(struct ifinfomsg) == {Rtnetlink.IfInfoMsgSize} && sizeof(struct ifaddrmsg) == {Rtnetlink.IfAddrMsgSize} && sizeof(struct rtmsg) == {Rtnetlink.RtMsgSize}");
        Assert(c, $"sizeof(struct rtnexthop) == {Rtnetlink.RtNextHopSize} && sizeof(struct fib_rule_hdr) == {Rtnetlink.FibRuleHeaderSize} && IFNAMSIZ == {Rtnetlink.LongestName + 1}");
        Assert(c, $"sizeof(struct tcmsg) == {Rtnetlink.TcMsgSize} && offsetof(struct tcmsg, tcm_ifindex) == 4 && offsetof(struct tcmsg, tcm_handle) == 8");
        Assert(c, "offsetof(struct tcmsg, tcm_parent) == 12 && offsetof(struct tcmsg, tcm_info) == 16");
        Assert(c, $"TC_H_MAKE(TC_H_CLSACT, 0) == {Rtnetlink.ClsactHandle}u && TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS) == {Rtnetlink.ClsactIngress}u");
        Assert(c, $"TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_EGRESS) == {Rtnetlink.ClsactEgress}u");

        // What a pointer is taken for: an array, or a struct that is too large for registers and so passed by its address.
        c.AppendLine("void print(va_list arguments) { _Static_assert(sizeof(arguments) == sizeof(void *) || sizeof(arguments) > 16, \"\"); }");
        AssertCompiles(processor, c.ToString());
    }

    [Theory]
    [InlineData("x86_64")]
    [InlineData("aarch64")]
    public void Numbers_AreTheSame(string processor)
    {
        var c = new StringBuilder(Headers);
        foreach (var type in (Type[])[typeof(Libc), typeof(Libbpf), typeof(Rtnetlink)])
        {
            var native = type.GetFields(Everything).Where(f => f.IsLiteral && !f.Name.Any(char.IsAsciiLetterLower));
            foreach (var constant in native.ExceptBy(s_younger, f => f.Name))
            {
                var number = $"__u{8 * Compiler.SizeOf(constant.FieldType)}";
                Assert(c, string.Create(CultureInfo.InvariantCulture, $"({number}){constant.Name} == ({number}){constant.GetRawConstantValue()}"));
            }
        }

        AssertCompiles(processor, c.ToString());
    }

    [Fact]
    public unsafe void EpollWait_ManyAreReady_GivesEachItsOwnData()
    {
        const int Many = 10;
        var epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        var ready = Enumerable.Range(0, Many).Select(_ => Libc.eventfd(1, Libc.EFD_CLOEXEC)).ToList();
        foreach (var fd in ready)
        {
            var wish = new Libc.epoll_event { events = Libc.EPOLLIN, data = long.MaxValue - fd };
            Xunit.Assert.Equal(0, Libc.epoll_ctl(epoll, Libc.EPOLL_CTL_ADD, fd, &wish));
        }

        var events = new Libc.epoll_event[Many];
        fixed (Libc.epoll_event* p = events)
        {
            Xunit.Assert.Equal(Many, Libc.epoll_wait(epoll, p, Many, 0));
        }

        Xunit.Assert.Equal(ready.Select(fd => long.MaxValue - fd).Order(), events.Select(e => e.data).Order());
        Xunit.Assert.All(events, e => Xunit.Assert.Equal(Libc.EPOLLIN, e.events));
        ready.Append(epoll).ToList().ForEach(fd => Libc.close(fd));
    }

    private static IEnumerable<Type> StructsOf(Type type) =>
        type.GetNestedTypes(Everything).Where(t => t.IsValueType && !t.IsEnum && t != typeof(Libc.epoll_event));

    private static void Assert(StringBuilder c, string truth) => c.AppendLine($"_Static_assert({truth}, \"\");");

    private static void AssertCompiles(string processor, string source)
    {
        var headers = processor == "x86_64" ? "/usr/include/x86_64-linux-gnu" : $"/usr/{processor}-linux-gnu/include";
        Xunit.Assert.SkipUnless(Directory.Exists(headers), $"the headers for {processor} are missing (scripts/prepare.sh test installs them)");
        var (code, text) = Compiler.Check(source, "-target", $"{processor}-linux-gnu", "-isystem", headers, "-w");
        Xunit.Assert.True(code == 0, text);
    }
}
