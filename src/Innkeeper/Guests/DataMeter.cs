using Innkeeper.Bindings;
using Innkeeper.Policy;

namespace Innkeeper.Guests;

/// <summary>
/// Counts the data of vouchers and rooms that have a limit: every ten seconds, from the counters of their devices' bindings, both ways. One that is used up
/// ends its devices' admissions. Between two looks a device may use as much as its rate allows in that time.
/// </summary>
internal sealed class DataMeter : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    /// <summary>How often amounts are written that reach no limit.</summary>
    internal static readonly TimeSpan WriteInterval = TimeSpan.FromMinutes(1);

    private readonly GuestStore _store;
    private readonly GuestAdmissions _admissions;
    private readonly DeviceStore _devices;
    private readonly Func<IEnumerable<ICountedBinding>> _bindings;
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private readonly Dictionary<(GrantKind Kind, string Id), long> _unwritten = [];
    private readonly TrafficTally _tally;
    private DateTimeOffset _written;
    private int _isLooking;

    /// <param name="octetsOf">Octets by a counter since its binding began, both ways: one system call.</param>
    public DataMeter(
        GuestStore store, GuestAdmissions admissions, DeviceStore devices, Func<IEnumerable<ICountedBinding>> bindings, Func<uint, ulong> octetsOf, TimeProvider clock)
    {
        (_store, _admissions, _devices, _bindings, _clock) = (store, admissions, devices, bindings, clock);
        _written = clock.GetUtcNow();
        _tally = new TrafficTally(octetsOf);
        _tally.Look(bindings());
        _timer = clock.CreateTimer(_ => _ = LookAsync(), null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Counts now.</summary>
    internal async Task LookAsync()
    {
        if (Interlocked.Exchange(ref _isLooking, 1) == 1)
        {
            return;
        }

        try
        {
            var state = _store.State;
            if (state.HasDataLimits)
            {
                Count(state);
                await WriteAsync(state).ConfigureAwait(false);
            }
            else
            {
                _tally.Pause();
            }
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    private void Count(GuestState state)
    {
        foreach (var (binding, octets) in _tally.Look(_bindings()))
        {
            if (_devices.Find(binding.Station.Mac) is { Admission.State: AdmissionState.Admitted, Grant: { End: null } grant } && state.DataLeft(grant.Kind, grant.Id) is not null)
            {
                _unwritten[(grant.Kind, grant.Id)] = _unwritten.GetValueOrDefault((grant.Kind, grant.Id)) + octets;
            }
        }
    }

    private async Task WriteAsync(GuestState state)
    {
        var now = _clock.GetUtcNow();
        var reached = _unwritten.Where(u => state.DataLeft(u.Key.Kind, u.Key.Id) <= u.Value).Select(u => u.Key).ToHashSet();
        if (_unwritten.Count == 0 || (reached.Count == 0 && now - _written < WriteInterval))
        {
            return;
        }

        var amounts = _unwritten.ToList();
        var written = await _store.ChangeAsync<GuestState>(edit =>
        {
            foreach (var ((kind, id), octets) in amounts)
            {
                edit.AddData(kind, id, octets);
            }

            return edit.State;
        }).ConfigureAwait(false);

        // While the disk cannot be written, amounts stay in memory, and are written when it can.
        if (written.IsOk)
        {
            _unwritten.Clear();
            _written = now;
            if (reached.Count > 0)
            {
                await _admissions.FollowAsync(grant => reached.Contains((grant.Kind, grant.Id))).ConfigureAwait(false);
            }
        }
    }
}
