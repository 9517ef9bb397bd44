using Innkeeper.Events;
using Innkeeper.Hosting;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Tests.Events;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Hosting;

/// <summary>A loss is told by name: which decisions are missing, and from when the ones in force are.</summary>
public sealed class StateReporterTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    private static DeviceRecord Blocked(uint number, string name) => Samples.Device(number) with
    {
        Name = name,
        Admission = new AdmissionStatus(AdmissionState.Blocked, "thief", "administrator root", Samples.Noon, null, DecisionSource.Administrator),
    };

    /// <summary>Device 1 was blocked before the snapshot, device 2 after it.</summary>
    private void Fill()
    {
        using var store = StateStore.Open(_directory.Path, out _);
        store.Commit([new SaveDevice(Blocked(1, "till")), new SettleRestored()]);
        store.TakeSnapshot(Samples.Noon);
        store.Commit([new SaveDevice(Blocked(2, "desk"))]);
    }

    private List<string> Start(int bindings, out IReadOnlyDictionary<MacAddress, DeviceRecord> loaded)
    {
        using var store = StateStore.Open(_directory.Path, out _);
        var texts = new List<string>();
        var reporter = new StateReporter(store, EventLogs.HeardBy(e => texts.Add($"{e.Kind}: {e.Text}")), NullLogger.Instance);
        loaded = store.LoadDevices().ToDictionary(d => d.Mac);

        reporter.Opened();
        reporter.Adopted(bindings, loaded);

        return texts;
    }

    /// <summary>Only the first start after a restore says so: it adds an event of its own.</summary>
    [Fact]
    public void RestoredDatabase_IsSaidAtTheFirstStart()
    {
        using (var store = StateStore.Open(_directory.Path, out _))
        {
            store.Commit([new AddEvent(Samples.Noon, EventKind.Restore, "root restored the backup of Monday"), new SettleRestored()]);
        }

        var texts = Start(0, out _);

        Assert.Equal(
            ["state-restored: the gateway starts with restored state: root restored the backup of Monday. Decisions are those of the backup, but devices that the data plane has blocked stay blocked"], texts);
        using (var store = StateStore.Open(_directory.Path, out _))
        {
            store.Commit([new AddEvent(Samples.Noon, EventKind.StateRestored, texts[0])]);
        }

        Assert.Empty(Start(0, out _));
    }

    [Fact]
    public void UselessDatabase_NamesTheSnapshotAndTheDecisionsThatAreMissing()
    {
        Fill();
        StateStoreTests.Damage(_directory.Database, "newer");

        var texts = Start(3, out var loaded);

        Assert.Equal([Samples.Mac(1)], loaded.Keys);
        Assert.StartsWith("state-set-aside: ", texts[0], StringComparison.Ordinal);
        Assert.StartsWith("state-lost: ", texts[1], StringComparison.Ordinal);
        Assert.Contains("2026-03-01 12:00:00Z", texts[1], StringComparison.Ordinal);
        Assert.Contains($"the old one had, and the new one has not: {Samples.Mac(2)} (desk) blocked", texts[1], StringComparison.Ordinal);
        Assert.DoesNotContain("till", texts[1], StringComparison.Ordinal);
    }

    [Fact]
    public void MissingDatabase_NamesTheSnapshot()
    {
        Fill();
        File.Delete(_directory.Database);

        var text = Assert.Single(Start(0, out _));

        Assert.Contains("is missing: it was restored from the snapshot of 2026-03-01 12:00:00Z", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, true)]
    public void NoDatabaseAtAll_IsAFirstStart_UnlessTheDataPlaneKnowsDevices(int bindings, bool isTold) =>
        Assert.Equal(isTold, Start(bindings, out _).Exists(t => t.Contains("no good snapshot", StringComparison.Ordinal)));

    [Fact]
    public void GoodDatabase_IsNotMentioned()
    {
        Fill();
        Assert.Empty(Start(3, out _));
    }

    [Fact]
    public void DirectoryThatCannotBeUsed_IsOneEvent_ThatSaysWhatServes()
    {
        using var store = StateStore.Open("/dev/null/innkeeper", out _);
        var texts = new List<string>();
        var reporter = new StateReporter(store, EventLogs.HeardBy(e => texts.Add($"{e.Kind}: {e.Text}")), NullLogger.Instance);

        reporter.Opened();
        reporter.Adopted(3, new Dictionary<MacAddress, DeviceRecord>());

        var text = Assert.Single(texts);
        Assert.StartsWith("storage: state cannot be written: ", text, StringComparison.Ordinal);
        Assert.Contains("serves from memory", text, StringComparison.Ordinal);
    }

    /// <summary>Nothing can write everything again yet: the replacement waits for the control plane.</summary>
    [Fact]
    public void Replacement_BeforeTheControlPlaneIsThere_IsHandedOnLater()
    {
        using var store = StateStore.Open(_directory.Path, out var outcome);
        var reporter = new StateReporter(store, new EventLog(TimeProvider.System), NullLogger.Instance);
        List<Replacement> handed = [];
        reporter.Replaced(new Replacement(outcome, []));
        Assert.Empty(handed);

        reporter.Follow(handed.Add);
        Assert.Single(handed);
        reporter.Replaced(new Replacement(outcome, []));

        Assert.Equal(2, handed.Count);
    }
}
