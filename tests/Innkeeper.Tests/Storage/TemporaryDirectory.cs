namespace Innkeeper.Tests.Storage;

/// <summary>A directory of the test's own, deleted at its end.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("ikt").FullName;

    internal string Database => System.IO.Path.Combine(Path, "innkeeper.db");

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
