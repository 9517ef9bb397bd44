using System.Collections.Immutable;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>Reports how the database was opened, and while the gateway runs that it cannot be written, can again, or was replaced.</summary>
internal sealed class StateReporter(StateStore store, EventLog events, ILogger log) : IStateListener
{
    private readonly List<Replacement> _early = [];
    private Action<Replacement>? _follow;

    /// <summary>Before the devices are taken over.</summary>
    public void Opened()
    {
        var outcome = store.Outcome;
        if (outcome is { Path: { } aside, Result: not OpenResult.Unavailable })
        {
            log.StateSetAside(aside, outcome.Reason!);
            events.Add(new DatabaseSetAside(aside, outcome.Reason!));
        }

        if (outcome.Result == OpenResult.Unavailable)
        {
            log.StateUnavailable(store.Path, outcome.Reason!);
            events.Add(new StorageUnavailable(store.Path, outcome.Reason!, outcome.SnapshotTime, outcome.IsWhole));
        }

        // Each start adds an event after it, so that only the first one finds it as the latest.
        if (store.ReadEvents(1) is [{ Kind: EventKind.Restore } restored])
        {
            log.StateRestored(restored.Text);
            events.Add(new StateRestored(restored.Text));
        }
    }

    /// <summary>After the data plane's devices were taken over.</summary>
    /// <param name="bindings">How many addresses continue.</param>
    /// <param name="inForce">The records in force.</param>
    public void Adopted(int bindings, IReadOnlyDictionary<Wire.MacAddress, DeviceRecord> inForce)
    {
        var outcome = store.Outcome;
        if (outcome.Result is OpenResult.SetAside or OpenResult.Restored || (outcome.Result == OpenResult.Created && bindings > 0))
        {
            events.Add(new StateReplaced(store.Path, outcome.Result != OpenResult.SetAside, outcome.SnapshotTime, bindings, LostOf(outcome.Path, inForce)));
        }

        if (store.SkippedRows is > 0 and var rows)
        {
            events.Add(new RowsSkipped(rows));
        }
    }

    /// <inheritdoc/>
    public void HealthChanged(StorageHealth health) =>
        events.Add(health.IsOk ? new StorageRestored(health.Path) : new StorageFailed(health.Path, health.Reason ?? ""));

    /// <inheritdoc/>
    public void Replaced(Replacement replacement)
    {
        if (replacement.Outcome.Path is { } aside)
        {
            log.StateSetAside(aside, replacement.Outcome.Reason!);
            events.Add(new DatabaseSetAside(aside, replacement.Outcome.Reason!));
        }

        if (replacement.Outcome.Result != OpenResult.Opened)
        {
            events.Add(new StateRewritten(store.Path));
        }

        lock (_early)
        {
            if (_follow is null)
            {
                _early.Add(replacement);
                return;
            }
        }

        _follow(replacement);
    }

    /// <summary>From now on replacements are handed on, and so are those that came before.</summary>
    public void Follow(Action<Replacement> follow)
    {
        lock (_early)
        {
            _follow = follow;
        }

        _early.ForEach(follow);
    }

    private static ImmutableArray<DeviceSnapshot>? LostOf(string? aside, IReadOnlyDictionary<Wire.MacAddress, DeviceRecord> inForce) =>
        aside is null || StateSalvage.ReadDevices(aside) is not { } readable ? null :
        [
            .. readable.Where(d => d.IsDecided && !(inForce.TryGetValue(d.Mac, out var now) && IsAlike(d, now)))
                .Select(d => new DeviceSnapshot(d.Mac, d.Name, d.Admission.State.ToString().ToLowerInvariant())),
        ];

    private static bool IsAlike(DeviceRecord one, DeviceRecord other) =>
        (one.Admission.State, one.Name, one.PinnedProfile, one.PinnedLegal) == (other.Admission.State, other.Name, other.PinnedProfile, other.PinnedLegal) && one.Tags.SetEquals(other.Tags);
}
