using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace Innkeeper.Storage.Tables;

/// <summary>A table of the database: how it is declared, read and written.</summary>
/// <param name="connection">Stays its owner's.</param>
/// <param name="onSkipped">Called for each row that is skipped because its values are invalid.</param>
internal abstract class Table(SqliteConnection connection, Action onSkipped) : IDisposable
{
    /// <summary>The statements that write to the table.</summary>
    internal abstract IEnumerable<Statement> Statements { get; }

    public void Dispose()
    {
        foreach (var statement in Statements)
        {
            statement.Dispose();
        }
    }

    /// <summary>Reads rows. An invalid one is skipped: another program may have written to the file, or a newer version of this one.</summary>
    protected ImmutableArray<T> Read<T>(string query, Func<SqliteDataReader, T> make)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var row = command.ExecuteReader();
        var records = ImmutableArray.CreateBuilder<T>();
        while (row.Read())
        {
            try
            {
                records.Add(make(row));
            }
            catch (Exception error) when (error is InvalidOperationException or InvalidCastException or ArgumentException or FormatException or OverflowException)
            {
                onSkipped();
            }
        }

        return records.DrainToImmutable();
    }
}
