using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>
/// Chooses the frames of a <see cref="LinkTap"/> in the kernel, by a classic BPF program: frames of other devices cost no copy. It sees frames without
/// their VLAN tag, except those that leave by a card that cannot add the tag.
/// </summary>
internal sealed class TapFilter
{
    /// <summary>More addresses are not compared: jumps of classic BPF reach 255 steps.</summary>
    public const int MostAddresses = 32;

    private const ushort LoadWord = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort LoadHalf = 0x28; // BPF_LD | BPF_H | BPF_ABS
    private const ushort LoadByte = 0x30; // BPF_LD | BPF_B | BPF_ABS
    private const ushort JumpIfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort Return = 0x06; // BPF_RET | BPF_K
    private const uint PacketType = unchecked((uint)-0x1000 + 4); // SKF_AD_OFF + SKF_AD_PKTTYPE
    private const uint WholeFrame = 0x40000;

    private const int Next = -1;
    private const int Accept = -2;

    /// <summary>Code, constant, and where to go if the comparison is true or false: <see cref="Next"/>, <see cref="Accept"/> or a step's number.</summary>
    private readonly List<(ushort Code, uint Value, int IfTrue, int IfFalse)> _steps = [];

    private TapFilter()
    {
    }

    /// <summary>Every frame.</summary>
    public static TapFilter All()
    {
        var filter = new TapFilter();
        filter._steps.Add((Return, WholeFrame, Next, Next));
        return filter;
    }

    /// <summary>Frames from or to a station.</summary>
    public TapFilter Station(MacAddress mac) => Mac(6, mac).Mac(0, mac);

    /// <summary>DHCP messages about a station, which may be broadcast. The last condition: a frame that is too short to be one is rejected at once.</summary>
    public TapFilter Dhcp(MacAddress mac)
    {
        // 'chaddr' behind headers without options.
        var skip = _steps.Count + 8;
        Compare(LoadHalf, 12, EtherTypes.Ipv4, Next, skip);
        Compare(LoadByte, 23, IpProtocol.Udp, Next, skip);
        Compare(LoadWord, 70, (uint)(mac.Value >> 16), Next, skip);
        Compare(LoadHalf, 74, (ushort)mac.Value, Accept, skip);
        return this;
    }

    /// <summary>IPv4 packets from or to one of these addresses, and ARP about them.</summary>
    public TapFilter Addresses(IReadOnlyCollection<Ipv4Address> addresses)
    {
        var all = addresses.Take(MostAddresses).ToList();
        var (packet, arp) = (_steps.Count + 4, _steps.Count + 4 + (2 * (all.Count + 1)));
        var end = arp + (2 * (all.Count + 1));
        Compare(LoadHalf, 12, EtherTypes.Ipv4, packet, Next);
        Compare(LoadHalf, 12, EtherTypes.Arp, arp, end);
        foreach (var offset in (uint[])[26, 30, 28, 38])
        {
            _steps.Add((LoadWord, offset, Next, Next));
            _steps.AddRange(all.Select((a, i) => (JumpIfEqual, a.Value, Accept, i == all.Count - 1 && offset == 30 ? end : Next)));
        }

        return this;
    }

    /// <summary>IPv4 packets that leave, to any address.</summary>
    public TapFilter Leaving()
    {
        var end = _steps.Count + 4;
        Compare(LoadHalf, 12, EtherTypes.Ipv4, Next, end);
        Compare(LoadByte, PacketType, Libc.PACKET_OUTGOING, Accept, end);
        return this;
    }

    /// <summary>Frames to all stations or to a group.</summary>
    public TapFilter Groups()
    {
        Compare(LoadByte, PacketType, Libc.PACKET_BROADCAST, Accept, Next);
        Compare(LoadByte, PacketType, Libc.PACKET_MULTICAST, Accept, Next);
        return this;
    }

    /// <summary>UDP datagrams from a port, in packets without options. The last condition, as <see cref="Dhcp"/> is.</summary>
    public TapFilter UdpFrom(ushort port)
    {
        var end = _steps.Count + 6;
        Compare(LoadHalf, 12, EtherTypes.Ipv4, Next, end);
        Compare(LoadByte, 23, IpProtocol.Udp, Next, end);
        Compare(LoadHalf, 34, port, Accept, end);
        return this;
    }

    /// <summary>Frames of an EtherType.</summary>
    public TapFilter Type(ushort etherType)
    {
        Compare(LoadHalf, 12, etherType, Accept, Next);
        return this;
    }

    /// <summary>No frame yet: conditions are added, each of which lets frames in.</summary>
    public static TapFilter Any() => new();

    /// <summary>The kernel's program.</summary>
    internal Libc.sock_filter[] Compile()
    {
        var (reject, accept) = (_steps.Count, _steps.Count + 1);
        byte Distance(int target, int from) => (byte)((target == Accept ? accept : Math.Min(target, reject)) - from - 1);
        return
        [
            .. _steps.Select((s, i) => new Libc.sock_filter
            {
                code = s.Code,
                k = s.Value,
                jt = s.IfTrue == Next ? (byte)0 : Distance(s.IfTrue, i),
                jf = s.IfFalse == Next ? (byte)0 : Distance(s.IfFalse, i),
            }),
            new Libc.sock_filter { code = Return, k = 0 }, new Libc.sock_filter { code = Return, k = WholeFrame },
        ];
    }

    /// <summary>Gives a socket this filter, in place of another in one step.</summary>
    /// <exception cref="NetlinkException">Refused.</exception>
    internal unsafe void AttachTo(SafeHandle socket)
    {
        var program = Compile();
        fixed (Libc.sock_filter* steps = program)
        {
            var given = new Libc.sock_fprog { len = (ushort)program.Length, filter = steps };
            if (Libc.setsockopt(socket, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, &given, (uint)sizeof(Libc.sock_fprog)) < 0)
            {
                throw new NetlinkException("filter a packet socket's frames", Marshal.GetLastPInvokeError());
            }
        }
    }

    /// <summary>Frames with a MAC at an offset: 0 the destination, 6 the source.</summary>
    public TapFilter Mac(uint offset, MacAddress mac)
    {
        var end = _steps.Count + 4;
        Compare(LoadHalf, offset, (ushort)(mac.Value >> 32), Next, end);
        Compare(LoadWord, offset + 2, (uint)mac.Value, Accept, end);
        return this;
    }

    private void Compare(ushort load, uint offset, uint value, int ifTrue, int ifFalse)
    {
        _steps.Add((load, offset, Next, Next));
        _steps.Add((JumpIfEqual, value, ifTrue, ifFalse));
    }
}
