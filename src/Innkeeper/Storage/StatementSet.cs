using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>The statements that write changes, prepared once for a connection.</summary>
internal sealed class StatementSet(SqliteConnection connection) : IDisposable
{
    private readonly OutboxStatements _letters = new(connection);

    private readonly SqliteCommand _saveDevice = Make(connection, """
        INSERT INTO devices (mac, vlan, first_seen, last_seen) VALUES ($0, $1, $2, $3)
        ON CONFLICT DO UPDATE SET first_seen = MIN(first_seen, excluded.first_seen), last_seen = excluded.last_seen
        """, 4);

    private readonly SqliteCommand _touchDevice = Make(connection,
        "UPDATE devices SET last_seen = max(last_seen, $2) WHERE mac = $0 AND vlan = $1", 3);

    private readonly SqliteCommand _saveBinding = Make(connection, """
        INSERT INTO bindings (mac, vlan, claimed, legal, inside, gateway, first_seen, last_seen, released)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO UPDATE SET legal = excluded.legal, inside = excluded.inside, gateway = excluded.gateway,
            first_seen = excluded.first_seen, last_seen = excluded.last_seen, released = excluded.released
        """, 9);

    private readonly SqliteCommand _touchBinding = Make(connection, """
        UPDATE bindings SET last_seen = max(last_seen, $3), released = max(released, $4)
        WHERE mac = $0 AND vlan = $1 AND claimed = $2
        """, 5);

    private readonly SqliteCommand _saveQuarantine = Make(connection,
        "INSERT INTO quarantine (legal, until) VALUES ($0, $1) ON CONFLICT DO UPDATE SET until = excluded.until", 2);

    private readonly SqliteCommand _endQuarantine = Make(connection, "DELETE FROM quarantine WHERE legal = $0", 1);

    private readonly SqliteCommand _addEvent = Make(connection, "INSERT INTO events (time, kind, text) VALUES ($0, $1, $2)", 3);

    private readonly SqliteCommand _forgetEvents = Make(connection,
        $"DELETE FROM events WHERE id <= (SELECT max(id) FROM events) - {StateStore.EventsKept}", 0);

    private readonly SqliteCommand _saveRecord = Make(connection, """
        INSERT OR REPLACE INTO records (mac, first_seen, state, origin, reason, decided_by, since, until, name, tags, pinned_profile, pinned_legal, host_name, uses, profile)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """, 15);

    private readonly SqliteCommand _forgetRecord = Make(connection, "DELETE FROM records WHERE mac = $0", 1);

    private readonly SqliteCommand _forgetBinding = Make(connection, "DELETE FROM bindings WHERE mac = $0 AND vlan = $1 AND claimed = $2", 3);

    private readonly SqliteCommand _forgetLonely = Make(connection,
        "DELETE FROM devices WHERE mac = $0 AND vlan = $1 AND NOT EXISTS (SELECT * FROM bindings b WHERE b.mac = $0 AND b.vlan = $1)", 2);

    private readonly SqliteCommand _saveSilent = Make(connection, "INSERT OR REPLACE INTO silent_gateways (name, next_hop, since) VALUES ($0, $1, $2)", 3);

    private readonly SqliteCommand _forgetSilent = Make(connection, "DELETE FROM silent_gateways WHERE name = $0", 1);

    private readonly SqliteCommand _saveLease = Make(connection, """
        INSERT INTO leases (mac, vlan, client, address, granted, expires, released, host_name, vendor_class)
        VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT DO UPDATE SET address = excluded.address, granted = excluded.granted, expires = excluded.expires,
            released = excluded.released, host_name = excluded.host_name, vendor_class = excluded.vendor_class
        """, 9);

    private readonly SqliteCommand _forgetLease = Make(connection, "DELETE FROM leases WHERE mac = $0 AND vlan = $1 AND client = $2", 3);

    private IEnumerable<SqliteCommand> All =>
    [
        _saveDevice, _touchDevice, _saveBinding, _touchBinding, _saveQuarantine, _endQuarantine, _addEvent, _forgetEvents, _saveLease, _forgetLease,
        _saveRecord, _forgetRecord, _forgetBinding, _forgetLonely, _saveSilent, _forgetSilent, .. _letters.All,
    ];

    /// <summary>Compiles every statement, which fails where a table or column is missing.</summary>
    internal void Prepare()
    {
        foreach (var command in All)
        {
            command.Prepare();
        }
    }

    internal void Execute(PendingWrite change, SqliteTransaction transaction)
    {
        switch (change)
        {
            case SaveDevice { Device: var device }:
                Run(_saveDevice, transaction, (long)device.Mac.Value, (long)device.Vlan, Time(device.FirstSeen), Time(device.LastSeen));
                break;
            case TouchDevice { Key: var key } touch:
                Run(_touchDevice, transaction, (long)key.Mac.Value, (long)key.Vlan, Time(touch.LastSeen));
                break;
            case SaveBinding { Binding: var binding }:
                Run(
                    _saveBinding, transaction, (long)binding.Mac.Value, (long)binding.Vlan, (long)binding.Claimed.Value,
                    (long)binding.Legal.Value, (long)binding.Inside.Value, (long)(binding.Gateway?.Value ?? 0),
                    Time(binding.FirstSeen), Time(binding.LastSeen), binding.Released ? 1L : 0L);
                break;
            case TouchBinding { Key: var key } touch:
                Run(
                    _touchBinding, transaction, (long)key.Mac.Value, (long)key.Vlan, (long)key.Claimed.Value,
                    Time(touch.LastSeen), touch.Release ? 1L : 0L);
                break;
            case SaveQuarantine { Quarantine: var quarantine }:
                Run(_saveQuarantine, transaction, (long)quarantine.Legal.Value, Time(quarantine.Until));
                break;
            case EndQuarantine { Legal: var legal }:
                Run(_endQuarantine, transaction, (long)legal.Value);
                break;
            case SaveRecord { Record: var record }:
                Run(
                    _saveRecord, transaction, (long)record.Mac.Value, Time(record.FirstSeen), (long)record.Admission.State, (long)record.Admission.Origin,
                    record.Admission.Reason, record.Admission.By, Time(record.Admission.Since), record.Admission.Until is { } until ? Time(until) : 0L, record.Name,
                    string.Join(' ', record.Tags), record.PinnedProfile ?? "", (long)(record.PinnedLegal?.Value ?? 0), record.HostName,
                    record.Uses is { } use ? 1L + (long)use : 0L, record.Profile);
                break;
            case ForgetRecord { Mac: var mac }:
                Run(_forgetRecord, transaction, (long)mac.Value);
                break;
            case ForgetBinding { Key: var key }:
                Run(_forgetBinding, transaction, (long)key.Mac.Value, (long)key.Vlan, (long)key.Claimed.Value);
                Run(_forgetLonely, transaction, (long)key.Mac.Value, (long)key.Vlan);
                break;
            case AddEvent added:
                Run(_addEvent, transaction, Time(added.Time), added.Kind, added.Text);
                break;
            case SaveLease { Lease: var lease }:
                Run(
                    _saveLease, transaction, (long)lease.Key.Station.Mac.Value, (long)lease.Key.Station.Vlan, lease.Key.Client.Hex,
                    (long)lease.Address.Value, Time(lease.Granted), Time(lease.Expires), lease.IsReleased ? 1L : 0L,
                    lease.Facts.HostName.Raw, lease.Facts.VendorClass.Raw);
                break;
            case ForgetLease { Key: var key }:
                Run(_forgetLease, transaction, (long)key.Station.Mac.Value, (long)key.Station.Vlan, key.Client.Hex);
                break;
            case SaveGatewayOutage { Gateway: var gateway }:
                Run(_saveSilent, transaction, gateway.Name, (long)gateway.NextHop.Value, Time(gateway.Since));
                break;
            case ForgetGatewayOutage { Name: var name }:
                Run(_forgetSilent, transaction, name);
                break;
            case OutboxChange letter:
                _letters.Execute(letter, transaction);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change), change, "No statement writes this change.");
        }
    }

    /// <summary>Deletes the oldest events beyond those kept.</summary>
    internal void ForgetEvents(SqliteTransaction transaction) => Run(_forgetEvents, transaction);

    public void Dispose()
    {
        foreach (var command in All)
        {
            command.Dispose();
        }
    }

    internal static SqliteCommand Make(SqliteConnection connection, string text, int parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        for (var i = 0; i < parameters; i++)
        {
            command.Parameters.Add(new SqliteParameter($"${i}", 0L));
        }

        return command;
    }

    internal static void Run(SqliteCommand command, SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }

    internal static long Time(DateTimeOffset time) => time.ToUnixTimeMilliseconds();
}
