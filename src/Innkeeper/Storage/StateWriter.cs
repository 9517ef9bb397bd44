using Innkeeper.Devices;
using Innkeeper.Dispatch;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Storage;

/// <summary>The latest about one binding.</summary>
internal readonly record struct BindingChange(Binding Binding, DateTimeOffset Seen, bool Released);

/// <summary>
/// Writes behind: callers never wait for the disk. What is not yet written is kept by claim, so a disk that fails for
/// hours costs one entry for each claim; it is tried again until it works.
/// </summary>
internal sealed class StateWriter : IMemory, IDisposable
{
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly StateStore _store;
    private readonly ILogger<StateWriter> _log;
    private readonly Lock _lock = new();
    private readonly AutoResetEvent _work = new(false);
    private readonly Thread _thread;
    private Dictionary<Claim, BindingChange> _pending = [];
    private volatile bool _stopping;
    private volatile string? _failure;

    public StateWriter(StateStore store, ILogger<StateWriter> log)
    {
        _store = store;
        _log = log;
        _thread = new Thread(Run, maxStackSize: 256 * 1024) { Name = "state", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Why the last write failed; null while all is well.</summary>
    public string? Failure => _failure;

    public IReadOnlyList<RememberedBinding> Load() => _store.Load();

    public void Save(Binding binding, DateTimeOffset seen) => Put(new BindingChange(binding, seen, false));

    public void Release(Binding binding, DateTimeOffset seen) => Put(new BindingChange(binding, seen, true));

    public void Dispose()
    {
        _stopping = true;
        _work.Set();
        _thread.Join();
        _work.Dispose();
        _store.Dispose();
    }

    private void Put(BindingChange change)
    {
        lock (_lock)
        {
            _pending[change.Binding.Claim] = change;
        }

        _work.Set();
    }

    private void Run()
    {
        while (true)
        {
            var stopping = _stopping;
            Dictionary<Claim, BindingChange> batch;
            lock (_lock)
            {
                batch = _pending;
                _pending = [];
            }

            if (batch.Count > 0 && !TryWrite(batch))
            {
                // What came meanwhile is newer.
                lock (_lock)
                {
                    foreach (var (claim, change) in batch)
                    {
                        _pending.TryAdd(claim, change);
                    }
                }

                if (stopping)
                {
                    return;
                }

                _work.WaitOne(s_retry);
                continue;
            }

            if (stopping)
            {
                return;
            }

            _work.WaitOne();
        }
    }

    private bool TryWrite(Dictionary<Claim, BindingChange> batch)
    {
        try
        {
            _store.Write(batch.Values);
            if (_failure is not null)
            {
                _failure = null;
                _log.StateRecovered();
            }

            return true;
        }
        catch (SqliteException e)
        {
            if (_failure is null)
            {
                _log.StateFailed(e.Message);
            }

            _failure = e.Message;
            return false;
        }
    }
}
