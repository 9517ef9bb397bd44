using Innkeeper.Clocks;
using Innkeeper.Dhcp;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Leases.</summary>
/// <param name="leases">Null: no DHCP is served.</param>
internal sealed class LeaseQueries(LeaseDatabase? leases, TimeProvider clock) : ILeaseQueries
{
    private const int Schema = 1;

    public Result<LeasesReport> List(Actor actor, string? device = null)
    {
        MacAddress mac = default;
        return actor.Lacks(Permission.Viewer) is { } refusal ? refusal
            : device is not null && !MacText.TryParse(device, out mac) ? new Invalid("device", device, "the MAC of one device")
            : new LeasesReport(Schema, [.. (leases?.Leases ?? []).Where(l => device is null || l.Key.Station.Mac == mac).OrderBy(l => l.Address).Select(LeaseOf)]);
    }

    private LeaseReport LeaseOf(Lease lease) => new(
        lease.Address.ToString(), lease.State.ToString().ToLowerInvariant(), lease.Key.Station.Mac.ToString(), lease.Key.Station.Vlan, lease.Key.Client.Hex,
        clock.ToWall(lease.Granted), clock.ToWall(lease.Expires), lease.State != LeaseState.Offered && lease.IsDurable, TextOf(lease.ClientInfo.HostName), TextOf(lease.ClientInfo.VendorClass));

    private static string? TextOf(GuestText text) => text.IsEmpty ? null : text.ToString();
}
