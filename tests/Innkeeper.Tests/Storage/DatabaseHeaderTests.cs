using Innkeeper.Hosting;
using Innkeeper.Storage;

namespace Innkeeper.Tests.Storage;

public sealed class DatabaseHeaderTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Database => Path.Combine(_directory.Path, StateStore.FileName);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Version_OfTheGatewaysDatabase_IsThatOfTheSchema_AlsoWhileItIsOpen()
    {
        using (var store = StateStore.Open(_directory.Path, out _))
        {
            store.ReadEvents(1);
        }

        Assert.Equal((uint)Schema.Version, DatabaseHeader.ReadVersion(Database));
        using var open = StateStore.Open(_directory.Path, out _);
        Assert.Equal((uint)Schema.Version, DatabaseHeader.ReadVersion(Database));
        Assert.Empty(TakeoverCheck.OfState(_directory.Path));
    }

    [Fact]
    public void TakeoverCheck_OfANewerDatabase_IsRefused_AndSaysWhatToDo()
    {
        using (StateStore.Open(_directory.Path, out _))
        {
        }

        using (var file = new FileStream(Database, FileMode.Open))
        {
            file.Position = 60;
            file.Write([0, 0, 0, (byte)(Schema.Version + 1)]);
        }

        Assert.Contains($"schema {Schema.Version + 1}", Assert.Single(TakeoverCheck.OfState(_directory.Path)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not a database, but long enough to have sixty-four octets in it, as this text")]
    public void Version_OfSomethingElse_IsNotKnown(string? content)
    {
        if (content is not null)
        {
            File.WriteAllText(Database, content);
        }

        Assert.Null(DatabaseHeader.ReadVersion(Database));
        Assert.Empty(TakeoverCheck.OfState(_directory.Path));
    }
}
