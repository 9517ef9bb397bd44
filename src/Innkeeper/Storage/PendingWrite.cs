using Innkeeper.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>One row to be written. Two writes of one row merge into one, so that only the latest state of each row waits.</summary>
internal abstract record PendingWrite
{
    /// <summary>The row.</summary>
    internal abstract WriteKey Key { get; }

    /// <summary>Merges a later write of the same row into this one. By default the later one replaces this one.</summary>
    internal virtual PendingWrite MergeWith(PendingWrite next) => next;

    /// <summary>Runs the statement of its table.</summary>
    internal abstract void Execute(StateTables tables, SqliteTransaction transaction);
}

/// <summary>The table of a pending write.</summary>
internal enum WriteTable
{
    Bindings,
    Devices,
    Quarantine,
    Events,
    Leases,
    OutboxMessages,
    Throttles,
    NotifiedDevices,
    GatewayOutages,
    Arrivals,
    Clock,
    Restored,
    Volumes,
}

/// <summary>The primary key of a row of any table. Parts that the table's key does not have stay at their defaults.</summary>
/// <param name="Group">A VLAN, or a channel of the outbox.</param>
/// <param name="Address">IPv4 or IPv6: all of its bits count, and so does the family.</param>
/// <param name="Number">The number of a message or an event.</param>
/// <param name="Text">A name, or a lease's client identifier.</param>
internal readonly record struct WriteKey(
    WriteTable Table, ulong Mac = 0, ushort Group = 0, StoredAddress Address = default, ulong Number = 0, string? Text = null);
