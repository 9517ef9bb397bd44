using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/*
 * The C# side of bpf/abi.h: the same names in C#'s spelling, the same sizes and offsets. A test lets clang prove it.
 * Addresses are in network order there; BigEndian32 keeps them apart from numbers here.
 */

/// <summary>An IPv4 address as the data plane holds it, in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BigEndian32(uint Raw)
{
    public static implicit operator BigEndian32(Ipv4Address address) =>
        new(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(address.Value) : address.Value);

    public static implicit operator Ipv4Address(BigEndian32 value) =>
        new(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value.Raw) : value.Raw);
}

[InlineArray(MacAddress.Size)]
internal struct MacBytes
{
    private byte _first;

    public static implicit operator MacBytes(MacAddress mac)
    {
        MacBytes bytes = default;
        mac.Write(bytes);
        return bytes;
    }

    public static implicit operator MacAddress(MacBytes bytes) => MacAddress.Read(bytes);
}

[InlineArray(8)]
internal struct EtherTypeArray
{
    private ushort _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ClaimKey
{
    public MacBytes Mac;
    public ushort Vlan;
    public BigEndian32 Claimed;
}

[Flags]
internal enum BindingFlags : uint
{
    None = 0,
    Active = 1,
    Inbound = 2,
    Learn = 4,
    Local = 8,
    Held = 16,
    Appear = 32,
}

[StructLayout(LayoutKind.Sequential)]
internal struct BindingSlot
{
    public BigEndian32 Claimed;
    public BigEndian32 Legal;
    public BigEndian32 Shared;
    public BigEndian32 Gateway;
    public BindingFlags Flags;
    public uint Share;
    public uint Generation;
    public uint Profile;
    public uint Meter;
    public MacBytes Mac;
    public ushort Vlan;

    /// <summary>The slot of a binding.</summary>
    /// <param name="generation">Mappings of earlier generations of the slot are over.</param>
    public static BindingSlot Of(Binding binding, uint generation) => new()
    {
        Claimed = binding.Claim.Address,
        Legal = binding.Legal,
        Shared = binding.Shared,
        Share = binding.Share,
        Generation = generation,
        Gateway = binding.Gateway,
        Profile = binding.Policy.Profile,
        Meter = binding.Meter,
        Flags = BindingFlags.Active | (binding.Policy.IsHeld ? BindingFlags.Held : binding.Policy.Inbound ? BindingFlags.Inbound : 0)
            | (binding.GatewayProven ? 0 : BindingFlags.Learn) | (binding.IsLocal ? BindingFlags.Local : 0)
            | (binding.Policy.AppearsLocal ? BindingFlags.Appear : 0),
        Mac = binding.Claim.Station.Mac,
        Vlan = binding.Claim.Station.Vlan,
    };
}

[StructLayout(LayoutKind.Sequential)]
internal struct Traffic
{
    public ulong OutPackets;
    public ulong OutBytes;
    public ulong InPackets;
    public ulong InBytes;
    public ulong LastOut;
    public ulong FirstIn;

    /// <summary>How long ago the device sent its last packet.</summary>
    /// <param name="now">The monotonic clock.</param>
    /// <returns><see cref="TimeSpan.MaxValue"/>: it has sent none.</returns>
    public readonly TimeSpan IdleFor(TimeSpan now) => LastOut == 0 ? TimeSpan.MaxValue : now - TimeSpan.FromTicks((long)(LastOut / 100));

    /// <summary>Packets and octets of all CPUs, and when last (CLOCK_MONOTONIC).</summary>
    public static Traffic Sum(PerCpuArray<Traffic> map, uint number)
    {
        Traffic sum = default;
        Span<Traffic> values = stackalloc Traffic[PerCpuArray<Traffic>.Cpus];
        values.Clear();
        map.Read(number, values);
        foreach (var cpu in values)
        {
            sum.OutPackets += cpu.OutPackets;
            sum.OutBytes += cpu.OutBytes;
            sum.InPackets += cpu.InPackets;
            sum.InBytes += cpu.InBytes;
            sum.LastOut = Math.Max(sum.LastOut, cpu.LastOut);
        }

        return sum;
    }

    /// <inheritdoc cref="IBindingActivity.IsConfirmed"/>
    public static bool IsConfirmed(ReadOnlySpan<Traffic> perCpu)
    {
        ulong firstIn = ulong.MaxValue, lastOut = 0;
        foreach (var cpu in perCpu)
        {
            firstIn = cpu.InPackets > 0 ? Math.Min(firstIn, cpu.FirstIn) : firstIn;
            lastOut = cpu.OutPackets > 0 ? Math.Max(lastOut, cpu.LastOut) : lastOut;
        }

        return lastOut > firstIn;
    }
}

[Flags]
internal enum ConfigFlags : uint
{
    None = 0,
    PrivateDns = 2,
    OneArm = 4,
    Passive = 8,
    ClampMss = 16,
    RefuseIpv6 = 32,
    CarryIpv6 = 64,
}

/// <summary>A service of the gateway itself; ports in network order. Port 0 = none.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Service
{
    public BigEndian16 Port;
    public BigEndian16 Local;
    public ushort Protocol;
    public ServiceFlags Flags;
}

/// <summary>The sign of life of the DNS service, and the resolver that takes devices' queries while it is away.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DnsWatch
{
    /// <summary>CLOCK_MONOTONIC, ns; 0: away.</summary>
    public ulong Until;

    /// <summary>0: none.</summary>
    public BigEndian32 Fallback;
    public BigEndian16 Port;
    public ushort Reserved;
}

/// <summary>A query that went to the fallback resolver.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DnsDetour
{
    public BigEndian32 Asked;
    public BigEndian16 Port;
    public BigEndian16 Id;
}

[InlineArray(Length)]
internal struct DnsDetourArray
{
    /// <summary>DNS_DETOURS.</summary>
    public const int Length = 16;
    private DnsDetour _first;
}

/// <summary>The latest detoured queries of one binding.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DnsDetours
{
    public ulong Time;
    public BigEndian32 Fallback;
    public BigEndian32 Asked;
    public DnsDetourArray Recent;
}

/// <summary>The destinations and devices that a service answers; without a flag: any address, any device.</summary>
[Flags]
internal enum ServiceFlags : ushort
{
    None = 0,

    /// <summary>At any address, for devices that are held.</summary>
    Held = 1,

    /// <summary>At the portal's address, for any device.</summary>
    Own = 2,

    /// <summary>By IPv6 too, at any address, for any device.</summary>
    Ipv6 = 4,
}

/// <summary>A number in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BigEndian16(ushort Raw)
{
    public static implicit operator BigEndian16(ushort value) => new(BinaryPrimitives.ReverseEndianness(value));

    public static implicit operator ushort(BigEndian16 value) => BinaryPrimitives.ReverseEndianness(value.Raw);
}

[InlineArray(Length)]
internal struct ServiceArray
{
    public const int Length = 4;
    private Service _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct DataPlaneConfig
{
    public uint AccessIfindex;
    public uint EdgeIfindex;
    public uint StackIfindex;
    public ConfigFlags Flags;
    public uint AccessMtu;
    public BigEndian32 NextHop;
    public BigEndian32 InsideNetwork;
    public BigEndian32 InsideMask;
    public uint LegalFirst;
    public uint LegalLast;
    public EtherTypeArray PassEthertypes;
    public MacBytes AccessMac;
    public MacBytes EdgeMac;
    public MacBytes StackMac;
    public MacBytes RouterMac;
    public ServiceArray Services;
    public UplinkArray Uplinks;
    public WatchedArray Watched;
    public BigEndian32 DhcpServer;
    public BigEndian32 Portal;
    public NaptSettings Napt;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ContactKey
{
    public uint Binding;
    public BigEndian32 Remote;
    public ushort Protocol;
    public BigEndian16 Port;
    public uint Generation;
}

[StructLayout(LayoutKind.Sequential)]
internal struct GardenKey
{
    public uint Binding;
    public BigEndian32 Remote;
    public uint Generation;
}

/// <summary>One arm: the kind of a station on the LAN.</summary>
internal enum StationKind : uint
{
    /// <summary>A host of the LAN that forwards others' packets: its frames are left alone.</summary>
    Regular = 1,

    /// <summary>It claims the router's address or the gateway's own: its frames to the gateway are dropped.</summary>
    Impostor = 2,
}

[StructLayout(LayoutKind.Sequential)]
internal struct StationKey
{
    public MacBytes Mac;
    public ushort Vlan;
}

[StructLayout(LayoutKind.Sequential)]
internal struct StationDropKey
{
    public StationKey Station;
    public DropReason Reason;
}

/// <summary>The drops of packets of a station, or for it, for one reason.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct StationDropSlot
{
    public ulong Since;
    public ulong Last;
    public ulong Count;
    public BigEndian32 Destination;
    public BigEndian16 Type;
    public ushort Reserved;
}

/// <summary>The station whose dropped frames are copied.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct CaptureTarget
{
    public MacBytes Mac;
    public ushort IsOn;
}

/// <summary>A copy of a dropped frame, which follows it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DropCopy
{
    /// <summary>CLOCK_MONOTONIC, ns.</summary>
    public ulong Time;
    public DropReason Reason;
    public uint Ifindex;
    public uint Length;
    public uint Captured;

    /// <summary>The tag's control information (priority and VLAN); 0: no tag.</summary>
    public ushort Vlan;
    public ushort Reserved;
    public uint Filler;
}

internal enum PuntReason : uint
{
    ArpAccess = 1,
    ArpUplink = 2,
    NewSource = 3,
    Learn = 4,
    Answered = 5,
    PrivateDns = 6,
    PrivateDnsAnswer = 7,
    PrivateDnsSilent = 8,
    Refused = 9,
    Fragment = 10,
    FragmentFirst = 11,
    Ports = 12,
    ArpLan = 13,
    Peer = 14,
    Dhcp = 15,
    Denied = 16,
    DhcpServer = 17,
    OwnMac = 20,
    Stray = 21,
    Neighbor = 22,
    NoIpv6 = 23,
    NewSource6 = 24,
    HopLimit = 25,
    TooLong = 26,
    Router = 27,
    Legal6 = 28,
    Dhcp6 = 29,
}

[StructLayout(LayoutKind.Sequential)]
internal struct Punt
{
    public ulong Time;
    public PuntReason Reason;
    public uint Length;
    public uint Captured;
    public ushort Vlan;
    public ushort Reserved;
    public uint Binding;
    public uint Filler;
}

/// <summary>Frozen: the numbers are in the data plane's map, the names in <c>status --json</c>.</summary>
internal enum DropReason : uint
{
    None = 0,
    Malformed = 1,
    BadSourceMac = 2,
    NotForUs = 3,
    Broadcast = 4,
    Vlan = 5,
    Ipv6 = 6,
    Ethertype = 7,
    BogusSource = 8,
    BogusDestination = 9,
    GatewayService = 10,
    PuntLimit = 11,
    PuntFull = 12,
    PuntTooLong = 13,
    IcmpQuote = 14,
    Isolated = 15,
    InboundRefused = 16,
    NoRoute = 17,
    NoBinding = 18,
    StackOther = 19,
    SpoofedInside = 20,
    Failed = 21,
    NoMapping = 22,
    PortLimit = 23,
    MappingRate = 24,
    PortsExhausted = 25,
    MappingsFull = 26,
    RemoteTaken = 27,
    Unmappable = 28,
    FragmentLimit = 29,
    NoLegal = 30,
    Impostor = 31,
    Denied = 32,
    Held = 33,
    Blocked = 34,
    Rate = 35,
    NoGateway = 36,
    WrongUplink = 37,
    DhcpServer = 38,
    SlowPath = 39,
    OwnSource = 40,
    SourceRoute = 41,
    Redirect = 42,
    IcmpMtu = 43,
    Appearance = 44,
    NoIpv6 = 45,
    HopLimit = 46,
    TooLong = 47,
}
