using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>All tables of a connection.</summary>
/// <param name="connection">Stays its owner's.</param>
/// <param name="onSkipped">Called for each row that is skipped because its values are invalid.</param>
internal sealed class StateTables(SqliteConnection connection, Action onSkipped) : IDisposable
{
    internal BindingsTable Bindings { get; } = new(connection, onSkipped);

    internal DevicesTable Devices { get; } = new(connection, onSkipped);

    internal QuarantineTable Quarantine { get; } = new(connection, onSkipped);

    internal EventsTable Events { get; } = new(connection, onSkipped);

    internal LeasesTable Leases { get; } = new(connection, onSkipped);

    internal OutboxMessagesTable OutboxMessages { get; } = new(connection, onSkipped);

    internal ThrottlesTable Throttles { get; } = new(connection, onSkipped);

    internal NotifiedDevicesTable NotifiedDevices { get; } = new(connection, onSkipped);

    internal GatewayOutagesTable GatewayOutages { get; } = new(connection, onSkipped);

    internal ArrivalsTable Arrivals { get; } = new(connection, onSkipped);

    internal ClockTable Clock { get; } = new(connection, onSkipped);

    internal RestoredTable Restored { get; } = new(connection, onSkipped);

    internal VolumesTable Volumes { get; } = new(connection, onSkipped);

    private IEnumerable<Table> All => [Bindings, Devices, Quarantine, Events, Leases, OutboxMessages, Throttles, NotifiedDevices, GatewayOutages, Arrivals, Clock, Restored, Volumes];

    /// <summary>Compiles every statement, which fails where a table or column is missing.</summary>
    internal void Prepare()
    {
        foreach (var statement in All.SelectMany(table => table.Statements))
        {
            statement.Prepare();
        }
    }

    public void Dispose()
    {
        foreach (var table in All)
        {
            table.Dispose();
        }
    }
}
