using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>A machine that must be reachable although it never speaks first: a device that the file names. Immutable.</summary>
internal sealed record MachineConfig
{
    /// <summary>A label of the local zone: small letters, digits and '-'.</summary>
    public string Name { get; init; } = "";

    /// <summary>Null: whichever device has <see cref="Address"/> in the VLAN, or speaks there first.</summary>
    public MacAddress? Mac { get; init; }

    /// <summary>0: untagged. Null: not given, so untagged.</summary>
    public ushort? Vlan { get; init; }

    /// <summary>The machine's own address. Null: learned when it speaks.</summary>
    public Ipv4Address? Address { get; init; }

    /// <summary>The outside address that leads to it; null: any, as for other devices.</summary>
    public Ipv4Address? Outside { get; init; }

    /// <summary>The gateway that the machine is set to; null: not known, or none.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>As which address a host outside appears to the machine; null: as its profile says.</summary>
    public CallerAppearance? Appear { get; init; }

    /// <summary>The administrator's words; null: none.</summary>
    public string? Description { get; init; }
}
