using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>Which legal address each device's claimed address had last, so that it has the same one again after an absence.</summary>
internal sealed class BindingsTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    internal const string Definition = """
        CREATE TABLE bindings (
            mac INTEGER NOT NULL CHECK (mac BETWEEN 0 AND 281474976710655),
            vlan INTEGER NOT NULL CHECK (vlan BETWEEN 0 AND 65535),
            claimed BLOB NOT NULL CHECK (length(claimed) IN (4, 16)),
            legal BLOB NOT NULL CHECK (length(legal) IN (4, 16)),
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            PRIMARY KEY (mac, vlan, claimed)) STRICT, WITHOUT ROWID;

        """;

    private readonly Statement _save = new(connection, """
        INSERT INTO bindings (mac, vlan, claimed, legal, first_seen, last_seen) VALUES ($0, $1, $2, $3, $4, $5)
        ON CONFLICT DO UPDATE SET legal = excluded.legal, first_seen = excluded.first_seen, last_seen = excluded.last_seen
        """);

    private readonly Statement _touch = new(connection, "UPDATE bindings SET last_seen = max(last_seen, $3) WHERE mac = $0 AND vlan = $1 AND claimed = $2");

    private readonly Statement _forget = new(connection, "DELETE FROM bindings WHERE mac = $0 AND vlan = $1 AND claimed = $2");

    internal override IEnumerable<Statement> Statements => [_save, _touch, _forget];

    internal static WriteKey KeyOf(ClaimedAddress claim) =>
        new(WriteTable.Bindings, claim.Station.Mac.Value, claim.Station.Vlan, new StoredAddress(claim.Address));

    internal ImmutableArray<RememberedBinding> Load() => Read("SELECT mac, vlan, claimed, legal, first_seen, last_seen FROM bindings", row =>
        new RememberedBinding(new ClaimedAddress(new Station(row.Vlan(1), row.Mac(0)), row.Address(2)), row.Address(3), row.Time(4), row.Time(5)));

    internal void Save(RememberedBinding binding, SqliteTransaction transaction)
    {
        var ((vlan, mac), claimed) = binding.Claim;
        _save.Run(
            transaction, Statement.Of(mac), (long)vlan, Statement.Of(claimed), Statement.Of(binding.Legal), Statement.Of(binding.FirstSeen), Statement.Of(binding.LastSeen));
    }

    internal void Touch(ClaimedAddress claim, DateTimeOffset lastSeen, SqliteTransaction transaction)
    {
        var ((vlan, mac), claimed) = claim;
        _touch.Run(transaction, Statement.Of(mac), (long)vlan, Statement.Of(claimed), Statement.Of(lastSeen));
    }

    internal void Forget(ClaimedAddress claim, SqliteTransaction transaction)
    {
        var ((vlan, mac), claimed) = claim;
        _forget.Run(transaction, Statement.Of(mac), (long)vlan, Statement.Of(claimed));
    }
}

/// <summary>Saves a binding as given.</summary>
internal sealed record SaveBinding(RememberedBinding Binding) : PendingWrite
{
    internal override WriteKey Key => BindingsTable.KeyOf(Binding.Claim);

    internal override PendingWrite MergeWith(PendingWrite next) => next is TouchBinding touch
        ? new SaveBinding(Binding with { LastSeen = TouchBinding.Max(Binding.LastSeen, touch.LastSeen) })
        : next;

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Bindings.Save(Binding, transaction);
}

/// <summary>A binding's device was seen. Does nothing when there is no such row.</summary>
internal sealed record TouchBinding(ClaimedAddress Claim, DateTimeOffset LastSeen) : PendingWrite
{
    internal override WriteKey Key => BindingsTable.KeyOf(Claim);

    internal override PendingWrite MergeWith(PendingWrite next) => next is TouchBinding touch
        ? this with { LastSeen = Max(LastSeen, touch.LastSeen) }
        : next;

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Bindings.Touch(Claim, LastSeen, transaction);

    internal static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}

/// <summary>A binding is not remembered any more; a touch that follows does not bring it back.</summary>
internal sealed record ForgetBinding(ClaimedAddress Claim) : PendingWrite
{
    internal override WriteKey Key => BindingsTable.KeyOf(Claim);

    internal override PendingWrite MergeWith(PendingWrite next) => next is TouchBinding ? this : next;

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Bindings.Forget(Claim, transaction);
}
