using Innkeeper.Storage;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Storage;

/// <summary>Databases as earlier versions made them: the statements are those of 0.1.0, letter by letter, whatever the program says today.</summary>
internal static class OldDatabase
{
    internal static readonly string[] Steps =
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

    /// <summary>Two rows for each table that a version brought, written as that version wrote them.</summary>
    private static readonly string[] Rows =
    [
        """
        INSERT INTO devices VALUES (0x020000000001, 7, 1000, 2000), (0xffffffffffff, 65535, 0, 0);
        INSERT INTO bindings VALUES
            (0x020000000001, 7, 0x2f1f8009, 0x8976c732, 0x64400001, 0x2f1f8001, 1000, 2000, 0),
            (0xffffffffffff, 65535, 0xffffffff, 0, 0x64400002, 0, 3000, 4000, 1);
        INSERT INTO quarantine VALUES (0, 5000), (0x8976c733, 6000);
        INSERT INTO events (time, kind, text) VALUES (1, 'arrived', 'Zimmer 12 – 旅館'), (2, 'gone', '');
        """,
        """
        INSERT INTO records VALUES
            (0x020000000001, 1000, 2, 1, 'paid', 'admin', 1500, 0, 'Drucker', 'floor-2 kitchen', 'guests', 0x8976c734, 'hp', 2, 'guests'),
            (0x020000000002, 1001, 0, 0, '', '', 1001, 9999, '', '', '', 0, '', 0, 'default');
        """,
        """
        INSERT INTO leases VALUES
            (0x020000000001, 7, 'ff0102', 0x0acb0005, 1000, 2000, 0, x'00ff27', x''),
            (0x020000000002, 0, '01020000000002', 0x0acb0006, 1000, 2000, 1, x'', x'4d534654');
        """,
        """
        INSERT INTO letters VALUES (0, 1, 1000, 'arrival', '{}', 2, 3000, 0, '450', 'a@x b@x'), (1, 9, 1000, 'digest', '{}', 1, 0, 2, '404', '');
        INSERT INTO pacing VALUES (0, '{"a":1}'), (1, '{}');
        INSERT INTO announced VALUES (0x020000000002, 1), (0x020000000001, 2);
        """,
        """
        INSERT INTO silent_gateways VALUES ('guest-line', 0xc0000201, 7000), ('main', 0, 8000);
        """,
    ];

    /// <summary>The database's latest version before this program's.</summary>
    internal static int Latest => Steps.Length;

    /// <summary>Makes a database of a version, with rows in every table.</summary>
    internal static void Create(string path, int version, string then = "")
    {
        using var connection = Connect(path);
        Sql.Execute(connection, "PRAGMA journal_mode = WAL;");
        for (var step = 0; step < version; step++)
        {
            Sql.Execute(connection, Steps[step] + $"PRAGMA user_version = {step + 1};");
            Sql.Execute(connection, Rows[step]);
        }

        if (then.Length > 0)
        {
            Sql.Execute(connection, then);
        }
    }

    internal static SqliteConnection Connect(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }
}
