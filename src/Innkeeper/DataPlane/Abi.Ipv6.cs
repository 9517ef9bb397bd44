using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/* The C# side of bpf/ipv6_abi.h. */

/// <summary>An IPv6 address as the data plane holds it, in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct BigEndian128(ulong First, ulong Second)
{
    public static implicit operator BigEndian128(Ipv6Address address) =>
        new(BinaryPrimitives.ReverseEndianness((ulong)(address.Value >> 64)), BinaryPrimitives.ReverseEndianness((ulong)address.Value));

    public static implicit operator Ipv6Address(BigEndian128 value) =>
        new(new UInt128(BinaryPrimitives.ReverseEndianness(value.First), BinaryPrimitives.ReverseEndianness(value.Second)));
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Claim6Key
{
    public MacBytes Mac;
    public ushort Vlan;
    public BigEndian128 Claimed;
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Binding6Slot
{
    public BigEndian128 Claimed;

    /// <summary>All zero: there is no IPv6 outside for it now.</summary>
    public BigEndian128 Legal;
    public BigEndian128 Inside;
    public BindingFlags Flags;
    public uint Generation;
    public uint Profile;
    public uint Meter;
    public MacBytes Mac;
    public ushort Vlan;

    /// <summary>The slot of a binding.</summary>
    /// <param name="generation">Notes of the data plane about earlier generations of the slot are over.</param>
    public static Binding6Slot Of(Ipv6Binding binding, uint generation) => new()
    {
        Claimed = binding.Claim.Address,
        Legal = binding.Outside,
        Inside = InsideAddresses6.Of(binding.Number, binding.Claim.Address),
        Flags = BindingFlags.Active | (binding.Policy.IsHeld ? BindingFlags.Held : binding.Policy.Inbound ? BindingFlags.Inbound : 0),
        Generation = generation,
        Profile = binding.Policy.Profile,
        Meter = binding.Meter,
        Mac = binding.Claim.Station.Mac,
        Vlan = binding.Claim.Station.Vlan,
    };
}

[Flags]
internal enum Ipv6UplinkFlags : uint
{
    None = 0,

    /// <summary>There is IPv6 outside.</summary>
    Usable = 1,

    /// <summary>Hosts of the prefix are on the uplink's link.</summary>
    OnLink = 2,
}

/// <summary>IPv6 outside by one uplink.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Ipv6UplinkSlot
{
    public BigEndian128 Router;
    public BigEndian128 Prefix;
    public BigEndian128 Mask;
    public Ipv6UplinkFlags Flags;
    public uint Mtu;
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Contact6Key
{
    public BigEndian128 Remote;
    public uint Binding;
    public uint Generation;
    public uint Protocol;
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct Destination6Key
{
    /// <summary>The profile's 32 bits and the network's.</summary>
    public uint Prefix;
    public uint Profile;
    public BigEndian128 Network;
}
