using System.Text.Json.Serialization;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>
/// A device that was not known before, a few seconds after it came: what it says of itself, what it was given. What is not
/// known (yet) is null. Texts are as the device gave them: whoever shows them makes them harmless.
/// </summary>
/// <param name="Time">When it came.</param>
/// <param name="Mac">Its hardware address.</param>
/// <param name="Vlan">0: untagged.</param>
/// <param name="State">Where it stands.</param>
internal sealed record NewDevice(DateTimeOffset Time, MacAddress Mac, ushort Vlan, AdmissionState State)
{
    /// <summary>Whom the IEEE gave the MAC to.</summary>
    public string? Vendor { get; init; }

    /// <summary>As DHCP option 12 has it.</summary>
    public string? HostName { get; init; }

    /// <summary>The address that it uses, right or wrong.</summary>
    public Ipv4Address? Claimed { get; init; }

    /// <summary>The gateway that it believes in.</summary>
    public Ipv4Address? Gateway { get; init; }

    /// <summary>The DNS servers that it asks.</summary>
    public IReadOnlyList<Ipv4Address> DnsServers { get; init; } = [];

    /// <summary>Whether its settings come from DHCP; false: they were set by hand.</summary>
    public bool? UsesDhcp { get; init; }

    /// <summary>What it is outside.</summary>
    public Ipv4Address? Legal { get; init; }

    /// <summary>Whether others have that address too, and it some of its ports.</summary>
    public bool IsShared { get; init; }

    /// <summary>What it would have to be set to, to belong on the LAN.</summary>
    public LanSettings? Lan { get; init; }

    /// <summary>The profile that it is in.</summary>
    public string Profile { get; init; } = "default";

    /// <summary>Why it stands where it stands.</summary>
    public string? Reason { get; init; }

    /// <summary>The MAC is locally administered, as those that phones make up: perhaps another one tomorrow.</summary>
    [JsonIgnore]
    public bool IsRandomised => Mac.IsLocallyAdministered;

    /// <summary>Whether the administrator is asked to let it in.</summary>
    [JsonIgnore]
    public bool IsWaiting => State is AdmissionState.New or AdmissionState.Held;
}

/// <summary>The settings of a regular host of the LAN, in words: "137.118.199.50-137.118.199.99", "255.255.255.0". What is not known is null, and absent in JSON.</summary>
internal sealed record LanSettings(string? Address = null, string? Mask = null, string? Router = null, string? Dns = null);
