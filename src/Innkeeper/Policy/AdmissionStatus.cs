namespace Innkeeper.Policy;

/// <summary>Whether a device may use the network. The numbers stand in the database: append only.</summary>
internal enum AdmissionState
{
    /// <summary>Nobody has decided yet; it is treated as held.</summary>
    New = 0,

    /// <summary>It waits for the administrator: ARP, DHCP, DNS and the portal's page answer, nothing else.</summary>
    Held = 1,

    /// <summary>It is let through as its profile says.</summary>
    Admitted = 2,

    /// <summary>Nothing of it is answered or let through.</summary>
    Blocked = 3,
}

/// <summary>What brought a device where it stands. The numbers stand in the database: append only.</summary>
internal enum DecisionSource
{
    /// <summary>Its profile; another profile may decide otherwise.</summary>
    Policy = 0,

    /// <summary>The administrator; only he changes it, or time.</summary>
    Administrator = 1,

    /// <summary>Its admission came to its end; only the administrator admits it anew.</summary>
    Time = 2,
}

/// <summary>Where a device stands, and how it came to that.</summary>
/// <param name="Reason">Why, in words for the administrator.</param>
/// <param name="By">Who decided: "profile guests", "administrator root".</param>
/// <param name="Since">When.</param>
/// <param name="Until">When an admission ends; null: it does not.</param>
internal sealed record AdmissionStatus(
    AdmissionState State, string Reason, string By, DateTimeOffset Since, DateTimeOffset? Until = null, DecisionSource Origin = DecisionSource.Policy);
