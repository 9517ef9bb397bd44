using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Innkeeper.DataPlane;

/*
 * The part of bpf/abi.h that speaks of uplinks and profiles.
 */

/// <summary>An uplink interface, with the gateway's own addresses on it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct UplinkSlot
{
    /// <summary>Maximum number.</summary>
    public const int Count = 4;

    /// <summary>0: none.</summary>
    public uint Ifindex;
    public uint Mtu;
    public BigEndian32 Address;
    public BigEndian32 Network;
    public BigEndian32 Mask;
    public MacBytes Mac;
    public ushort Reserved;
}

[InlineArray(UplinkSlot.Count)]
internal struct UplinkArray
{
    private UplinkSlot _first;
}

[InlineArray(Length)]
internal struct WatchedArray
{
    /// <summary>GATEWAYS.</summary>
    public const int Length = 8;
    private BigEndian32 _first;
}

[Flags]
internal enum ProfileFlags : uint
{
    None = 0,
    Isolate = 1,
    DenyUplinks = 2,
    Destinations = 4,
    NoGateway = 8,
}

/// <summary>Octets by time: nanoseconds for 1024 octets (0: no limit), and the burst.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Rate
{
    public ulong Interval;
    public ulong Burst;
}

[StructLayout(LayoutKind.Sequential)]
internal struct ProfileSlot
{
    /// <summary>Maximum number.</summary>
    public const int Count = 64;

    public Rate Out;
    public Rate In;
    public ulong Id;
    public ProfileFlags Flags;
    public uint Uplink;
    public uint Gateway;
    public BigEndian32 NextHop;
}

[StructLayout(LayoutKind.Sequential)]
internal struct Meter
{
    public ulong Out;
    public ulong In;
}

[StructLayout(LayoutKind.Sequential)]
internal struct DestinationKey
{
    /// <summary>The profile's bits; all of them apply.</summary>
    public const uint ProfileBits = 32;

    public uint Prefix;
    public uint Profile;
    public BigEndian32 Network;
}

/// <summary>A remote host that a device with an outside address of its own has sent to.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RecentRemote
{
    public ulong Time;
    public uint Binding;
    public uint Generation;
    public BigEndian32 Remote;
    public uint Protocol;
}

/// <summary>A part of the pool.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PoolKey
{
    public uint Prefix;
    public BigEndian32 Network;
}

internal enum Destination : uint
{
    Denied = 1,
    Allowed = 2,
}
