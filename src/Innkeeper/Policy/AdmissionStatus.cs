namespace Innkeeper.Policy;

/// <summary>Whether a device may use the network. The database holds the numbers: append only.</summary>
internal enum AdmissionState
{
    /// <summary>Not decided yet; the device is treated as held.</summary>
    New = 0,

    /// <summary>The device waits for the administrator: it gets answers to ARP, DHCP, DNS and the portal's page, nothing more.</summary>
    Held = 1,

    /// <summary>The device's packets are forwarded as its profile allows.</summary>
    Admitted = 2,

    /// <summary>All its packets are dropped and none is answered.</summary>
    Blocked = 3,
}

/// <summary>The origin of a decision about a device. The database holds the numbers: append only.</summary>
internal enum DecisionSource
{
    /// <summary>The device's profile; another profile may decide otherwise.</summary>
    Policy = 0,

    /// <summary>The administrator; only the administrator or time changes it.</summary>
    Administrator = 1,

    /// <summary>The admission has ended; the administrator admits the device again, or its profile lets it in again.</summary>
    Time = 2,

    /// <summary>The guest, by a way in that the owner offers; the administrator or the end of that way's validity changes it.</summary>
    Guest = 3,
}

/// <summary>A device's admission, and how it was decided.</summary>
/// <param name="Reason">Why, in words for the administrator.</param>
/// <param name="By">The deciding profile or user: "profile guests", "administrator root".</param>
/// <param name="Since">When.</param>
/// <param name="Until">When an admission ends; null: never.</param>
internal sealed record AdmissionStatus(
    AdmissionState State, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until = null, DecisionSource Origin = DecisionSource.Policy);
