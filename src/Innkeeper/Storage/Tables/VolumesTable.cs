using System.Collections.Immutable;
using System.Globalization;
using Innkeeper.Policy;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>The parts of their profiles' volumes that groups of devices have used.</summary>
internal sealed class VolumesTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    /// <remarks>first_day: the first of the period, as 2026-11-30. used_up 0: it is not used up.</remarks>
    internal const string Definition = """
        CREATE TABLE volumes (
            profile TEXT NOT NULL,
            name TEXT NOT NULL,
            first_day TEXT NOT NULL,
            octets INTEGER NOT NULL,
            used_up INTEGER NOT NULL,
            PRIMARY KEY (profile, name)) STRICT, WITHOUT ROWID;

        """;

    private const string Day = "yyyy-MM-dd";

    private readonly Statement _save = new(connection, "INSERT OR REPLACE INTO volumes (profile, name, first_day, octets, used_up) VALUES ($0, $1, $2, $3, $4)");

    private readonly Statement _forget = new(connection, "DELETE FROM volumes WHERE profile = $0 AND name = $1");

    internal override IEnumerable<Statement> Statements => [_save, _forget];

    /// <summary>No name of a profile has a line break.</summary>
    internal static WriteKey KeyOf(VolumeGroup group) => new(WriteTable.Volumes, Text: $"{group.Profile}\n{group.Name}");

    internal ImmutableArray<KeyValuePair<VolumeGroup, VolumeUse>> Load() => Read("SELECT profile, name, first_day, octets, used_up FROM volumes", row => KeyValuePair.Create(
        new VolumeGroup(row.GetString(0), row.GetString(1)),
        new VolumeUse(DateOnly.ParseExact(row.GetString(2), Day, CultureInfo.InvariantCulture), row.Number(3, 0), row.IsZero(4) ? null : row.Time(4))));

    internal void Save(VolumeGroup group, VolumeUse use, SqliteTransaction transaction) => _save.Run(
        transaction, group.Profile, group.Name, use.Begin.ToString(Day, CultureInfo.InvariantCulture), use.Octets, use.UsedUp is { } time ? Statement.Of(time) : 0L);

    internal void Forget(VolumeGroup group, SqliteTransaction transaction) => _forget.Run(transaction, group.Profile, group.Name);
}

internal sealed record SaveVolume(VolumeGroup Group, VolumeUse Use) : PendingWrite
{
    internal override WriteKey Key => VolumesTable.KeyOf(Group);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Volumes.Save(Group, Use, transaction);
}

/// <summary>Its period is over, or it is not counted any more.</summary>
internal sealed record ForgetVolume(VolumeGroup Group) : PendingWrite
{
    internal override WriteKey Key => VolumesTable.KeyOf(Group);

    internal override void Execute(StateTables tables, SqliteTransaction transaction) => tables.Volumes.Forget(Group, transaction);
}
