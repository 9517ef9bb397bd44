using System.Collections.Immutable;
using Innkeeper.Policy;
using Innkeeper.Storage.Tables;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>Reads what is readable of a database that is of no use, so that an event can name the decisions that were lost. Nothing is taken over from it.</summary>
internal static class StateSalvage
{
    /// <returns>The devices up to the first damaged page; null: none can be read.</returns>
    internal static ImmutableArray<DeviceRecord>? ReadDevices(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            connection.Open();
            using var devices = new DevicesTable(connection, () => { });
            return devices.LoadUntilDamage();
        }
        catch (SqliteException)
        {
            return null;
        }
    }
}
