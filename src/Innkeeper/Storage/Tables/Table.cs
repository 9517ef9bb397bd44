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
    /// <param name="isDamaged">The file is known to be damaged: rows are read as far as that goes.</param>
    protected ImmutableArray<T> Read<T>(string query, Func<SqliteDataReader, T> make, bool isDamaged = false)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        using var row = command.ExecuteReader();
        var records = ImmutableArray.CreateBuilder<T>();
        while (HasNext(row, isDamaged && records.Count > 0))
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

    private static bool HasNext(SqliteDataReader row, bool isDamaged)
    {
        try
        {
            return row.Read();
        }
        catch (SqliteException) when (isDamaged)
        {
            return false;
        }
    }
}
