using Microsoft.Data.Sqlite;

namespace Innkeeper.Tests.Storage;

/// <summary>Another program that has the database's write lock: nothing can be written until it is released.</summary>
internal sealed class DatabaseLock : IDisposable
{
    private readonly SqliteConnection _connection;

    public DatabaseLock(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Execute("BEGIN IMMEDIATE");
    }

    public void Release() => Execute("ROLLBACK");

    public void Dispose() => _connection.Dispose();

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
