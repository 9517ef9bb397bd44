using Innkeeper.Events;
using Innkeeper.Policy;

namespace Innkeeper.Notifications;

/// <summary>The state of a throttle; it survives a restart.</summary>
/// <param name="Tokens">How many notifications may be sent at once; the fraction grows with time.</param>
/// <param name="Filled">The time of that count.</param>
internal sealed record ThrottleState(double Tokens, DateTimeOffset Filled)
{
    /// <summary>The digest that is being gathered; null while notifications are sent at once.</summary>
    public Digest? Open { get; init; }

    /// <summary>When the digest is sent.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Devices reported one by one since the tokens were all there, for the digest to mention.</summary>
    public int ToldSingly { get; init; }
}

/// <summary>
/// Limits the notifications of a channel: the first few are sent at once (a token bucket that is full again after an interval), then a
/// digest each interval, until an interval passes without anything new. Ten thousand arrivals are five messages and a
/// digest. No I/O, clock or log; the owner's thread only.
/// </summary>
/// <param name="first">Notifications that are sent at once; 0: all go into digests.</param>
/// <param name="interval">From the first gathered thing to its digest.</param>
/// <param name="state">From an earlier run.</param>
internal sealed class NotificationThrottle(int first, TimeSpan interval, ThrottleState? state = null)
{
    public ThrottleState State { get; private set; } = state ?? new ThrottleState(first, DateTimeOffset.MinValue);

    /// <summary>Whether a notification may be sent at once. Otherwise it goes into the digest.</summary>
    public bool TryTake(DateTimeOffset now, bool isArrival)
    {
        Fill(now);
        if (State.Open is not null || State.Tokens < 1)
        {
            return false;
        }

        State = State with { Tokens = State.Tokens - 1, ToldSingly = State.ToldSingly + (isArrival ? 1 : 0) };
        return true;
    }

    public void Gather(NewDevice device, DateTimeOffset now) => Keep(Open(now).With(device), now);

    public void Gather(Event happened, DateTimeOffset now) => Keep(Open(now).With(happened), now);

    /// <summary>Adds the number of things that could not be looked at.</summary>
    public void GatherMissed(int arrivals, IReadOnlyDictionary<string, int> events, DateTimeOffset now) => Keep(Open(now).WithMissed(arrivals, events), now);

    /// <summary>When <see cref="TakeDigest"/> has something to do; null: nothing is gathered.</summary>
    /// <remarks>A clock that was set back must not put it off for longer than an interval.</remarks>
    public DateTimeOffset? DueAt(DateTimeOffset now) => State.Due is { } due && due > now + interval ? now : State.Due;

    /// <summary>The digest, once it is due and not empty; gathering continues. An interval without anything ends it.</summary>
    public Digest? TakeDigest(DateTimeOffset now)
    {
        if (DueAt(now) is not { } due || due > now)
        {
            return null;
        }

        var digest = State.Open is { IsEmpty: false } open ? open with { Until = now, ToldSingly = State.ToldSingly } : null;
        State = digest is null
            ? new ThrottleState(first, now)
            : State with { Open = new Digest(now, now), Due = now + interval, ToldSingly = 0 };
        return digest;
    }

    /// <summary>There is no room for a digest: it gathers for another interval.</summary>
    public void PutOff(DateTimeOffset now) => State = State with { Due = now + interval };

    /// <summary>The summary that is being gathered does not name the device; it still counts it.</summary>
    public void Erase(ErasedDevice device)
    {
        if (State.Open is { } open)
        {
            State = State with { Open = open with { Devices = [.. open.Devices.Where(d => d.Mac != device.Mac)], Events = [.. open.Events.Where(e => !device.IsIn(e.Text))] } };
        }
    }

    private Digest Open(DateTimeOffset now) => State.Open ?? new Digest(now, now);

    private void Keep(Digest open, DateTimeOffset now) => State = State with { Open = open, Due = State.Due ?? now + interval };

    private void Fill(DateTimeOffset now)
    {
        var passed = now - State.Filled;
        var tokens = passed < TimeSpan.Zero ? State.Tokens : Math.Min(first, State.Tokens + (first * (passed / interval)));
        State = State with { Tokens = tokens, Filled = now, ToldSingly = tokens >= first ? 0 : State.ToldSingly };
    }
}
