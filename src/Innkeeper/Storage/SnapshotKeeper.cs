namespace Innkeeper.Storage;

/// <summary>
/// Takes snapshots while the gateway runs: a moment after a decision, every hour if anything changed, and at the end. On a thread of its own.
/// However many decisions come, it is busy a small part of the time.
/// </summary>
internal sealed class SnapshotKeeper : IStateListener, IDisposable
{
    /// <summary>Decisions that come one after the other share a snapshot.</summary>
    private static readonly TimeSpan s_moment = TimeSpan.FromSeconds(1);

    /// <summary>Between two snapshots, at least.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <summary>After one that failed.</summary>
    private static readonly TimeSpan s_retry = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan s_atStart = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_usual = TimeSpan.FromHours(1);

    /// <summary>A snapshot that takes long is followed by a pause of this many times that.</summary>
    private const int PauseFactor = 50;

    private readonly StateStore _store;
    private readonly Func<DateTimeOffset> _wall;
    private readonly Action<string> _onFailure;
    private readonly Thread _thread;

    // All below belongs to this monitor. Times are milliseconds since the machine's start.
    private readonly object _gate = new();
    private long? _due;
    private long _earliest;
    private bool _isFailing;
    private bool _isRenewing;
    private bool _isStopping;

    /// <param name="store">Stays its owner's, to be disposed after this.</param>
    /// <param name="wall">The wall clock, for their names.</param>
    /// <param name="onFailure">Takes the reason, once, when snapshots begin to fail.</param>
    public SnapshotKeeper(StateStore store, Func<DateTimeOffset> wall, Action<string> onFailure)
    {
        (_store, _wall, _onFailure) = (store, wall, onFailure);

        // The process before may have ended between a decision and its snapshot.
        _due = Environment.TickCount64 + Milliseconds(store.Snapshots.List().Count == 0 ? s_moment : s_atStart);
        _thread = new Thread(Run, 256 * 1024) { Name = "snapshots", IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public void Committed(bool isDecision)
    {
        lock (_gate)
        {
            var due = Math.Max(_earliest, Environment.TickCount64 + Milliseconds(isDecision ? s_moment : s_usual));
            if (_due is not { } planned || due < planned)
            {
                _due = due;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Takes one soon and deletes the others: a device's data was erased.</summary>
    public void Renew()
    {
        lock (_gate)
        {
            (_isRenewing, _due) = (true, Math.Max(_earliest, Environment.TickCount64 + Milliseconds(s_moment)));
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes a last one if anything changed since the one before. The writer has stopped before.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isStopping = true;
            Monitor.PulseAll(_gate);
        }

        _thread.Join();
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private void Run()
    {
        while (Wait())
        {
            var begun = Environment.TickCount64;
            var pause = s_pause;
            try
            {
                Take();
                _isFailing = false;
            }
            catch (StorageException error)
            {
                pause = s_retry;
                if (!_isFailing)
                {
                    _isFailing = true;
                    _onFailure(error.Message);
                }
            }

            lock (_gate)
            {
                var now = Environment.TickCount64;
                _earliest = now + Math.Max(Milliseconds(pause), PauseFactor * (now - begun));
                _due = _isFailing ? _earliest : _due is { } next ? Math.Max(next, _earliest) : null;
                if (_isStopping && (_due is null || _isFailing))
                {
                    return;
                }
            }
        }
    }

    private void Take()
    {
        bool isRenewing;
        lock (_gate)
        {
            (isRenewing, _isRenewing) = (_isRenewing, false);
        }

        try
        {
            var taken = _store.TakeSnapshot(_wall());
            if (isRenewing)
            {
                _store.Snapshots.Keep(taken);
            }
        }
        catch (StorageException) when (isRenewing)
        {
            lock (_gate)
            {
                _isRenewing = true;
            }

            throw;
        }
    }

    /// <returns>False when it stops and there is nothing to take.</returns>
    private bool Wait()
    {
        lock (_gate)
        {
            while (!_isStopping && !(_due <= Environment.TickCount64))
            {
                Monitor.Wait(_gate, _due is { } due ? (int)Math.Clamp(due - Environment.TickCount64, 1, int.MaxValue) : Timeout.Infinite);
            }

            var isAny = _due is not null;
            _due = null;
            return isAny;
        }
    }
}
