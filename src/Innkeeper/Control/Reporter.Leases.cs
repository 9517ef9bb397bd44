using Innkeeper.Dhcp;
using Innkeeper.ControlPlane;

namespace Innkeeper.Control;

/// <content>Leases.</content>
internal sealed partial class Reporter
{
    /// <summary>Null: no DHCP is served.</summary>
    public DhcpServer? Dhcp { get; init; }

    public LeasesReport Leases() => new(Schema, [.. (Dhcp?.Leases.Leases ?? []).OrderBy(l => l.Address).Select(LeaseOf)]);

    private static LeaseReport LeaseOf(Lease lease) => new(
        lease.Address.ToString(), lease.State.ToString().ToLowerInvariant(), lease.Key.Station.Mac.ToString(), lease.Key.Station.Vlan, lease.Key.Client.Hex,
        lease.Granted, lease.Expires, lease.State != LeaseState.Offered && lease.IsDurable, TextOf(lease.Facts.HostName), TextOf(lease.Facts.VendorClass));

    private static string? TextOf(GuestText text) => text.IsEmpty ? null : text.ToString();

    private static DhcpReport DhcpOf(DhcpServer dhcp) => new(
        dhcp.Settings.Server.ToString(), $"{dhcp.Settings.Network.NetworkId}/{dhcp.Settings.Network.PrefixLength}", dhcp.Settings.LeasesLegal ? "legal" : "private",
        dhcp.Leases.Capacity, dhcp.Leases.Active, dhcp.Leases.Offered, dhcp.Leases.Quarantined);
}
