using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage;

/// <summary>SQLite itself, without a database.</summary>
internal static class SqliteLibrary
{
    /// <summary>Its version. A program that cannot use it throws here, and not when it opens its database.</summary>
    public static string Version
    {
        get
        {
            using var connection = new SqliteConnection("Data Source=:memory:");
            connection.Open();
            return connection.ServerVersion;
        }
    }
}
