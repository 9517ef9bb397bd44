using Innkeeper.Clocks;
using Innkeeper.Dhcp;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>Leases.</summary>
/// <param name="leases">Null: no DHCP is served.</param>
internal sealed class LeaseQueries(LeaseDatabase? leases, TimeProvider clock) : ILeaseQueries
{
    private const int Schema = 1;

    public Result<LeasesReport> List(Actor actor) => actor.Lacks(Permission.Viewer) is { } refusal
        ? refusal
        : new LeasesReport(Schema, [.. (leases?.Leases ?? []).OrderBy(l => l.Address).Select(LeaseOf)]);

    private LeaseReport LeaseOf(Lease lease) => new(
        lease.Address.ToString(), lease.State.ToString().ToLowerInvariant(), lease.Key.Station.Mac.ToString(), lease.Key.Station.Vlan, lease.Key.Client.Hex,
        clock.ToWall(lease.Granted), clock.ToWall(lease.Expires), lease.State != LeaseState.Offered && lease.IsDurable, TextOf(lease.ClientInfo.HostName), TextOf(lease.ClientInfo.VendorClass));

    private static string? TextOf(GuestText text) => text.IsEmpty ? null : text.ToString();
}
