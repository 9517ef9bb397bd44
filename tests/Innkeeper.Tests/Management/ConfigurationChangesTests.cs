using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Revisions;
using Innkeeper.Tests.Revisions;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

/// <summary>The operations that check, compare and change the configuration file. How a change ends: SettingsChangesTests.</summary>
public sealed class ConfigurationChangesTests : IGatewayLifetime, IDisposable
{
    private readonly RevisionWorld _world = new();
    private readonly ManagementFixture _devices = new();
    private readonly SettingsStatus _settings = new(4, null, () => false, () => null);
    private readonly string _before;
    private readonly string _after;
    private List<ConfigurationError> _faults = [];
    private Func<string, List<string>>? _program;

    public ConfigurationChangesTests() => (_before, _after) = (_world.Text("30m"), _world.Text("20m"));

    private ConfigurationOperations Operations => new(
        _world.Active, Network, _ => _faults, file => _program?.Invoke(file()), _settings, new SettingsEffects(_devices.Directory, _devices.Clock), this, _world.Changes, _world.Store, _devices);

    public void Dispose() => _world.Dispose();

    void IGatewayLifetime.RequestReplacement()
    {
        // Apply has its replacement counted by the world.
    }

    private Result<ReloadReport> Apply(string text, string? tag = null, string? within = null, string? comment = null, bool isDryRun = false, Actor? actor = null) =>
        Operations.Apply(actor ?? Admin, new ApplyRequest(text, comment, within), new WriteOptions(isDryRun, tag));

    [Fact]
    public void GetFile_HasTheTextWithItsTag()
    {
        var report = Operations.GetFile(Admin).Value!;
        Assert.Equal((_before, FileText.Of(_before).Tag, true, null), (report.Text, report.Etag, report.Writable, report.Note));
    }

    [Fact]
    public void Check_FindsEveryErrorOfATextThatIsNotOnDisk()
    {
        var report = Operations.Check(Admin, new ConfigText(_before + "pool.idle = \"x\"\n[portall]\n")).Value!;
        Assert.Contains(report.Errors, e => e is { Line: 7, Key: "portall" });
        Assert.All(report.Errors, e => Assert.True(e.Line > 0 && e.Column > 0));

        _faults = [new ConfigurationError(_world.ConfigFile, 3, 9, "pool.addresses", "is outside of the subnet")];
        Assert.Equal([new CheckError(3, 9, "pool.addresses", "is outside of the subnet")], Operations.Check(Admin, new ConfigText(_before)).Value!.Errors);

        _faults = [];
        Assert.Empty(Operations.Check(Admin, new ConfigText(_before)).Value!.Errors);
        Assert.Null(Assert.Single(Operations.Check(Admin, new ConfigText("\0")).Value!.Errors).Key);
        Assert.Null(Assert.Single(Operations.Check(Admin, new ConfigText(new string('#', ConfigurationFile.MaxSize + 1))).Value!.Errors).Key);
        Assert.IsType<Invalid>(Operations.Check(Admin, new ConfigText()).Failure);
        Assert.Equal(_before, _world.OnDisk);
    }

    [Fact]
    public void Preview_OfAText_NamesValues_Devices_AndLines_AndWritesNothing()
    {
        _devices.Know(Phone, "press-1", state: AdmissionState.Admitted);
        _devices.Bind(2, Phone, "10.0.0.5", "192.0.2.1");
        var text = _after + "[profiles.default]\nadmission = \"approve\"\n";

        var report = Operations.PreviewText(Admin, new ConfigText(text)).Value!;

        Assert.Equal(["press-1"], report.Held!);
        Assert.Contains(new ValueChange("pool.idle", "\"30m\"", "\"20m\""), report.Values!);
        Assert.Contains("-pool.idle = \"30m\"\n", report.Diff, StringComparison.Ordinal);
        Assert.Contains("+pool.idle = \"20m\"\n", report.Diff, StringComparison.Ordinal);
        Assert.Equal((_before, 0), (_world.OnDisk, _world.Replacements));
        Assert.Null(_world.Store.LoadNote());
    }

    /// <summary>Without a text, the file as it is now is compared with the settings in force.</summary>
    [Fact]
    public void Preview_OfTheFile_ComparesItWithTheSettingsInForce()
    {
        File.WriteAllText(_world.ConfigFile, _after);
        var report = Operations.PreviewText(Admin, new ConfigText()).Value!;
        Assert.Equal([new ValueChange("pool.idle", "\"30m\"", "\"20m\"")], report.Values!);
        Assert.Contains("+pool.idle = \"20m\"\n", report.Diff, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_AnswersWithTheNumberOfTheSettings_AndUntilWhenItWaits()
    {
        var report = Apply(_after, FileText.Of(_before).Tag, "60s", "for the fair").Value!;

        Assert.Equal((5, true, new PendingReport(_world.Wall.AddSeconds(60), "root")), (report.Number, report.Replaces, report.Pending));
        Assert.Equal(["pool.idle"], report.Changed);
        Assert.Equal((_after, 1), (_world.OnDisk, _world.Replacements));
        Assert.Equal(report.Pending, Operations.GetPending(Admin).Value);
    }

    [Fact]
    public void Apply_OfATextBasedOnAnother_ChangesNothing()
    {
        File.WriteAllText(_world.ConfigFile, "# edited\n" + _before);
        Assert.Equal(new Changed("configuration file", _world.ConfigFile), Apply(_after, FileText.Of(_before).Tag).Failure);
        Assert.Equal(("# edited\n" + _before, 0), (_world.OnDisk, _world.Replacements));
        Assert.True(Apply(_after, FileText.Of(_world.OnDisk).Tag).IsOk);
    }

    [Fact]
    public void Apply_AsADryRun_ChangesNothing()
    {
        var report = Apply(_after, isDryRun: true).Value!;
        Assert.True(report is { DryRun: true, Changed: ["pool.idle"], Number: null, Pending: null });
        Assert.Equal((_before, 0), (_world.OnDisk, _world.Replacements));
    }

    [Fact]
    public void Apply_OfAWrongText_IsRejectedWithEachError()
    {
        Assert.Contains("pool.idle", Assert.Single(Assert.IsType<Rejected>(Apply(_world.Text("soon")).Failure).Errors), StringComparison.Ordinal);
        _faults = [new ConfigurationError(_world.ConfigFile, 3, 9, "pool.addresses", "is outside of the subnet")];
        Assert.Equal($"{_world.ConfigFile}:3:9: pool.addresses: is outside of the subnet", Assert.Single(Assert.IsType<Rejected>(Apply(_after).Failure).Errors));
        Assert.Equal((_before, 0), (_world.OnDisk, _world.Replacements));
    }

    [Theory]
    [InlineData("4s", null, "confirm_within")]
    [InlineData("2h", null, "confirm_within")]
    [InlineData("soon", null, "confirm_within")]
    [InlineData(null, "two\nlines", "comment")]
    public void Apply_WithAWrongValue_NamesIt(string? within, string? comment, string field)
    {
        Assert.Equal(field, Assert.IsType<Invalid>(Apply(_after, within: within, comment: comment).Failure).Field);
        Assert.Equal(_before, _world.OnDisk);
    }

    /// <summary>The note with the way back lies there: a start that reads another directory would not find it.</summary>
    [Fact]
    public void Apply_OfAnotherStateDirectory_IsRejected()
    {
        var error = Assert.Single(Assert.IsType<Rejected>(Apply(_before.Replace(_world.State, _world.State + "2", StringComparison.Ordinal)).Failure).Errors);
        Assert.Contains(":5:1: state.directory: cannot be changed by `config apply`", error, StringComparison.Ordinal);
    }

    /// <summary>A program that was replaced judges the text by its own rules, before the file has it.</summary>
    [Fact]
    public void Apply_WithAnotherProgram_AsksThatProgramAboutTheText()
    {
        string? asked = null;
        _program = file =>
        {
            asked = File.ReadAllText(file);
            return ["it is too new"];
        };
        Assert.Equal(["it is too new"], Assert.IsType<Rejected>(Apply(_after).Failure).Errors);
        Assert.Equal((_after, _before), (asked, _world.OnDisk));
        Assert.DoesNotContain(Directory.GetFiles(_world.Store.Directory), f => f.EndsWith("candidate.toml", StringComparison.Ordinal));

        _program = _ => [];
        Assert.True(Apply(_after).Value!.Replaces);
    }

    [Fact]
    public void Apply_ToAFileThatCannotBeWritten_SaysWhatToDo()
    {
        File.Delete(_world.ConfigFile);
        File.CreateSymbolicLink(_world.ConfigFile, "/sys/kernel/notes");
        var note = Operations.GetFile(Admin);
        Assert.SkipWhen(note.Value is { Writable: true }, "this machine lets its kernel's notes be written");
        Assert.IsType<Unavailable>(Apply(_after).Failure);
    }

    [Fact]
    public void Reload_WhileAChangeWaits_IsRefused_IfTheFileHasAnotherText()
    {
        Apply(_after, within: "60s");
        _world.TakeOver();
        File.WriteAllText(_world.ConfigFile, _world.Text("5m"));
        Assert.Contains("waits for its confirmation", Assert.Single(Assert.IsType<Rejected>(Operations.Reload(Admin).Failure).Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Confirm_And_Rollback_NeedAChangeThatWaits()
    {
        Assert.Single(Assert.IsType<Rejected>(Operations.Confirm(Admin, WriteOptions.Now).Failure).Errors);
        Assert.Single(Assert.IsType<Rejected>(Operations.Rollback(Admin, WriteOptions.Now).Failure).Errors);
        Apply(_after, within: "60s");
        _world.TakeOver();
        Assert.False(Operations.Confirm(Admin, WriteOptions.Now).Value!.Replaces);
        Apply(_before, within: "60s");
        _world.TakeOver();

        var change = Operations.Rollback(Admin, WriteOptions.Now).Value!;

        Assert.Equal((true, 5, _after), (change.Replaces, change.Number, _world.OnDisk));
    }

    [Fact]
    public void DryRuns_OfDecisions_DecideNothing()
    {
        Assert.IsType<Rejected>(Operations.Confirm(Admin, new WriteOptions(IsDryRun: true)).Failure);
        Apply(_after, within: "60s");
        _world.TakeOver();

        Assert.True(Operations.Confirm(Admin, new WriteOptions(IsDryRun: true)).IsOk);
        Assert.True(Operations.Rollback(Admin, new WriteOptions(IsDryRun: true)).Value is { Number: null });

        Assert.Equal((_after, "root"), (_world.OnDisk, Operations.GetPending(Admin).Value!.By));
        Assert.Equal("configuration-apply", Assert.Single(_devices.Trail).What);
    }

    /// <summary>Who, from where, and both values.</summary>
    [Fact]
    public void Changes_AreInTheAuditTrail()
    {
        var alice = Admin with { Name = "alice", Kind = ActorKind.Person, From = "192.0.2.7" };
        Apply(_after, within: "60s", actor: alice);
        _world.TakeOver();
        Operations.Confirm(Admin, WriteOptions.Now);
        File.WriteAllText(_world.ConfigFile, _before);
        Operations.Reload(Admin);

        Assert.Equal(["configuration-apply", "configuration-confirm", "configuration-reload"], _devices.Trail.Select(e => e.What));
        Assert.Equal((alice, "{\"pool.idle\":\"\\\"30m\\\"\"}", "{\"pool.idle\":\"\\\"20m\\\"\"}"), (_devices.Trail[0].Who, _devices.Trail[0].Before, _devices.Trail[0].After));
        Assert.All(_devices.Trail, e => Assert.Equal(_world.ConfigFile, e.Subject));
    }

    [Fact]
    public void History_IsNewestFirst_WithTheFileOfEachText()
    {
        Apply(_after, comment: "for the fair", actor: Admin with { Kind = ActorKind.Person, From = "192.0.2.7" });
        _world.TakeOver();

        var history = Operations.ListHistory(Admin).Value!;

        Assert.Equal([2, 1], history.Entries.Select(e => e.Number));
        Assert.Equal((2, "root", "192.0.2.7", "for the fair", null), (history.InForce, history.Entries[0].By, history.Entries[0].From, history.Entries[0].Comment, history.Entries[0].Text));
        Assert.Equal(_before, File.ReadAllText(history.Entries[1].File));
        Assert.Equal(_before, Operations.GetHistory(Admin, "1").Value!.Text);
        Assert.All(["3", "-1", "x", ""], number => Assert.IsType<NotFound>(Operations.GetHistory(Admin, number).Failure));
    }

    [Fact]
    public void Gateway_ThatWasStartedWithOptions_HasNoFile()
    {
        var operations = new ConfigurationOperations(
            _world.Active with { SourceMap = _world.Active.SourceMap.WithoutLines() }, Network, _ => [], _ => null, _settings, new SettingsEffects(_devices.Directory, _devices.Clock), this, null, _world.Store, _devices);
        Failure?[] failures = [operations.GetFile(Admin).Failure, operations.Apply(Admin, new ApplyRequest(_after), WriteOptions.Now).Failure, operations.Confirm(Admin, WriteOptions.Now).Failure, operations.ListHistory(Admin).Failure];
        Assert.All(failures, f => Assert.IsType<Unavailable>(f));
        Assert.Equal(new PendingReport(), operations.GetPending(Admin).Value);
    }

    [Fact]
    public void Operators_SeeAndChangeNothing()
    {
        var operations = Operations;
        Failure?[] failures =
        [
            operations.Get(Operator).Failure, operations.GetFile(Operator).Failure, operations.Check(Operator, new ConfigText(_after)).Failure, operations.Preview(Operator).Failure,
            operations.PreviewText(Operator, new ConfigText(_after)).Failure, Apply(_after, actor: Operator).Failure, operations.Confirm(Operator, WriteOptions.Now).Failure, operations.Rollback(Operator, WriteOptions.Now).Failure,
            operations.GetPending(Operator).Failure, operations.ListHistory(Operator).Failure, operations.GetHistory(Operator, "1").Failure, operations.Reload(Operator).Failure,
        ];
        Assert.All(failures, failure => Assert.Equal(new Forbidden("admin", "olga"), failure));
        Assert.Equal(_before, _world.OnDisk);
    }
}
