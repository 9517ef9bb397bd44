namespace Innkeeper.Management.Contracts;

/// <summary>The DHCP server.</summary>
/// <param name="Server">Its own address.</param>
/// <param name="Network">Where the addresses are that it leases.</param>
/// <param name="Addresses">"private" or "legal".</param>
/// <param name="Total">How many there are.</param>
/// <param name="Leased">How many devices have.</param>
/// <param name="Offered">How many were offered a moment ago.</param>
/// <param name="Quarantined">How many a client found in use by another.</param>
internal sealed record DhcpReport(string Server, string Network, string Addresses, int Total, int Leased, int Offered, int Quarantined);

/// <summary>An address that a device has or had.</summary>
/// <param name="State">"active"; "offered" for a moment; "ended": kept for its client's return.</param>
/// <param name="Client">Its identifier, in hexadecimal.</param>
/// <param name="Durable">Whether everything in the client's last ACK is on disk.</param>
/// <param name="HostName">The device's own host name, escaped; null: it sent none.</param>
/// <param name="VendorClass">As the device sent it, escaped; null: it sent none.</param>
internal sealed record LeaseReport(
    string Address, string State, string Mac, int Vlan, string Client, DateTimeOffset Granted, DateTimeOffset Expires, bool Durable, string? HostName = null, string? VendorClass = null);

/// <summary>All of them, by address; none where no DHCP is served.</summary>
internal sealed record LeasesReport(int Schema, IReadOnlyList<LeaseReport> Leases);
