using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>The admission status of each device, and the administrator's choices for it: name, tags, profile, pinned address.</summary>
internal sealed class DevicesTable(SqliteConnection connection, Action onSkipped) : Table(connection, onSkipped)
{
    /// <remarks>
    /// until 0: never ends. pinned_profile '' and pinned_legal NULL: none. Tags are separated by spaces. uses 0: not known, otherwise 1 + the
    /// number of <see cref="DeviceUse"/>.
    /// </remarks>
    internal const string Definition = """
        CREATE TABLE devices (
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
            pinned_legal BLOB CHECK (length(pinned_legal) IN (4, 16)),
            host_name TEXT NOT NULL,
            uses INTEGER NOT NULL,
            profile TEXT NOT NULL) STRICT;

        """;

    /// <remarks>grant_kind 0: none, otherwise 1 + the number of <see cref="GrantKind"/>. grant_end 0: in force, otherwise 1 + the number of <see cref="GrantEnd"/>.</remarks>
    internal const string Grants = """
        ALTER TABLE devices ADD COLUMN grant_kind INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE devices ADD COLUMN grant_id TEXT NOT NULL DEFAULT '';
        ALTER TABLE devices ADD COLUMN grant_label TEXT NOT NULL DEFAULT '';
        ALTER TABLE devices ADD COLUMN grant_profile TEXT NOT NULL DEFAULT '';
        ALTER TABLE devices ADD COLUMN grant_end INTEGER NOT NULL DEFAULT 0;

        """;

    private const string Columns =
        "mac, first_seen, state, origin, reason, decided_by, since, until, name, tags, pinned_profile, pinned_legal, host_name, uses, profile, grant_kind, grant_id, grant_label, grant_profile, grant_end";

    private readonly Statement _save = new(
        connection, $"INSERT OR REPLACE INTO devices ({Columns}) VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)");

    private readonly Statement _forget = new(connection, "DELETE FROM devices WHERE mac = $0");

    internal override IEnumerable<Statement> Statements => [_save, _forget];

    internal static WriteKey KeyOf(MacAddress mac) => new(WriteTable.Devices, mac.Value);

    internal ImmutableArray<DeviceRecord> Load() => Read($"SELECT {Columns} FROM devices", Make);

    /// <summary>Of a damaged file: the rows before the first that cannot be read.</summary>
    internal ImmutableArray<DeviceRecord> LoadUntilDamage() => Read($"SELECT {Columns} FROM devices", Make, isDamaged: true);

    private static DeviceRecord Make(SqliteDataReader row) => new(row.Mac(0), row.Time(1))
    {
        Admission = new AdmissionStatus(
            row.Known<AdmissionState>(2), row.GetString(4), row.GetString(5), row.Time(6), row.IsZero(7) ? null : row.Time(7), row.Known<DecisionSource>(3)),
        Name = row.GetString(8),
        Tags = [.. row.GetString(9).Split(' ', StringSplitOptions.RemoveEmptyEntries)],
        PinnedProfile = row.GetString(10) is { Length: > 0 } profile ? profile : null,
        PinnedLegal = row.OptionalAddress(11),
        HostName = row.GetString(12),
        Uses = row.IsZero(13) ? null : row.Known<DeviceUse>(13, first: 1),
        Profile = row.GetString(14),
        Grant = row.IsZero(15) ? null
            : new Grant(row.Known<GrantKind>(15, first: 1), row.GetString(16), row.GetString(17), row.GetString(18), row.IsZero(19) ? null : row.Known<GrantEnd>(19, first: 1)),
    };

    internal void Save(DeviceRecord device, SqliteTransaction transaction)
    {
        // The name and the address of an entry in [[machines]] are the file's.
        device = device.WithoutMachines();
        var admission = device.Admission;
        _save.Run(
            transaction, Statement.Of(device.Mac), Statement.Of(device.FirstSeen), (long)admission.State, (long)admission.Origin, admission.Reason, admission.By,
            Statement.Of(admission.Since), admission.Until is { } until ? Statement.Of(until) : 0L, device.Name, string.Join(' ', device.Tags),
            device.PinnedProfile ?? "", Statement.OfOptional(device.PinnedLegal), device.HostName, device.Uses is { } use ? 1L + (long)use : 0L, device.Profile,
            device.Grant is { } grant ? 1L + (long)grant.Kind : 0L, device.Grant?.Id ?? "", device.Grant?.Label ?? "", device.Grant?.Profile ?? "",
            device.Grant?.End is { } end ? 1L + (long)end : 0L);
    }

    internal void Forget(MacAddress mac, SqliteTransaction transaction) => _forget.Run(transaction, Statement.Of(mac));
}

/// <summary>Saves a device as given.</summary>
/// <param name="IsArrival">The administrator is still to be notified of it: that is written in the same transaction.</param>
internal sealed record SaveDevice(DeviceRecord Device, bool IsArrival = false) : PendingWrite
{
    internal override WriteKey Key => DevicesTable.KeyOf(Device.Mac);

    internal override PendingWrite MergeWith(PendingWrite later) => later is SaveDevice save ? save with { IsArrival = IsArrival || save.IsArrival } : later;

    internal override void Execute(StateTables tables, SqliteTransaction transaction)
    {
        tables.Devices.Save(Device, transaction);
        if (IsArrival)
        {
            tables.Arrivals.Save(Device.Mac, transaction);
        }
    }
}

internal sealed record ForgetDevice(MacAddress Mac) : PendingWrite
{
    internal override WriteKey Key => DevicesTable.KeyOf(Mac);

    internal override void Execute(StateTables tables, SqliteTransaction transaction)
    {
        tables.Devices.Forget(Mac, transaction);
        tables.Arrivals.Forget(Mac, transaction);
    }
}
