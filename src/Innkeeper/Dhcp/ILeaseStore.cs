using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>A lease as it is on disk.</summary>
internal sealed record StoredLease(LeaseKey Key, Ipv4Address Address, DateTimeOffset Granted, DateTimeOffset Expires, bool IsReleased, DhcpClientInfo Facts);

/// <summary>Where leases outlive the process. Calls return at once.</summary>
internal interface ILeaseStore
{
    IReadOnlyList<StoredLease> Load();

    /// <summary>Writes a lease before all else that waits.</summary>
    /// <param name="done">Called once, from another thread, when it is on disk (true), or when that failed for now (false) and is tried on.</param>
    void Save(Lease lease, Action<bool>? done);

    void Forget(Lease lease);
}
