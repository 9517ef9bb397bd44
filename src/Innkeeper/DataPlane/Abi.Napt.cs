using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Innkeeper.DataPlane;

/*
 * The part of bpf/abi.h that speaks of shared addresses. Times are CLOCK_MONOTONIC in ns.
 */

/// <summary>The protocols that have ports, or identifiers in place of ports.</summary>
internal enum PortKind
{
    Tcp = 0,
    Udp = 1,
    Icmp = 2,
    None = 3,
}

internal enum MappingState : uint
{
    Udp = 0,
    Icmp = 1,
    Other = 2,
    InitOut = 3,
    InitIn = 4,
    Established = 5,
    FinOut = 6,
    FinIn = 7,
    Closing = 8,
    Transitory = 9,
    Multi = 10,
    Hold = 11,
}

[Flags]
internal enum MappingFlags : uint
{
    None = 0,
    Single = 1,
    Logged = 2,
    Static = 4,
}

[Flags]
internal enum SharedFlags : uint
{
    None = 0,
    Usable = 1,
    Host = 2,
}

[StructLayout(LayoutKind.Sequential)]
internal struct MappingKey
{
    public uint Side;
    public BigEndian32 Remote;
    public BigEndian16 Port;
    public byte Protocol;
    public byte Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal struct Mapping
{
    public ulong LastSeen;
    public ulong Since;
    public uint Binding;
    public uint Generation;
    public uint Share;
    public MappingState State;
    public BigEndian32 Remote;
    public BigEndian16 RemotePort;
    public BigEndian16 Port;
    public MappingFlags Flags;
    public uint Removing;
}

[StructLayout(LayoutKind.Sequential)]
internal struct MappingHint
{
    public ulong Refreshed;
    public uint Generation;
    public BigEndian16 Port;
    public ushort Removing;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ForwardedKey
{
    public uint Binding;
    public uint Generation;
    public BigEndian32 Remote;
    public BigEndian16 RemotePort;
    public BigEndian16 Port;
    public uint Protocol;
}

[StructLayout(LayoutKind.Sequential)]
internal struct Forwarded
{
    public ulong Time;
    public BigEndian16 Port;
    public ushort Reserved;
    public uint Filler;
}

[InlineArray(Length)]
internal struct BlockBits
{
    public const int Length = 16;
    private ulong _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct SharedAddressSlot
{
    /// <summary>Maximum number.</summary>
    public const int Count = 16;

    /// <summary>In <c>legals</c>: this and an index, not a binding's number.</summary>
    public const uint Marker = 0x80000000;

    public const int Blocks = 1024;

    public BigEndian32 Address;
    public SharedFlags Flags;
    public uint NextId;
    public ushort LowFirst;
    public ushort LowLast;
    public ushort First;
    public ushort Last;
    public uint BlockPorts;
    public uint Uplink;
    public uint Reserved;
    public BlockBits Free;

    public readonly PortLayout Layout => new(LowFirst, LowLast, First, Last, BlockPorts, false);
}

[InlineArray(Length)]
internal struct TakenBits
{
    public const int Length = 4 * 8;
    private ulong _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct PortBlock
{
    public ulong Since;
    public uint Owner;
    public uint Slot;
    public uint Logged;
    public uint Reserved;
    public TakenBits Taken;
}

[InlineArray(Length)]
internal struct CommonBits
{
    public const int Length = 4 * 16;
    private ulong _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct CommonPorts
{
    /// <summary>In the field owner of a <see cref="PortBlock"/>, in place of a share's number.</summary>
    public const uint Owner = 0xfffffffe;

    public CommonBits Open;
    public PerKind32 Free;
    public PerKind32 Counted;
    public uint Crowded;
    public uint Adopted;
}

[InlineArray(4)]
internal struct PerKind64
{
    private ulong _first;
}

[InlineArray(4)]
internal struct PerKind32
{
    private uint _first;
}

[InlineArray(Length)]
internal struct ShareBlocks
{
    public const int Length = 64;
    private uint _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct Share
{
    public ulong NextNew;
    public ulong NextFragment;
    public ulong Slots;
    public PerKind64 Open;
    public PerKind32 Used;
    public uint Address;
    public uint Reserved;
    public ShareBlocks Block;
}

[InlineArray(Length)]
internal struct Timeouts
{
    public const int Length = 12;
    private ulong _first;
}

[StructLayout(LayoutKind.Sequential)]
internal struct NaptSettings
{
    public Timeouts Timeout;
    public ulong NewInterval;
    public ulong NewBurst;
    public PerKind32 Limit;
}

[StructLayout(LayoutKind.Sequential)]
internal struct Sweep
{
    public uint Live;
    public uint Resting;
    public uint Blocks;
    public uint Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal struct FragmentKey
{
    public uint Side;
    public BigEndian32 Remote;
    public BigEndian16 Id;
    public byte Protocol;
    public byte Incoming;
}

[StructLayout(LayoutKind.Sequential)]
internal struct Fragment
{
    public ulong Time;
    public uint Binding;
    public BigEndian16 Id;
    public byte Known;
    public byte Reserved;
}

[StructLayout(LayoutKind.Sequential)]
internal struct PortsRecord
{
    public ulong Time;
    public BigEndian32 Address;
    public uint Share;
    public ushort First;
    public ushort Last;
    public byte Protocol;
    public byte Ended;
    public ushort Reserved;
}
