using Innkeeper.FirstRun;
using Innkeeper.Revisions;

namespace Innkeeper.Tests.FirstRun;

public sealed class BrokenOffTrialTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly List<string> _given = [];
    private readonly RevisionStore _store;

    public BrokenOffTrialTests() => _store = new RevisionStore(Path.Combine(_directory, "state"));

    private string FilePath => Path.Combine(_directory, "innkeeper.toml");

    private string Manager => Path.Combine(_directory, "NetworkManager/conf.d/90-innkeeper.conf");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private bool TakeBack(string present, string before, bool isFirst = true)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Manager)!);
        File.WriteAllText(Manager, "# eth1\n");
        File.WriteAllText(FilePath, present);
        _store.Save(new ChangeNote(ChangePhase.Waiting, before, before, "# tried\n", "anna", Boot: "boot-1", End: 60, Limit: 60, IsFirst: isFirst));
        return BrokenOffTrial.TakeBack(FilePath, _store, new NetworkManagers(_directory), _given.Add);
    }

    [Fact]
    public void Files_ThatWereNotThereBefore_AreRemoved()
    {
        Assert.True(TakeBack("# tried\n", ""));

        Assert.False(File.Exists(FilePath) || File.Exists(Manager));
        Assert.Null(_store.LoadNote());
        Assert.False(BrokenOffTrial.TakeBack(FilePath, _store, new NetworkManagers(_directory), _given.Add));
    }

    [Fact]
    public void APreviousFile_IsPutBack()
    {
        Assert.True(TakeBack("# tried\n", "# before\n"));

        Assert.Equal(("# before\n", FilePath), (File.ReadAllText(FilePath), Assert.Single(_given)));
    }

    [Theory]
    [InlineData("# edited\n", true)]
    [InlineData("# tried\n", false)]
    public void AnotherFile_OrAnotherChange_Stays(string present, bool isFirst)
    {
        Assert.False(TakeBack(present, "", isFirst));

        Assert.Equal(present, File.ReadAllText(FilePath));
        Assert.NotNull(_store.LoadNote());
    }

    [Theory]
    [InlineData("accounts.db")]
    [InlineData("web.key")]
    [InlineData("configuration")]
    public void ALinkAmongTheState_IsFound(string name)
    {
        Assert.Null(FirstRunHost.LinkIn(Path.Combine(_directory, "none")));
        Assert.Null(FirstRunHost.LinkIn(_directory));

        File.CreateSymbolicLink(Path.Combine(_directory, name), "/etc/passwd");

        Assert.Equal(Path.Combine(_directory, name), FirstRunHost.LinkIn(_directory));
    }
}
