using Innkeeper.Control;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Cli;

/// <summary>`config preview`, `apply`, `confirm`, `rollback` and `history`, against a gateway that a test plays.</summary>
public sealed class ConfigChangeCommandsTests : IDisposable
{
    private static readonly DateTimeOffset s_until = new(2026, 11, 25, 12, 1, 0, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("ikt").FullName;
    private readonly FakeGateway _gateway = new();
    private readonly ControlServer _server;
    private readonly string _file;

    public ConfigChangeCommandsTests()
    {
        _server = new ControlServer(SocketPath, _gateway.Operations);
        _file = Path.Combine(_directory, "new.toml");
        File.WriteAllText(_file, FakeConfiguration.Text);
    }

    private string SocketPath => Path.Combine(_directory, "control.sock");

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private CommandLine Run(params string[] arguments) => CommandLine.Run([.. arguments, "--socket", SocketPath]);

    [Fact]
    public void Apply_SendsTheText_AndSaysUntilWhenToConfirm()
    {
        _gateway.Settings = new SettingsReport(2, null);
        _gateway.OnReload = () => new ReloadReport(["pool.idle"], Replaces: true, Number: 2, Pending: new PendingReport(s_until, "root"));

        var said = Run("config", "apply", _file, "--confirm", "60s", "--comment", "for the fair");

        Assert.Equal((0, ""), (said.Code, said.Errors));
        Assert.Matches("^the new settings are in force\nchanged: pool.idle\nthe previous settings return at 2026-11-25 .* unless you run `innkeeper config confirm`\n$", said.Output);
        var order = Assert.Single(_gateway.Configuration.Orders);
        Assert.Equal(("apply", FakeConfiguration.Text, "for the fair", "60s", false), (order.Verb, order.Text, order.Comment, order.Within, order.IsDryRun));
        Assert.Contains("\"until\":\"2026-11-25T12:01:00+00:00\"", Run("config", "apply", _file, "--confirm", "60s", "--json").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_OfAWrongText_NamesEachError()
    {
        _gateway.OnReload = () => new Rejected(["new.toml:3:1: pool.idle: \u001b[2J is wrong"]);
        Assert.Equal(new CommandLine(1, "", "new.toml:3:1: pool.idle:  [2J is wrong\ninnkeeper: the active configuration is unchanged\n"), Run("config", "apply", _file));
        _gateway.OnReload = () => new Invalid("confirm_within", "1d", "a time");
        Assert.Equal(2, Run("config", "apply", _file, "--confirm", "1d").Code);
        Assert.StartsWith($"innkeeper: {_directory}", Run("config", "apply", Path.Combine(_directory, "none")).Errors, StringComparison.Ordinal);
    }

    /// <summary>A file may have the size of any configuration file, far more than other requests.</summary>
    [Fact]
    public void Apply_OfALargeFile_Arrives()
    {
        File.WriteAllText(_file, string.Concat(Enumerable.Repeat("# \"quoted\"\n", 90_000)));
        _gateway.OnReload = () => new ReloadReport([]);
        Assert.Equal(new CommandLine(0, "nothing has changed\n", ""), Run("config", "apply", _file));
        Assert.Equal(File.ReadAllText(_file), Assert.Single(_gateway.Configuration.Orders).Text);
    }

    [Theory]
    [InlineData("config", "apply", "FILE", "--dry-run")]
    [InlineData("config", "preview", "FILE")]
    public void Preview_ShowsValues_Devices_AndLines(params string[] arguments)
    {
        _gateway.OnReload = () => new ReloadReport(
            ["pool.idle"], Replaces: true, Held: ["press-1"], Values: [new ValueChange("pool.idle", "\"30m\"", null)], Diff: "--- innkeeper.toml\n+++ innkeeper.toml\n@@ -1,1 +1,1 @@\n-a\u001b[2J\n+b\n");
        var said = Run([.. arguments.Select(a => a == "FILE" ? _file : a)]);
        Assert.Equal(
            new CommandLine(
                0, "pool.idle: \"30m\" -> not set\n1 device that is online will be held: press-1\n--- innkeeper.toml\n+++ innkeeper.toml\n@@ -1,1 +1,1 @@\n-a [2J\n+b\n", ""),
            said);
        Assert.Equal("preview", Assert.Single(_gateway.Configuration.Orders).Verb);
    }

    [Fact]
    public void Preview_WithoutAFile_IsThatOfTheGatewaysOwn()
    {
        _gateway.OnReload = () => new ReloadReport([], Values: [], Diff: "");
        Assert.Equal(new CommandLine(0, "no setting changes\n", ""), Run("config", "preview"));
        Assert.Null(Assert.Single(_gateway.Configuration.Orders).Text);
    }

    [Fact]
    public void Confirm_SaysTheOutcome()
    {
        Assert.Equal(new CommandLine(0, "the configuration: confirm\n", ""), Run("config", "confirm"));
        Assert.Equal("{\"done\":true,\"text\":\"the configuration: confirm\",\"exit_code\":0,\"mac\":null,\"schema\":1}\n", Run("config", "confirm", "--json").Output);
        _gateway.Configuration.OnDecision = _ => new Rejected(["no change of the configuration waits for a confirmation"]);
        Assert.Equal(new CommandLine(1, "", "innkeeper: the active configuration is unchanged; no change of the configuration waits for a confirmation\n"), Run("config", "confirm"));
    }

    [Fact]
    public void Rollback_WaitsUntilThePreviousSettingsAreInForce()
    {
        _gateway.Settings = new SettingsReport(3, null);
        _gateway.Configuration.OnDecision = _ => new ConfigChange("the previous configuration returns", Replaces: true, Number: 3);
        Assert.Equal(new CommandLine(0, "the previous settings are in force again\n", ""), Run("config", "rollback"));
    }

    [Fact]
    public void History_ListsTheTexts_AndPrintsOne()
    {
        var list = Run("config", "history").Output;
        Assert.Matches("2 \\(in force\\) .*root .*applied .*for the fair", list);
        Assert.Contains("the texts are in /var/lib/innkeeper/configuration", list, StringComparison.Ordinal);
        Assert.Equal(new CommandLine(0, FakeConfiguration.Text, ""), Run("config", "history", "1"));
        Assert.Equal((5, ""), (Run("config", "history", "7").Code, Run("config", "history", "7").Output));
    }

    [Fact]
    public void Status_SaysThatAChangeWaits()
    {
        _gateway.Settings = new SettingsReport(2, null, new PendingReport(s_until, "alice"));
        var said = Run("status");
        Assert.Matches("settings: the change of alice waits for its confirmation until 2026-11-25 .*; `innkeeper config confirm` keeps it, `innkeeper config rollback` undoes it\n", said.Output);
        Assert.Equal(0, said.Code);
    }
}
