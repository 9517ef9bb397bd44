using Innkeeper.Wire;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>A statement that writes, compiled once for a connection. Its parameters are $0, $1, … without a gap.</summary>
internal sealed class Statement : IDisposable
{
    private readonly SqliteCommand _command;

    internal Statement(SqliteConnection connection, string text)
    {
        _command = connection.CreateCommand();
        _command.CommandText = text;
        for (var i = 0; text.Contains($"${i}", StringComparison.Ordinal); i++)
        {
            _command.Parameters.Add(new SqliteParameter($"${i}", 0L));
        }
    }

    /// <summary>Compiles the statement, which fails where its table or a column is missing.</summary>
    internal void Prepare() => _command.Prepare();

    internal void Run(SqliteTransaction transaction, params ReadOnlySpan<object> values)
    {
        _command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++)
        {
            _command.Parameters[i].Value = values[i];
        }

        _command.ExecuteNonQuery();
    }

    public void Dispose() => _command.Dispose();

    /// <summary>The value of an address column.</summary>
    internal static object Of(Ipv4Address address) => new StoredAddress(address).ToOctets();

    /// <summary>The value of an address column that may be NULL.</summary>
    internal static object OfOptional(Ipv4Address? address) => address is { } known ? Of(known) : DBNull.Value;

    /// <summary>The value of a MAC column.</summary>
    internal static object Of(MacAddress mac) => (long)mac.Value;

    /// <summary>The value of a time column.</summary>
    internal static object Of(DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    /// <summary>The value of a column that holds 0 or 1.</summary>
    internal static object Of(bool value) => value ? 1L : 0L;
}
