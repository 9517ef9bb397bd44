using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>The DHCP leases, in use or over. A client is its identifier in hexadecimal; the names that clients chose are kept as octets.</summary>
internal sealed class LeasesTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE leases (
            mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
            vlan INTEGER NOT NULL CHECK (vlan BETWEEN 0 AND 65535),
            client TEXT NOT NULL,
            address BLOB NOT NULL CHECK (length(address) IN (4, 16)),
            granted INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            released INTEGER NOT NULL CHECK (released IN (0, 1)),
            host_name BLOB NOT NULL,
            vendor_class BLOB NOT NULL,
            PRIMARY KEY (mac, vlan, client)) STRICT, WITHOUT ROWID;

        """;

    private readonly Statement _save = new(connection, """
        INSERT INTO leases (mac, vlan, client, address, granted, expires, released, host_name, vendor_class)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO UPDATE SET address = excluded.address, granted = excluded.granted, expires = excluded.expires,
            released = excluded.released, host_name = excluded.host_name, vendor_class = excluded.vendor_class
        """);

    private readonly Statement _forget = new(connection, "DELETE FROM leases WHERE mac = $0 AND vlan = $1 AND client = $2");

    internal override IEnumerable<Statement> Statements => [_save, _forget];

    internal static WriteKey KeyOf(LeaseKey key) => new(WriteTable.Leases, key.Station.Mac.Value, key.Station.Vlan, Text: key.Client.Hex);

    internal ImmutableArray<StoredLease> Load() => Read("SELECT mac, vlan, client, address, granted, expires, released, host_name, vendor_class FROM leases", row =>
    {
        var client = new ClientId(row.GetString(2));
        return new StoredLease(
            new LeaseKey(new Station(row.Vlan(1), row.Mac(0)), client), row.Address(3), row.Time(4), row.Time(5), !row.IsZero(6),
            new DhcpClientInfo(new GuestText(row.Octets(7)), new GuestText(row.Octets(8)), client));
    });

    internal void Save(StoredLease lease, SqliteTransaction transaction)
    {
        var (vlan, mac) = lease.Key.Station;
        _save.Run(
            transaction, Statement.Of(mac), (long)vlan, lease.Key.Client.Hex, Statement.Of(lease.Address), Statement.Of(lease.Granted), Statement.Of(lease.Expires),
            Statement.Of(lease.IsReleased), lease.ClientInfo.HostName.Raw, lease.ClientInfo.VendorClass.Raw);
    }

    internal void Forget(LeaseKey key, SqliteTransaction transaction) => _forget.Run(transaction, Statement.Of(key.Station.Mac), (long)key.Station.Vlan, key.Client.Hex);
}

/// <summary>Saves a lease as given.</summary>
/// <param name="Row">Marked as stored when the lease is on disk.</param>
/// <param name="Done">Called once: with true when the lease is on disk, with false when writing failed for now. Not called when a later write replaces this one.</param>
internal sealed record SaveLease(StoredLease Lease, LeaseRow Row, Action<bool>? Done) : PendingWrite
{
    internal override WriteKey Key => LeasesTable.KeyOf(Lease.Key);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Leases.Save(Lease, transaction);
}

/// <summary>A lease ended and its client is not remembered.</summary>
internal sealed record ForgetLease(LeaseKey Lease) : PendingWrite
{
    internal override WriteKey Key => LeasesTable.KeyOf(Lease);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Leases.Forget(Lease, transaction);
}
