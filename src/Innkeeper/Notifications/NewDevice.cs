using System.Text.Json.Serialization;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>
/// A new device, a few seconds after it came: the facts that it sent, and what the gateway gave it. Unknown
/// facts are null. Texts are as the device sent them: make them harmless before showing them.
/// </summary>
/// <param name="Time">When it came.</param>
/// <param name="Mac">Its hardware address.</param>
/// <param name="Vlan">0: untagged.</param>
/// <param name="State">Its admission.</param>
internal sealed record NewDevice(DateTimeOffset Time, MacAddress Mac, ushort Vlan, AdmissionState State)
{
    /// <summary>The vendor that the MAC prefix is assigned to.</summary>
    public string? Vendor { get; init; }

    /// <summary>The host name of DHCP option 12.</summary>
    public string? HostName { get; init; }

    /// <summary>Its own address, right or wrong.</summary>
    public Ipv4Address? Claimed { get; init; }

    /// <summary>The gateway that it uses.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>The DNS servers that it asks.</summary>
    public IReadOnlyList<Ipv4Address> DnsServers { get; init; } = [];

    /// <summary>Whether its settings come from DHCP; false: they were set by hand.</summary>
    public bool? UsesDhcp { get; init; }

    /// <summary>Its outside address.</summary>
    public Ipv4Address? Legal { get; init; }

    /// <summary>Whether it shares that address with others, and has some of its ports.</summary>
    public bool IsShared { get; init; }

    /// <summary>The settings that would suit the LAN.</summary>
    public LanSettings? Lan { get; init; }

    /// <summary>Its profile.</summary>
    public string Profile { get; init; } = "default";

    /// <summary>The reason of its admission state.</summary>
    public string? Reason { get; init; }

    /// <summary>It was admitted before, and its admission has ended.</summary>
    public bool IsBack { get; init; }

    /// <summary>Its profile is closed: it is held, and the administrator is not asked.</summary>
    public bool IsClosed { get; init; }

    /// <summary>Its guest lets it in by a code or by terms: the administrator is not asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsGuest { get; init; }

    /// <summary>The MAC is locally administered, as randomized ones of phones are: the device may have another one tomorrow.</summary>
    [JsonIgnore]
    public bool IsRandomised => Mac.IsLocallyAdministered;

    /// <summary>Whether the administrator is asked to approve it.</summary>
    [JsonIgnore]
    public bool IsWaiting => State is AdmissionState.New or AdmissionState.Held && !IsClosed && !IsGuest;
}

/// <summary>
/// The settings of a regular host of the LAN, in words: "137.118.199.50-137.118.199.99", "255.255.255.0". Unknown settings are null, and
/// absent in JSON.
/// </summary>
internal sealed record LanSettings(string? Address = null, string? Mask = null, string? Router = null, string? Dns = null);
