namespace Innkeeper.Lab;

/// <summary>A device's settings, beyond its name and address.</summary>
internal sealed record DeviceSettings
{
    public static DeviceSettings Default { get; } = new();

    /// <summary>Chosen by the lab when null.</summary>
    public string? Mac { get; init; }

    /// <summary>The default route says "onlink": the gateway need not be in the device's subnet.</summary>
    public bool OnLink { get; init; }

    /// <summary>Further addresses with their prefix lengths.</summary>
    public IReadOnlyList<string> ExtraAddresses { get; init; } = [];

    /// <summary>The VLAN its hub port tags with.</summary>
    public int? Vlan { get; init; }

    /// <summary>Its hub port reaches the gateway's port alone.</summary>
    public bool Isolated { get; init; }

    /// <summary>It answers no ARP request.</summary>
    public bool DeafToArp { get; init; }
}
