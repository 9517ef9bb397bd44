using Innkeeper.FirstRun;
using Innkeeper.Management;

namespace Innkeeper.Tests.FirstRun;

public sealed class FirstRunFilesTests : IDisposable
{
    private readonly string _etc = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly List<string> _given = [];
    private readonly List<string> _told = [];
    private readonly FirstRunSettings _settings;
    private readonly FirstRunFiles _files;
    private bool _mayGive = true;

    public FirstRunFilesTests()
    {
        _settings = new FirstRunSettings(Path.Combine(_etc, "innkeeper", "innkeeper.toml"), null, TimeSpan.FromSeconds(60));
        _files = new FirstRunFiles(_settings, new NetworkManagers(_etc), Give, (text, command) => _told.Add($"{text}|{command}"));
        Directory.CreateDirectory(Path.Combine(_etc, "NetworkManager/conf.d"));
    }

    private string Manager => Path.Combine(_etc, "NetworkManager/conf.d/90-innkeeper.conf");

    private static FirstRunOrder Order(string? password = "hunter2 and more") => new(new Actor("anna", ActorKind.Person, Permission.Admin), new ChosenInterfaces("eth1", "eth0"), "# new\n", password);

    public void Dispose() => Directory.Delete(_etc, recursive: true);

    private void Give(string file) => _given.Add(_mayGive ? Path.GetFileName(file) : throw new UnauthorizedAccessException("it cannot be given"));

    private IEnumerable<string> Names => Directory.EnumerateFiles(_etc, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_etc, f)).Order();

    [Fact]
    public void Write_MakesAllFiles_AndTakeBack_LeavesNone()
    {
        Assert.Equal("", _files.Present);
        _files.Write(Order());

        Assert.Equal(["NetworkManager/conf.d/90-innkeeper.conf", "innkeeper/innkeeper.toml", "innkeeper/mail.password"], Names);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_settings.PasswordFile));
        Assert.Equal("hunter2 and more", File.ReadAllText(_settings.PasswordFile));
        Assert.Equal(["mail.password", "innkeeper.toml"], _given);
        Assert.Contains("eth1", File.ReadAllText(Manager));

        _files.TakeBack();

        Assert.Empty(Names);
        Assert.Contains($"removed {Manager}|systemctl reload NetworkManager", _told);
    }

    [Fact]
    public void TakeBack_PutsThePreviousFilesBack()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_settings.File)!);
        File.WriteAllText(_settings.File, "# old\n");
        File.WriteAllText(_settings.PasswordFile, "old");
        File.WriteAllText(Manager, "# of another interface\n");

        _files.Write(Order());
        Assert.Equal(("# new\n", "# old\n"), (File.ReadAllText(_settings.File), File.ReadAllText(_settings.File + ".bak")));
        _files.TakeBack();

        Assert.Equal(("# old\n", "old", "# of another interface\n"), (File.ReadAllText(_settings.File), File.ReadAllText(_settings.PasswordFile), File.ReadAllText(Manager)));
    }

    [Fact]
    public void Write_ThatFails_LeavesNothing()
    {
        _mayGive = false;

        Assert.Throws<UnauthorizedAccessException>(() => _files.Write(Order(password: null)));

        Assert.Empty(Names);
    }
}
