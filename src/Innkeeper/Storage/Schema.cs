using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>
/// The tables, as numbered steps: step n takes a database from PRAGMA user_version n to n + 1. Steps are only ever added.
/// MAC and IPv4 addresses are numbers in host order, times are Unix milliseconds, gateway 0 is unknown,
/// until 0 never, pinned_legal 0 and pinned_profile '' none; tags are separated by blanks; uses is 0 (not known) or 1 + <see cref="Configuration.DeviceUse"/>.
/// A lease's client is its identifier in hexadecimal; what guests chose as text is kept as octets.
/// </summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE devices (
            mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
            vlan INTEGER NOT NULL CHECK (vlan BETWEEN 0 AND 65535),
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            PRIMARY KEY (mac, vlan)) STRICT, WITHOUT ROWID;
        CREATE TABLE bindings (
            mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
            vlan INTEGER NOT NULL CHECK (vlan BETWEEN 0 AND 65535),
            claimed INTEGER NOT NULL CHECK (claimed BETWEEN 0 AND 4294967295),
            legal INTEGER NOT NULL CHECK (legal BETWEEN 0 AND 4294967295),
            inside INTEGER NOT NULL CHECK (inside BETWEEN 0 AND 4294967295),
            gateway INTEGER NOT NULL CHECK (gateway BETWEEN 0 AND 4294967295),
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            released INTEGER NOT NULL CHECK (released IN (0, 1)),
            PRIMARY KEY (mac, vlan, claimed)) STRICT, WITHOUT ROWID;
        CREATE TABLE quarantine (
            legal INTEGER NOT NULL PRIMARY KEY CHECK (legal BETWEEN 0 AND 4294967295),
            until INTEGER NOT NULL) STRICT;
        CREATE TABLE events (
            id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            kind TEXT NOT NULL,
            text TEXT NOT NULL) STRICT;
        """,
        """
        CREATE TABLE records (
            mac INTEGER NOT NULL PRIMARY KEY CHECK (mac BETWEEN 0 AND 281474976710655),
            first_seen INTEGER NOT NULL,
            state INTEGER NOT NULL,
            origin INTEGER NOT NULL,
            reason TEXT NOT NULL,
            decided_by TEXT NOT NULL,
            since INTEGER NOT NULL,
            until INTEGER NOT NULL,
            name TEXT NOT NULL,
            tags TEXT NOT NULL,
            pinned_profile TEXT NOT NULL,
            pinned_legal INTEGER NOT NULL CHECK (pinned_legal BETWEEN 0 AND 4294967295),
            host_name TEXT NOT NULL,
            uses INTEGER NOT NULL,
            profile TEXT NOT NULL) STRICT;
        """,
        """
        CREATE TABLE leases (
            mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
            vlan INTEGER NOT NULL CHECK (vlan BETWEEN 0 AND 65535),
            client TEXT NOT NULL,
            address INTEGER NOT NULL CHECK (address BETWEEN 0 AND 4294967295),
            granted INTEGER NOT NULL,
            expires INTEGER NOT NULL,
            released INTEGER NOT NULL CHECK (released IN (0, 1)),
            host_name BLOB NOT NULL,
            vendor_class BLOB NOT NULL,
            PRIMARY KEY (mac, vlan, client)) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE letters (
            channel INTEGER NOT NULL CHECK (channel IN (0, 1)),
            id INTEGER NOT NULL,
            created INTEGER NOT NULL,
            kind TEXT NOT NULL,
            content TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            next_try INTEGER NOT NULL,
            state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
            answer TEXT NOT NULL,
            settled TEXT NOT NULL,
            PRIMARY KEY (channel, id)) STRICT, WITHOUT ROWID;
        CREATE TABLE pacing (
            channel INTEGER NOT NULL PRIMARY KEY CHECK (channel IN (0, 1)),
            content TEXT NOT NULL) STRICT;
        CREATE TABLE announced (
            mac INTEGER NOT NULL PRIMARY KEY CHECK (mac BETWEEN 0 AND 281474976710655),
            time INTEGER NOT NULL) STRICT;
        """,
        """
        CREATE TABLE silent_gateways (
            name TEXT NOT NULL PRIMARY KEY,
            next_hop INTEGER NOT NULL CHECK (next_hop BETWEEN 0 AND 4294967295),
            since INTEGER NOT NULL) STRICT;
        """,
    ];

    /// <summary>The user_version this program writes.</summary>
    internal static int Version => Steps.Length;

    /// <summary>Takes the database to <see cref="Version"/>; each step is one transaction with its number.</summary>
    internal static void Migrate(SqliteConnection connection, int version)
    {
        for (; version < Version; version++)
        {
            using var transaction = connection.BeginTransaction();
            Sql.Execute(connection, Steps[version] + $"PRAGMA user_version = {version + 1};");
            transaction.Commit();
        }
    }
}
