using Innkeeper.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>
/// The tables' history, as numbered steps: step n takes a database from PRAGMA user_version n to n + 1. Steps are only ever added, and one
/// that was released keeps its text (a test holds its hash): when a later step changes a table, the text that the table's Definition had
/// until then moves into the step that used it. MACs are numbers, addresses their octets in network order, times Unix milliseconds.
/// </summary>
internal static class Schema
{
    private static readonly Step[] Steps =
    [
        new("""
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

            """ + EventsTable.Definition),
        new("""
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

            """),
        new("""
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

            """),
        new(OutboxMessagesTable.Definition + ThrottlesTable.Definition + NotifiedDevicesTable.Definition),
        new("""
            CREATE TABLE silent_gateways (
                name TEXT NOT NULL PRIMARY KEY,
                next_hop INTEGER NOT NULL CHECK (next_hop BETWEEN 0 AND 4294967295),
                since INTEGER NOT NULL) STRICT;

            """),
        AddressesAsOctets(),
        new(ArrivalsTable.Definition + ClockTable.Definition + RestoredTable.Definition),
        new(DevicesTable.Grants),
        new(VolumesTable.Definition),
    ];

    /// <summary>The user_version this program writes.</summary>
    internal static int Version => Steps.Length;

    /// <summary>The SQL of each step, for the test that no released step changes.</summary>
    internal static IEnumerable<string> Texts => Steps.Select(step => step.Change + step.CountSkipped + step.CleanUp);

    /// <summary>Takes the database to <see cref="Version"/>. Each step is one transaction with its number: a crash leaves the version before it or after it.</summary>
    /// <returns>The number of rows that were left out because their values are invalid.</returns>
    internal static int Migrate(SqliteConnection connection, int version)
    {
        // A released step uses it; SQLite has it from 3.41 on, and the shipped program's is older (docs/dependencies.md).
        connection.CreateFunction("unhex", (string hex) => Convert.FromHexString(hex), isDeterministic: true);
        var skipped = 0;
        for (; version < Version; version++)
        {
            var step = Steps[version];
            using var transaction = connection.BeginTransaction();
            Sql.Execute(connection, step.Change);
            skipped += step.CountSkipped.Length > 0 ? (int)(long)Sql.Scalar(connection, step.CountSkipped)! : 0;
            Sql.Execute(connection, $"{step.CleanUp}PRAGMA user_version = {version + 1};");
            transaction.Commit();
        }

        return skipped;
    }

    /// <summary>
    /// Addresses become octets, so that IPv6 fits; `records` becomes `devices`, in place of the table of that name, which nothing read;
    /// `bindings` loses the columns that nothing read. The old tables are dropped last: SQLite refuses to rename a table while a view, which
    /// the administrator may have made, refers to one that is missing.
    /// </summary>
    private static Step AddressesAsOctets()
    {
        string[] replaced = ["devices", "bindings", "quarantine", "records", "leases", "silent_gateways"];
        Copy[] copies =
        [
            new("bindings", "bindings_5", "mac integer, vlan integer, claimed ipv4, legal ipv4, first_seen integer, last_seen integer"),
            new("quarantine", "quarantine_5", "legal ipv4, until integer"),
            new("devices", "records_5", "mac integer, first_seen integer, state integer, origin integer, reason text, decided_by text, since integer, until integer, "
                + "name text, tags text, pinned_profile text, pinned_legal ipv4?, host_name text, uses integer, profile text"),
            new("leases", "leases_5", "mac integer, vlan integer, client text, address ipv4, granted integer, expires integer, released integer, host_name blob, vendor_class blob"),
            new("silent_gateways", "silent_gateways_5", "name text, next_hop ipv4, since integer"),
        ];
        return new Step(
            string.Concat(replaced.Select(table => $"ALTER TABLE {table} RENAME TO {table}_5;\n"))
                + BindingsTable.Definition + QuarantineTable.Definition + DevicesTable.Definition + LeasesTable.Definition + GatewayOutagesTable.Definition
                + string.Concat(copies.Select(copy => copy.Insert)),
            "SELECT " + string.Join(" + ", copies.Select(copy => copy.CountSkipped)),
            string.Concat(replaced.Select(table => $"DROP TABLE {table}_5;\n")));
    }

    /// <param name="Change">Makes the new tables and fills them.</param>
    /// <param name="CountSkipped">Selects the number of rows that were left out; empty when none can be.</param>
    /// <param name="CleanUp">Drops the tables that were replaced.</param>
    private sealed record Step(string Change, string CountSkipped = "", string CleanUp = "");

    /// <summary>Copies the rows of a table into the one that replaces it, and leaves out those that it does not accept.</summary>
    /// <param name="Columns">Name and type of each. "ipv4" is a number that becomes 4 octets; of "ipv4?", 0 becomes NULL.</param>
    private sealed record Copy(string Into, string From, string Columns)
    {
        private IEnumerable<(string Name, string Type)> Pairs => Columns.Split(", ").Select(column => column.Split(' ')).Select(parts => (parts[0], parts[1]));

        // OR IGNORE leaves out what breaks a constraint, but not a value of another type than its STRICT column's: that needs the condition.
        internal string Insert => $"""
            INSERT OR IGNORE INTO {Into} ({string.Join(", ", Pairs.Select(pair => pair.Name))})
            SELECT {string.Join(", ", Pairs.Select(pair => ValueOf(pair.Name, pair.Type)))} FROM {From}
            WHERE {string.Join(" AND ", Pairs.Select(pair => ConditionOf(pair.Name, pair.Type)))};

            """;

        internal string CountSkipped => $"(SELECT count(*) FROM {From}) - (SELECT count(*) FROM {Into})";

        private static string ValueOf(string name, string type) => type switch
        {
            "ipv4" => $"unhex(printf('%08x', {name}))",
            "ipv4?" => $"CASE {name} WHEN 0 THEN NULL ELSE unhex(printf('%08x', {name})) END",
            _ => name,
        };

        private static string ConditionOf(string name, string type) => type switch
        {
            "ipv4" or "ipv4?" => $"typeof({name}) = 'integer' AND {name} BETWEEN 0 AND 4294967295",
            _ => $"typeof({name}) = '{type}'",
        };
    }
}
