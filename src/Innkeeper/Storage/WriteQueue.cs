namespace Innkeeper.Storage;

/// <summary>
/// The rows that wait to be written: each once, with its writes merged, in the order of their first. Leases go first: a client waits for
/// each, and all that came while one transaction was under way share the next. Belongs to one lock of its owner's.
/// </summary>
/// <param name="bound">Maximum number of rows that wait, leases and devices apart.</param>
internal sealed class WriteQueue(int bound)
{
    /// <summary>Maximum number of rows in one transaction.</summary>
    internal const int GroupSize = 256;

    /// <summary>Maximum number of rows that wait, unless set otherwise.</summary>
    internal const int DefaultBound = 32_768;

    /// <summary>Maximum number of events among them: the audit trail never crowds out bindings.</summary>
    internal const int EventBound = 1_024;

    /// <summary>Maximum number of leases that wait; beyond them a client gets no answer.</summary>
    internal const int LeaseBound = 65_536;

    /// <summary>Maximum number of devices among them, beyond the others' bound: no flood of other rows costs the administrator an order.</summary>
    internal const int DeviceBound = 65_536;

    /// <summary>Maximum number of other rows in a transaction with leases.</summary>
    private const int RowsBesideLeases = 64;

    // _order and _leases together have each key of _waiting once.
    private readonly Dictionary<WriteKey, PendingWrite> _waiting = [];
    private readonly Queue<WriteKey> _order = [];
    private readonly Queue<WriteKey> _leases = [];
    private int _events;
    private int _devices;

    internal int Count => _waiting.Count;

    internal bool HasLeases => _leases.Count > 0;

    /// <returns>False when too many rows wait: the write is lost.</returns>
    /// <param name="isNewRow">False when it was merged into a write that waits.</param>
    internal bool TryAdd(PendingWrite write, out bool isNewRow)
    {
        isNewRow = false;
        var key = write.Key;
        if (_waiting.TryGetValue(key, out var earlier))
        {
            _waiting[key] = earlier.MergeWith(write);
            return true;
        }

        var isEvent = key.Table == WriteTable.Events;
        var isLease = key.Table == WriteTable.Leases;
        var isDevice = key.Table == WriteTable.Devices;
        if (isLease ? _leases.Count >= LeaseBound : isDevice ? _devices >= DeviceBound : _order.Count - _devices >= bound || (isEvent && _events >= EventBound))
        {
            return false;
        }

        _waiting.Add(key, write);
        (isLease ? _leases : _order).Enqueue(key);
        _events += isEvent ? 1 : 0;
        _devices += isDevice ? 1 : 0;
        isNewRow = true;
        return true;
    }

    /// <summary>Moves the rows of the next transaction into an empty group.</summary>
    internal void TakeGroup(List<PendingWrite> group)
    {
        while (group.Count < GroupSize && _leases.TryDequeue(out var lease))
        {
            Take(lease, group);
        }

        var room = group.Count == 0 ? GroupSize : Math.Min(GroupSize, group.Count + RowsBesideLeases);
        while (group.Count < room && _order.TryDequeue(out var key))
        {
            Take(key, group);
            _events -= key.Table == WriteTable.Events ? 1 : 0;
            _devices -= key.Table == WriteTable.Devices ? 1 : 0;
        }
    }

    private void Take(WriteKey key, List<PendingWrite> group)
    {
        _waiting.Remove(key, out var write);
        group.Add(write!);
    }
}
