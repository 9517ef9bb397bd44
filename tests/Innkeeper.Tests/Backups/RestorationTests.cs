using System.Text;
using Innkeeper.Backups;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Backups;

/// <summary>Backups of one machine's files, restored there and on another.</summary>
public sealed class RestorationTests : IDisposable
{
    private readonly Machine _old = new();
    private readonly Machine _new = new();

    public void Dispose()
    {
        _old.Dispose();
        _new.Dispose();
    }

    private static string Refusal(Func<RestoreReport> restore) => Assert.Throws<BackupException>(restore).Message;

    [Fact]
    public void Restore_OnAnotherMachine_BringsStateAndConfiguration()
    {
        _old.MakeBackup();
        File.Move(_old.Backup, _new.Backup);
        Directory.Delete(_old.StateDirectory, recursive: true);

        var report = _new.Restore();

        // The configuration in the backup says where the state belongs.
        Assert.Equal([_old.Database, _new.Configuration], report.Written);
        Assert.Equal(["till", "desk"], _old.Names());
        Assert.Equal(_old.Text, File.ReadAllText(_new.Configuration));
    }

    [Fact]
    public void Restore_StateOnly_KeepsTheConfigurationThatIsHere_AndItsPlaces()
    {
        _old.MakeBackup();
        File.WriteAllText(_new.Configuration, _new.Text);

        var report = _new.Restore(isStateOnly: true, file: _old.Backup);

        Assert.Equal([_new.Database], report.Written);
        Assert.Empty(report.Kept);
        Assert.Equal(["till", "desk"], _new.Names());
        Assert.Equal(_new.Text, File.ReadAllText(_new.Configuration));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_new.Database));
        using var store = StateStore.Open(_new.StateDirectory, out _);
        Assert.Equal(Samples.Binding(1), Assert.Single(store.LoadBindings()));
        Assert.Equal(["device-name", "restore"], store.ReadEvents(10).Reverse().Select(e => e.Kind));
        Assert.Equal(
            $"root restored the backup innkeeper.backup, made on {Environment.MachineName} at 2026-03-01 12:00:00Z by version {BackupManifest.ProductVersion}", store.ReadEvents(1)[0].Text);
    }

    /// <summary>The gateway's user owns that directory, and root restores.</summary>
    [Fact]
    public void Restore_WhereTheDatabaseIsALink_IsRefused_AndTheLinksTargetStays()
    {
        _old.MakeBackup();
        Directory.CreateDirectory(_new.StateDirectory);
        var target = Path.Combine(_new.StateDirectory, "target");
        File.WriteAllText(target, "mine");
        File.CreateSymbolicLink(_new.Database, target);
        File.WriteAllText(_new.Configuration, _new.Text);

        Assert.Contains("is a link to", Refusal(() => _new.Restore(isStateOnly: true, file: _old.Backup)), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(target));
    }

    [Fact]
    public void Restore_OverAnotherState_NeedsForce_AndKeepsWhatWasThere()
    {
        _old.MakeBackup();
        _new.Fill("other");
        File.WriteAllText(_new.Configuration, _old.Text.Replace(_old.StateDirectory, _new.StateDirectory, StringComparison.Ordinal) + "\n# mine\n");
        File.WriteAllText(_old.Configuration, "");
        var backup = _old.Text.Replace(_old.StateDirectory, _new.StateDirectory, StringComparison.Ordinal);
        using (var octets = StateBackup.CreateOf(_old.StateDirectory, _old.StateDirectory, backup, Samples.Noon))
        using (var output = File.Create(_new.Backup))
        {
            octets.CopyTo(output);
        }

        var before = _new.Contents;
        Assert.Equal($"{_new.Configuration}, {_new.Database} are here already; give --force to replace them (copies are kept)", Refusal(() => _new.Restore()));
        Assert.Equal(before, _new.Contents);

        var report = _new.Restore(isForced: true);

        Assert.Equal([_new.Database + ".before-restore-20260301T140000Z", _new.Configuration + ".before-restore-20260301T140000Z"], report.Kept);
        Assert.Equal(["till", "desk"], _new.Names());
        Assert.EndsWith("# mine\n", File.ReadAllText(report.Kept[1]), StringComparison.Ordinal);
        File.Delete(_new.Database);
        File.Move(report.Kept[0], _new.Database);
        Assert.Equal(["other"], _new.Names());
    }

    /// <summary>A gateway that was killed leaves its log: what it holds is in the backup, and in what a restore keeps.</summary>
    [Fact]
    public void BackupAndRestore_OfDatabasesWithALog_LoseNothing()
    {
        using (var store = StateStore.Open(_old.StateDirectory, out _))
        {
            store.Commit([new SaveDevice(Samples.Device(1) with { Name = "in the log" }), new SettleRestored()]);
            CopyLive(_old, _new);
        }

        Assert.True(new FileInfo(_new.Database + "-wal").Length > 0);
        File.WriteAllText(_new.Configuration, _new.Text);
        _new.Write(_new.Backup);

        var report = _new.Restore(isForced: true);

        Assert.Equal(["in the log"], _new.Names());
        File.Delete(_new.Database);
        File.Move(report.Kept[0], _new.Database);
        Assert.Equal(["in the log"], _new.Names().Where(name => name != ""));
    }

    /// <summary>As a crash leaves them.</summary>
    private static void CopyLive(Machine from, Machine to)
    {
        Directory.CreateDirectory(to.StateDirectory);
        foreach (var file in StateFiles.WithCompanions(from.Database).Where(File.Exists).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            File.Copy(file, to.Database + file[from.Database.Length..]);
        }
    }

    [Fact]
    public void Restore_OverADamagedDatabase_KeepsItAsItWas()
    {
        _old.MakeBackup();
        _new.Fill("other");
        File.WriteAllText(_new.Database, "no database");

        var report = _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup);

        Assert.Equal("no database", File.ReadAllText(Assert.Single(report.Kept)));
        Assert.Equal(["till", "desk"], _new.Names());
    }

    [Fact]
    public void Restore_ManyTimes_KeepsTheLatestFew()
    {
        _old.MakeBackup();
        _new.Fill("other");
        for (var time = 0; time < ReplacedFile.MostKept + 3; time++)
        {
            _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup, clock: new FakeMachineClock("this boot", TimeSpan.FromHours(1), Samples.Noon.AddMinutes(time)));
        }

        Assert.Equal(ReplacedFile.MostKept, _new.Files.Count(file => file.Contains(".before-restore-", StringComparison.Ordinal)));
        Assert.Equal(["till", "desk"], _new.Names());
    }

    [Fact]
    public void Restore_WhileAGatewayAnswers_OrHasTheDatabase_ChangesNothing()
    {
        _old.MakeBackup();
        _new.Fill("other");
        var before = _new.Contents;

        Assert.Equal(
            $"a gateway is running (it answers at {_new.Socket}); stop it first", Refusal(() => _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup, isAnswering: socket => socket == _new.Socket)));
        Assert.Equal(before, _new.Contents);

        using (StateStore.Open(_new.StateDirectory, out _))
        {
            Assert.Equal(
                $"another process has the database {_new.Database} open; nothing was changed", Refusal(() => _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup)));
        }

        Assert.Equal(["other"], _new.Names());
    }

    [Fact]
    public void Restore_OfADamagedBackup_ChangesNothing_AndLeavesNothing()
    {
        _old.MakeBackup();
        _new.Fill("other");
        var whole = File.ReadAllBytes(_old.Backup);
        File.WriteAllBytes(_old.Backup, whole[..(whole.Length / 2)]);
        var before = _new.Contents;

        Assert.Contains("use another backup", Refusal(() => _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup)), StringComparison.Ordinal);

        Assert.Equal(before, _new.Contents);
    }

    [Theory]
    [InlineData("", "the file is damaged")]
    [InlineData("PRAGMA user_version = 999", "its schema has version 999 and this program knows up to")]
    [InlineData("PRAGMA user_version = 0", "it was not made by Innkeeper")]
    [InlineData("DROP TABLE bindings", "no such table")]
    public void Restore_OfABackupWhoseDatabaseIsOfNoUse_ChangesNothing(string damage, string expected)
    {
        _old.MakeBackup();
        if (damage != "")
        {
            using var connection = OldDatabase.Connect(_old.Database);
            Sql.Execute(connection, damage);
        }

        Repack(octets => damage != "" ? File.ReadAllBytes(_old.Database) : [.. octets[..5000], .. Enumerable.Repeat((byte)0x5a, octets.Length - 5000)]);
        _new.Fill("other");
        var before = _new.Contents;

        var refusal = Refusal(() => _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup));

        Assert.Contains(expected, refusal, StringComparison.Ordinal);
        Assert.EndsWith("nothing was changed", refusal, StringComparison.Ordinal);
        Assert.Equal(before, _new.Contents);
    }

    /// <summary>The same backup with another database in it, and a manifest that fits.</summary>
    private void Repack(Func<byte[], byte[]> change, int schema = 7)
    {
        var parts = Machine.Unpack(_old.Backup);
        using var output = File.Create(_old.Backup);
        BackupWriter.Write(output, BackupManifest.State, schema, Samples.Noon, [(parts[1].Name, new MemoryStream(parts[1].Octets)), (parts[2].Name, new MemoryStream(change(parts[2].Octets)))]);
    }

    [Fact]
    public void Restore_OfAnEarlierSchema_MigratesIt()
    {
        Directory.CreateDirectory(_old.StateDirectory);
        OldDatabase.Create(_old.Database, OldDatabase.Latest);
        _old.Write(_old.Backup);
        File.WriteAllText(_new.Configuration, _new.Text);

        var report = _new.Restore(isStateOnly: true, file: _old.Backup);

        Assert.Equal(OldDatabase.Latest, report.Backup.Schema);
        Assert.Equal(["Drucker", ""], _new.Names());
    }

    [Fact]
    public void Restore_OfANewerSchema_SaysWhatToInstall()
    {
        _old.MakeBackup();
        Repack(octets => octets, schema: 99);
        File.WriteAllText(_new.Configuration, _new.Text);

        Assert.Contains($"with a database of schema 99, and this program knows up to {Schema.Version}; install that version, or a newer one", Refusal(() => _new.Restore(isStateOnly: true, file: _old.Backup)), StringComparison.Ordinal);
    }

    [Fact]
    public void Restore_OfAConfigurationWithErrors_SaysSo_AndStateOnlyHelps()
    {
        _old.Fill("till");
        using (var octets = StateBackup.CreateOf(_old.StateDirectory, _old.StateDirectory, "pool.idel = \"30m\"\n", Samples.Noon))
        using (var output = File.Create(_new.Backup))
        {
            octets.CopyTo(output);
        }

        var refusal = Refusal(() => _new.Restore());
        Assert.Contains("the configuration in the backup has errors: ", refusal, StringComparison.Ordinal);
        Assert.Contains("--state-only", refusal, StringComparison.Ordinal);

        File.WriteAllText(_new.Configuration, _new.Text);
        _new.Restore(isStateOnly: true);
        Assert.Equal(["till"], _new.Names());
    }

    [Fact]
    public void Secrets_AreInAFileOfTheirOwn_AndComeToThePlacesThatTheSettingsNameHere()
    {
        _old.MakeBackup();
        File.WriteAllText(_old.PasswordFile, "the old secret\n");
        using (var output = File.Create(_old.Secrets))
        {
            Assert.Equal(["mail.password_file"], StateBackup.WriteSecrets(output, [.. NamedFiles.Of(ConfigurationFile.Parse(_old.Text, "x").Config!)], Samples.Noon));
        }

        Assert.All(Machine.Unpack(_old.Backup), part => Assert.DoesNotContain("the old secret", Encoding.Latin1.GetString(part.Octets), StringComparison.Ordinal));
        File.WriteAllText(_new.Configuration, _new.Text);
        File.WriteAllText(_new.PasswordFile, "mine");
        Assert.Contains($"{_new.PasswordFile} is here already", Refusal(() => _new.Restore(isStateOnly: true, file: _old.Backup, secrets: _old.Secrets)), StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(_new.PasswordFile));
        File.SetUnixFileMode(_new.PasswordFile, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        _new.Restore(isStateOnly: true, isForced: true, file: _old.Backup, secrets: _old.Secrets);

        Assert.Equal("the old secret\n", File.ReadAllText(_new.PasswordFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(_new.PasswordFile));
        File.Delete(_new.PasswordFile);
        _new.Restore(isStateOnly: true, isForced: true, file: _old.Backup, secrets: _old.Secrets);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_new.PasswordFile));
    }

    /// <summary>The gateway may write its configuration: root must not write a file wherever that says, such as to /etc/cron.d.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Secrets_OutsideOfTheConfigurationsFolder_AreNotWritten(bool isThere)
    {
        using var elsewhere = new TemporaryDirectory();
        var target = Path.Combine(elsewhere.Path, "cron.d");
        if (isThere)
        {
            File.WriteAllText(target, "mine");
        }

        _old.MakeBackup();
        File.WriteAllText(_old.PasswordFile, "* * * * * root evil\n");
        using (var output = File.Create(_old.Secrets))
        {
            StateBackup.WriteSecrets(output, [.. NamedFiles.Of(ConfigurationFile.Parse(_old.Text, "x").Config!)], Samples.Noon);
        }

        File.WriteAllText(_new.Configuration, _new.Text.Replace(_new.PasswordFile, target, StringComparison.Ordinal));

        var report = _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup, secrets: _old.Secrets);

        Assert.Equal([target], report.SkippedFiles);
        Assert.Equal(isThere ? "mine" : "", File.Exists(target) ? File.ReadAllText(target) : "");
    }

    [Fact]
    public void Files_BelongToTheOwnerOfTheStateDirectory()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can give files away");
        _old.MakeBackup();
        _new.Fill("other");
        const string Gateway = "65534:65534";
        Chown(Gateway, _new.StateDirectory);
        Chown(Gateway, _new.Database);

        var report = _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup);

        Assert.All(Directory.EnumerateFileSystemEntries(_new.StateDirectory, "*", SearchOption.AllDirectories), file => Assert.Equal(Gateway, OwnerOf(file)));
        Assert.Equal(Gateway, OwnerOf(Assert.Single(report.Kept)));
        File.Delete(_new.Database);
        File.WriteAllText(_old.PasswordFile, "secret");
        using (var output = File.Create(_old.Secrets))
        {
            StateBackup.WriteSecrets(output, [.. NamedFiles.Of(ConfigurationFile.Parse(_old.Text, "x").Config!)], Samples.Noon);
        }

        _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup, secrets: _old.Secrets);
        Assert.Equal(Gateway, OwnerOf(_new.Database));
        Assert.Equal(Gateway, OwnerOf(_new.PasswordFile));
    }

    private static void Chown(string owner, string file) => Run("chown", owner, file);

    private static string OwnerOf(string file) => Run("stat", "-c", "%u:%g", file).Trim();

    private static string Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    /// <summary>What another machine was up says nothing about the time since the backup: admissions that end in an hour end in an hour.</summary>
    [Theory]
    [InlineData("other boot", 100 * 24)]
    [InlineData("other boot", 0)]
    [InlineData("boot of the backup", 5)]
    public void Clock_GoesOnFromTheBackup_WhateverThisMachineWasUp(string boot, int hoursUp)
    {
        var kept = new KeptClock("boot of the backup", Samples.Noon.AddHours(-3), TimeSpan.FromMinutes(2), Samples.Noon, IsSettled: true);
        _old.MakeBackup();
        using (var store = StateStore.Open(_old.StateDirectory, out _))
        {
            store.Commit([new SaveClock(kept)]);
        }

        _old.Write(_old.Backup);
        File.WriteAllText(_new.Configuration, _new.Text);
        var machine = new FakeMachineClock(boot, TimeSpan.FromHours(hoursUp), Samples.Noon.AddHours(2).AddMinutes(2));

        _new.Restore(isStateOnly: true, file: _old.Backup, clock: machine);

        using var restored = StateStore.Open(_new.StateDirectory, out _);
        var clock = new SteadyClock(machine, restored.LoadClock());
        clock.Observe();
        Assert.Equal(Samples.Noon.AddHours(2), clock.GetUtcNow());
        Assert.Equal(machine.Wall, clock.WallNow());
    }

    /// <summary>If the restored database is lost before the gateway takes a snapshot, earlier state must not come back.</summary>
    [Fact]
    public void Snapshot_OfTheRestoredState_IsTheNewest()
    {
        _old.MakeBackup();
        _new.Fill("other");
        using (var store = StateStore.Open(_new.StateDirectory, out _))
        {
            store.TakeSnapshot(Samples.Noon);
        }

        _new.Restore(isForced: true, isStateOnly: true, file: _old.Backup);
        File.Delete(_new.Database);

        using var again = StateStore.Open(_new.StateDirectory, out var outcome);
        Assert.Equal(OpenResult.Restored, outcome.Result);
        Assert.Equal(["till", "desk"], again.LoadDevices().Select(d => d.Name));
    }

    [Fact]
    public void Restore_OnAFullDisk_ChangesNothing()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root can mount");
        _old.MakeBackup();
        _new.Fill("other");
        File.WriteAllText(_new.Configuration, _new.Text.Replace(_new.StateDirectory, _new.StateDirectory + "/full", StringComparison.Ordinal));
        var full = Directory.CreateDirectory(Path.Combine(_new.StateDirectory, "full")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=64k", "none", full);
        try
        {
            File.WriteAllBytes(Path.Combine(full, "filler"), new byte[40 * 1024]);

            Assert.EndsWith("; nothing was changed", Refusal(() => _new.Restore(isStateOnly: true, file: _old.Backup)), StringComparison.Ordinal);

            Assert.Equal(["filler"], Directory.GetFiles(full).Select(Path.GetFileName));
        }
        finally
        {
            Run("umount", full);
        }
    }

    [Fact]
    public void Backup_WhereThereIsNoRoom_OrNoDatabase_OrADamagedOne_IsOneSentence_AndLeavesNothing()
    {
        Assert.Contains("there is no database", Assert.Throws<BackupException>(() => StateBackup.CreateOf(_old.StateDirectory, _old.StateDirectory, "", Samples.Noon)).Message, StringComparison.Ordinal);

        _old.Fill("till");
        Assert.StartsWith("no backup was made: ", Assert.Throws<BackupException>(() => StateBackup.CreateOf(_old.StateDirectory, "/proc", "", Samples.Noon)).Message, StringComparison.Ordinal);

        File.WriteAllText(_old.Database, "no database");
        var before = _old.Contents;
        Assert.Contains("it is damaged", Assert.Throws<BackupException>(() => StateBackup.CreateOf(_old.StateDirectory, _old.StateDirectory, "", Samples.Noon)).Message, StringComparison.Ordinal);
        Assert.Equal(before, _old.Contents);
    }
}
