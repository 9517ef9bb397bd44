using Innkeeper.Configuration;
using Innkeeper.Revisions;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Revisions;

/// <summary>Texts that were in force, as files that a person can copy back.</summary>
public sealed class RevisionHistoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly RevisionStore _store;
    private readonly RevisionHistory _history;

    public RevisionHistoryTests()
    {
        _store = new RevisionStore(_directory);
        _history = new RevisionHistory(_store);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static Revision Details(string by = "root") => new(0, ManagementFixture.Start, by, null, null, RevisionOrigin.Apply, RevisionOutcome.Applied, 0, "");

    [Fact]
    public void Text_ThatIsInForceAlready_IsNoNews()
    {
        _history.CameInForce("a", Details());
        _history.CameInForce("a", Details("bob"));
        _history.CameInForce("b", Details());
        _history.CameInForce("a", Details());

        Assert.Equal([1, 2, 3], _history.List.Entries.Select(e => e.Number));
        Assert.Equal(("b", 3), (File.ReadAllText(Path.Combine(_directory, "configuration", "00002.toml")), _history.List.InForce));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_store.TextOf(1)));
    }

    [Fact]
    public void Entries_AreBoundedInNumber_AndTheTextInForceStays()
    {
        _history.CameInForce("in force", Details());
        for (var i = 0; i < RevisionHistory.MostEntries + 5; i++)
        {
            _history.Keep($"{i}", Details());
        }

        var entries = _history.List.Entries;
        Assert.Equal((RevisionHistory.MostEntries, 1, 106), (entries.Length, entries[0].Number, entries[^1].Number));
        Assert.Equal(RevisionHistory.MostEntries, _store.Numbers.Count());
        Assert.Equal("in force", _store.LoadText(1));
    }

    [Fact]
    public void Entries_AreBoundedInOctets()
    {
        for (var i = 0; i < 7; i++)
        {
            _history.CameInForce(i + new string('#', ConfigurationFile.MaxSize - 1), Details());
        }

        Assert.Equal([4, 5, 6, 7], _history.List.Entries.Select(e => e.Number));
        Assert.Equal([4, 5, 6, 7], _store.Numbers.Order());
    }

    [Fact]
    public void List_ThatIsDamaged_LosesNoText()
    {
        _history.CameInForce("a", Details());
        _history.CameInForce("b", Details());
        File.WriteAllText(Path.Combine(_store.Directory, "list.json"), "{ \"in_force\":");

        _history.CameInForce("c", Details());

        Assert.Equal(3, Assert.Single(_history.List.Entries).Number);
        Assert.Equal(["a", "b", "c"], _store.Numbers.Order().Select(_store.LoadText));
    }

    [Theory]
    [InlineData("{\"in_force\":1,\"entries\":null}")]
    [InlineData("{\"in_force\":1,\"entries\":[null]}")]
    [InlineData("{\"in_force\":1}")]
    [InlineData("{}")]
    [InlineData("[[[[")]
    public void List_OfAnyContent_IsReadWithoutAnException(string content)
    {
        Directory.CreateDirectory(_store.Directory);
        File.WriteAllText(Path.Combine(_store.Directory, "list.json"), content);
        _history.CameInForce("c", Details());
        Assert.Equal("c", _store.LoadText(_history.List.InForce));
    }

    /// <summary>A person, or another program, may have written anything there.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"phase\":\"Other\"}")]
    [InlineData("{\"phase\":\"Waiting\",\"before\":null}")]
    [InlineData("\0\0\0")]
    public void Note_ThatIsDamaged_IsNone(string content)
    {
        Directory.CreateDirectory(_store.Directory);
        File.WriteAllText(Path.Combine(_store.Directory, "change.json"), content);
        Assert.Null(_store.LoadNote());
    }
}
