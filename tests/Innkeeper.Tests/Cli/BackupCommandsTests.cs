using System.Text.Json;
using Innkeeper.Backups;
using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Tests.Backups;
using Innkeeper.Tests.Management;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Cli;

/// <summary>`backup` and `restore` as typed, with a gateway that answers and without.</summary>
public sealed class BackupCommandsTests : IDisposable
{
    private readonly Machine _machine = new();
    private readonly FakeGateway _gateway = new();

    public BackupCommandsTests()
    {
        _machine.Fill("till");
        File.WriteAllText(_machine.PasswordFile, "secret");
        _gateway.OnBackup = _ => StateBackup.CreateOf(_machine.StateDirectory, _machine.StateDirectory, _machine.Text, Samples.Noon);
    }

    public void Dispose() => _machine.Dispose();

    private ControlServer Serve() => new(_machine.Socket, _gateway.Operations);

    private CommandLine Run(params string[] arguments) => CommandLine.Run([.. arguments, "--config", _machine.Configuration]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Backup_WithAGatewayAndWithout_IsOneFileForItsOwner_ThatRestores(bool isRunning)
    {
        using (isRunning ? Serve() : null)
        {
            var made = Run("backup", _machine.Backup, "--secrets", _machine.Secrets);

            Assert.Equal((0, ""), (made.Code, made.Errors));
            Assert.Equal(
                $"the state and the configuration are in {_machine.Backup} ({new FileInfo(_machine.Backup).Length} octets); mail.password_file are in {_machine.Secrets}: keep it where only you can read it\n", made.Output);
        }

        Assert.All([_machine.Backup, _machine.Secrets], file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
        Assert.DoesNotContain(_machine.Files, file => file.EndsWith(".new", StringComparison.Ordinal) || file.Contains("backup-", StringComparison.Ordinal));
        Directory.Delete(_machine.StateDirectory, recursive: true);
        File.Delete(_machine.Configuration);
        File.Delete(_machine.PasswordFile);

        var restored = Run("restore", _machine.Backup, "--secrets", _machine.Secrets);

        Assert.Equal(0, restored.Code);
        Assert.StartsWith($"restored {_machine.Database}, {_machine.PasswordFile}, {_machine.Configuration} from the backup of {Environment.MachineName} at 20", restored.Output, StringComparison.Ordinal);
        Assert.Equal(["till"], _machine.Names());
        Assert.Equal("secret", File.ReadAllText(_machine.PasswordFile));
        Assert.Equal(_machine.Text, File.ReadAllText(_machine.Configuration));
    }

    [Fact]
    public void Backup_WithoutSecrets_NamesTheFilesThatAreNotInIt_AndReplacesAnEarlierOne()
    {
        File.WriteAllText(_machine.Backup, "earlier");

        var made = Run("backup", _machine.Backup, "--json");

        Assert.Equal(0, made.Code);
        using var outcome = JsonDocument.Parse(made.Output);
        Assert.True(outcome.RootElement.GetProperty("done").GetBoolean());
        Assert.EndsWith($"not in it: {_machine.PasswordFile} (--secrets backs them up)", outcome.RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal([BackupManifest.FileName, BackupManifest.Configuration, BackupManifest.Database], Machine.Unpack(_machine.Backup).Select(part => part.Name));
    }

    [Fact]
    public void Backup_ThatFails_LeavesTheEarlierOne_AndIsOneLine()
    {
        File.WriteAllText(_machine.Backup, "earlier");
        var before = _machine.Contents;
        using (Serve())
        {
            _gateway.OnBackup = _ => new Unavailable("another backup is being made; try again");
            Assert.Equal(new CommandLine(1, "", "innkeeper: the gateway answers: another backup is being made; try again\n"), Run("backup", _machine.Backup));

            // Octets that are no backup never get its name.
            _gateway.OnBackup = _ => File.OpenRead(_machine.Configuration);
            var broken = Run("backup", _machine.Backup);
            Assert.Equal((1, ""), (broken.Code, broken.Output));
            Assert.Contains("no backup of Innkeeper", broken.Errors, StringComparison.Ordinal);
        }

        File.Delete(_machine.PasswordFile);
        var unreadable = Run("backup", _machine.Backup, "--secrets", _machine.Secrets);
        Assert.Equal(1, unreadable.Code);
        Assert.Contains($"{_machine.PasswordFile} ([mail] password_file) cannot be read", unreadable.Errors, StringComparison.Ordinal);
        File.WriteAllText(_machine.PasswordFile, "secret");

        var full = Run("backup", "/proc/innkeeper.backup");
        Assert.Equal(1, full.Code);
        Assert.Single(full.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // A reader of the database leaves its companions, without content.
        Assert.Equal(before, _machine.Contents.Where(file => !file.Key.Contains(".db-", StringComparison.Ordinal)).ToDictionary());
    }

    /// <summary>Half an answer of a gateway that died.</summary>
    [Fact]
    public void Backup_ThatBreaksOff_IsNone()
    {
        var before = _machine.Contents;
        using (new OneAnswer(_machine.Socket, OneAnswer.Http("half", missing: 4000)))
        {
            var broken = Run("backup", _machine.Backup);
            Assert.Equal(1, broken.Code);
            Assert.Contains("the gateway's answer is incomplete", broken.Errors, StringComparison.Ordinal);
        }

        File.Delete(_machine.Socket);
        Assert.Equal(before, _machine.Contents);
    }

    [Fact]
    public void Restore_WhileAGatewayRuns_IsRefused_AndJsonSaysIt()
    {
        Assert.Equal(0, Run("backup", _machine.Backup).Code);
        using (Serve())
        {
            var refused = Run("restore", _machine.Backup, "--force", "--json");

            Assert.Equal(1, refused.Code);
            Assert.Equal($"innkeeper: a gateway is running (it answers at {_machine.Socket}); stop it first\n", refused.Errors);
            using var outcome = JsonDocument.Parse(refused.Output);
            Assert.False(outcome.RootElement.GetProperty("done").GetBoolean());
        }
    }

    [Fact]
    public void Backup_OfBothIntoOneFile_IsAFaultOfTheCommandLine() =>
        Assert.Equal((2, "innkeeper backup: the state and the secrets need a file each; see `innkeeper backup --help`\n"), (Run("backup", _machine.Backup, "--secrets", _machine.Backup) is var line ? line.Code : 0, line.Errors));
}
