using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>A lease as it is on disk.</summary>
internal sealed record StoredLease(LeaseKey Key, Ipv4Address Address, DateTimeOffset Granted, DateTimeOffset Expires, bool IsReleased, DhcpClientInfo ClientInfo);

/// <summary>The store of leases, which outlives the process. Calls return at once.</summary>
internal interface ILeaseStore
{
    IReadOnlyList<StoredLease> Load();

    /// <summary>Writes a lease before any other pending write.</summary>
    /// <param name="done">Called once, from another thread: true when the lease is on disk; false when writing failed for now and is retried.</param>
    void Save(Lease lease, Action<bool>? done);

    void Forget(Lease lease);
}
