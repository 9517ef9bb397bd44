using Innkeeper.Dhcp;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Storage;

/// <summary>The leases in the database.</summary>
internal sealed class LeaseRepository(StateStore store, StateWriter writer) : ILeaseStore
{
    public IReadOnlyList<StoredLease> Load() => store.LoadLeases();

    public void Save(Lease lease, Action<bool>? done) => writer.SaveLease(
        new StoredLease(lease.Key, lease.Address, lease.Granted, lease.Expires, lease.State == LeaseState.Ended, lease.ClientInfo), lease.Row, done);

    public void Forget(Lease lease) => writer.Enqueue(new ForgetLease(lease.Key));
}
