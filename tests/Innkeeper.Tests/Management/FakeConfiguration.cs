using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Tests.Management;

/// <summary>An order about the configuration as it reached the operations.</summary>
internal sealed record Configured(Actor Actor, string Verb, string? Text = null, string? Comment = null, string? Within = null, string? Tag = null, bool IsDryRun = false);

/// <summary>The operations on the configuration for tests of their clients: answers with what a test says, and keeps what it was asked.</summary>
internal sealed class FakeConfiguration : IConfigurationOperations
{
    public const string Text = "access.interface = \"eth1\"\n";

    private Func<Exception?> _failure = () => null;

    public List<Configured> Orders { get; } = [];

    public Func<Result<ReloadReport>> OnReload { get; set; } = () => new ReloadReport(["pool.idle"], Replaces: false);

    public Func<Configured, Result<ConfigChange>> OnDecision { get; set; } = order => new ConfigChange($"the configuration: {order.Verb}");

    public PendingReport Waiting { get; set; } = new();

    /// <param name="failure">Thrown by every query when set.</param>
    public FakeConfiguration With(Func<Exception?> failure)
    {
        _failure = failure;
        return this;
    }

    public Result<ConfigReport> Get(Actor actor) => _failure() is { } failure ? throw failure
        : new ConfigReport(1, "innkeeper.toml", true, [new("pool.idle", "\"30m\"", "default"), new("uplink.gateway", null, "interface eth0")]);

    public Result<ConfigFileReport> GetFile(Actor actor) => new ConfigFileReport(1, "innkeeper.toml", Text, true, null, "0123456789abcdef");

    public Result<CheckReport> Check(Actor actor, ConfigText text) => new CheckReport(1, [new CheckError(3, 1, "pool.idle", "is wrong")]);

    public Result<ReloadReport> Preview(Actor actor) => OnReload();

    public Result<ReloadReport> PreviewText(Actor actor, ConfigText text) => Ordered(new(actor, "preview", text.Text));

    public Result<ReloadReport> Reload(Actor actor) => OnReload();

    public Result<ReloadReport> Apply(Actor actor, ApplyRequest request, WriteOptions options) =>
        Ordered(new(actor, "apply", request.Text, request.Comment, request.ConfirmWithin, options.IfMatch, options.IsDryRun));

    public Result<ConfigChange> Confirm(Actor actor, WriteOptions options) => Decided(new(actor, "confirm"));

    public Result<ConfigChange> Rollback(Actor actor, WriteOptions options) => Decided(new(actor, "rollback"));

    public Result<PendingReport> GetPending(Actor actor) => Waiting;

    public Result<HistoryReport> ListHistory(Actor actor) => new HistoryReport(1, 2, "/var/lib/innkeeper/configuration", [Entry(2) with { By = "root", Comment = "for the fair" }, Entry(1)]);

    public Result<HistoryEntry> GetHistory(Actor actor, string number) => number == "1" ? Entry(1) with { Text = Text } : new NotFound("revision of the configuration", number);

    private static HistoryEntry Entry(int number) => new(
        number, new DateTimeOffset(2026, 11, 25, 10, number, 0, TimeSpan.Zero), null, null, null, "start", "applied", Text.Length, $"/var/lib/innkeeper/configuration/0000{number}.toml");

    private Result<ReloadReport> Ordered(Configured order)
    {
        Orders.Add(order);
        return OnReload();
    }

    private Result<ConfigChange> Decided(Configured order)
    {
        Orders.Add(order);
        return OnDecision(order);
    }
}
