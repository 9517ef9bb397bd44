using Innkeeper.Clocks;
using Innkeeper.Events;
using Innkeeper.Notifications;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Exports;

/// <summary>The timing of an export.</summary>
/// <param name="Announce">A failure that lasts this long is an event and a problem of the status.</param>
/// <param name="Patience">For the acknowledgement of what was sent.</param>
internal sealed record ExportTiming(BackOff BackOff, TimeSpan Announce, TimeSpan Patience)
{
    public static readonly ExportTiming Usual = new(new BackOff(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
}

/// <summary>Sends the records of a spool, on a thread of its own. Nothing else waits for a collector.</summary>
/// <param name="to">The collector, for people.</param>
/// <param name="tell">Takes events, from any thread.</param>
internal sealed class ExportSender(string name, string to, ExportSpool spool, IExportFormat format, IExportCarrier carrier, ExportTiming timing, TimeProvider clock, Action<GatewayEvent> tell, ILogger log) : IDisposable
{
    private const int MostAtOnce = 256;

    /// <summary>Records that are sent and not acknowledged, at most.</summary>
    private const int Window = 16 * MostAtOnce;

    /// <summary>A look at the spool without being woken.</summary>
    private static readonly TimeSpan s_idle = TimeSpan.FromMinutes(1);

    /// <summary>At the end of the process: for what waits while all is well, and then for the thread.</summary>
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly ManualResetEventSlim _bell = new();
    private readonly ManualResetEventSlim _drained = new();
    private readonly HashSet<Type> _said = [];
    private Thread? _thread;
    private bool _isDisposed;
    private bool _isOpen;
    private long _next;
    private long _progress;
    private int _failures;
    private long _lostBefore;
    private bool _isLosing;
    private long _exported;
    private volatile Fault? _fault;

    /// <summary>Records that the collector has, since the start.</summary>
    public long Exported => Interlocked.Read(ref _exported);

    /// <summary>The failure that lasts; null: none that was announced.</summary>
    public Fault? Failing => _fault is { IsAnnounced: true } fault ? fault : null;

    /// <summary>Begins to send.</summary>
    public void Begin()
    {
        _thread = new Thread(Run, 256 * 1024) { Name = $"export {name}", IsBackground = true };
        _thread.Start();
    }

    /// <summary>There are new records.</summary>
    public void Wake() => _bell.Set();

    /// <summary>Sends what waits if that is possible at once, and ends.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_thread is not null && _fault is null)
        {
            _drained.Reset();
            Wake();
            _drained.Wait(s_lastPatience);
        }

        _stop.Cancel();
        if (_thread?.Join(s_lastPatience) == false)
        {
            carrier.Close();
            _thread.Join(s_lastPatience);
        }

        // A thread that hangs in a call of the system may still use them.
        if (_thread is null or { IsAlive: false })
        {
            _stop.Dispose();
            _bell.Dispose();
            _drained.Dispose();
        }
    }

    /// <summary>Sends what there is. Only for the thread that sends.</summary>
    /// <returns>How long it has nothing to do.</returns>
    public TimeSpan Turn()
    {
        NoteLosses();
        if (_next < spool.Confirmed)
        {
            _next = spool.Confirmed;
        }

        var records = _next - spool.Confirmed < Window ? spool.Read(_next, MostAtOnce) : [];
        if (records.Count == 0 && _next == spool.Confirmed)
        {
            Drained();
            return s_idle;
        }

        try
        {
            if (!_isOpen)
            {
                carrier.Open(_stop.Token);
                format.Begin();
                (_isOpen, _progress) = (true, clock.GetTimestamp());
            }

            foreach (var packet in format.PacketsOf(records, clock.WallNow()))
            {
                carrier.Write(packet.Octets.Span);
            }

            _next = records.Count > 0 ? records[^1].Number + 1 : _next;
            Settle();
            return TimeSpan.Zero;
        }
        catch (Exception e) when (ExportFault.IsExpected(e))
        {
            return Failed(ExportFault.Explain(e));
        }
    }

    private void Settle()
    {
        if (carrier.Settle())
        {
            Interlocked.Add(ref _exported, Math.Max(0, _next - spool.Confirmed));
            spool.Confirm(_next);
            (_failures, _progress) = (0, clock.GetTimestamp());
        }
        else if (clock.GetElapsedTime(_progress) > timing.Patience)
        {
            throw new IOException($"the collector has acknowledged nothing for {timing.Patience.TotalSeconds:0} s");
        }
    }

    private void Run()
    {
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                _bell.Reset();
                wait = Turn();
            }
            catch (Exception e)
            {
                // A fault here costs an attempt, and not the process.
                if (_said.Add(e.GetType()))
                {
                    log.ExportFaulty(e, name);
                }

                wait = Failed(e.Message);
            }

            if (wait > TimeSpan.Zero)
            {
                Sleep(wait);
            }
        }

        carrier.Close();
    }

    /// <summary>New records do not end the pause after a failure.</summary>
    private void Sleep(TimeSpan wait)
    {
        if (_fault is null)
        {
            WaitHandle.WaitAny([_bell.WaitHandle, _stop.Token.WaitHandle], wait);
        }
        else
        {
            _stop.Token.WaitHandle.WaitOne(wait);
        }
    }

    private TimeSpan Failed(string reason)
    {
        carrier.Close();
        (_isOpen, _next) = (false, spool.Confirmed);
        _failures++;
        reason = SafeText.Cut(reason, SafeText.MaxSentence);
        var fault = _fault is { } known ? known with { Reason = reason } : new Fault(reason, clock.GetUtcNow(), false);
        if (!fault.IsAnnounced && clock.GetUtcNow() - fault.Since >= timing.Announce)
        {
            fault = fault with { IsAnnounced = true };
            tell(new ExportFailed(name, to, reason, spool.Waiting.Records));
        }

        _fault = fault;
        return timing.BackOff.After(_failures, Random.Shared.NextDouble());
    }

    /// <summary>The collector has everything.</summary>
    private void Drained()
    {
        var lost = spool.Lost;
        if (_fault is { IsAnnounced: true } || _isLosing)
        {
            tell(new ExportRestored(name, to, lost - _lostBefore));
        }

        (_fault, _isLosing, _lostBefore) = (null, false, lost);
        _drained.Set();
    }

    private void NoteLosses()
    {
        if (!_isLosing && spool.Lost > _lostBefore)
        {
            _isLosing = true;
            tell(new ExportLosing(name, to));
        }
    }

    /// <summary>A failure that lasts.</summary>
    /// <param name="Since">By the steady clock.</param>
    internal sealed record Fault(string Reason, DateTimeOffset Since, bool IsAnnounced);
}

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class ExportLog
{
    [LoggerMessage(LogIds.ExportFaulty, LogLevel.Error, "Internal error in the export {Name}; it is tried again, and devices are served as before")]
    public static partial void ExportFaulty(this ILogger log, Exception exception, string name);
}
