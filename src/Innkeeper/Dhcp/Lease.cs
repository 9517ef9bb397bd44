using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

internal enum LeaseState
{
    /// <summary>Kept for the client that was offered it, for a moment, in memory only.</summary>
    Offered,

    /// <summary>Leased to the client.</summary>
    Active,

    /// <summary>Released, or not renewed in time; the client gets it again when it returns, unless another client needs it.</summary>
    Ended,
}

/// <summary>An address and its client. Immutable: a change makes another.</summary>
/// <param name="Until">When the offer or the lease ends, on the monotonic clock: a wall clock that is set ends no lease.</param>
/// <param name="Granted">When the client got it or last renewed it; with <paramref name="Expires"/> only for reports and for the next start.</param>
/// <param name="Row">Its row in the database, the same for all renewals.</param>
internal sealed record Lease(
    LeaseKey Key, Ipv4Address Address, LeaseState State, TimeSpan Until, DateTimeOffset Granted, DateTimeOffset Expires, DhcpClientInfo ClientInfo, LeaseRow Row)
{
    public TimeSpan Duration => Expires - Granted;

    /// <summary>Whether all that the client got or will get of it is on disk.</summary>
    public bool IsDurable => Row.Expires == Expires;
}

/// <summary>The part of a lease that is on disk. Written by the thread that writes to disk.</summary>
internal sealed class LeaseRow
{
    /// <summary>The end in ticks, negative when the row says that the client gave the lease back: both are read and written as one.</summary>
    private long _expires;

    /// <summary>The end of the lease as on disk; the beginning of time while it is not there.</summary>
    public DateTimeOffset Expires => new(Math.Abs(Volatile.Read(ref _expires)), TimeSpan.Zero);

    public bool IsStored => Volatile.Read(ref _expires) != 0;

    /// <summary>Whether the next process would find the lease active at this time. One that was given back is not, wherever the clock was set.</summary>
    public bool IsInForce(DateTimeOffset wall) => Volatile.Read(ref _expires) > wall.UtcTicks;

    public void Stored(DateTimeOffset expires, bool isReleased) => Volatile.Write(ref _expires, isReleased ? -expires.UtcTicks : expires.UtcTicks);
}
