using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

internal enum LeaseState
{
    /// <summary>Kept for the client that was offered it, for a moment, in memory only.</summary>
    Offered,

    /// <summary>The client's.</summary>
    Active,

    /// <summary>Given back, or not renewed in time; the client gets it again when it returns, as long as nobody else needs it.</summary>
    Ended,
}

/// <summary>An address and whose it is. Immutable: a change makes another.</summary>
/// <param name="Until">When the offer or the lease ends, on the monotonic clock: a wall clock that is set ends no lease.</param>
/// <param name="Granted">When the client got it or last renewed it; with <paramref name="Expires"/> only for people and for the next start.</param>
/// <param name="Row">Its row in the database, the same for all renewals.</param>
internal sealed record Lease(
    LeaseKey Key, Ipv4Address Address, LeaseState State, TimeSpan Until, DateTimeOffset Granted, DateTimeOffset Expires, DhcpClientInfo Facts, LeaseRow Row)
{
    public TimeSpan Duration => Expires - Granted;

    /// <summary>Whether all that the client was or will be told of it is on disk.</summary>
    public bool IsDurable => Row.Expires == Expires;
}

/// <summary>What of a lease is on disk. Written by the thread that writes there.</summary>
internal sealed class LeaseRow
{
    private long _expires;

    /// <summary>Until when it is there; the beginning of time while it is not.</summary>
    public DateTimeOffset Expires => new(Volatile.Read(ref _expires), TimeSpan.Zero);

    public bool IsStored => Volatile.Read(ref _expires) > 0;

    public void Stored(DateTimeOffset expires) => Volatile.Write(ref _expires, expires.UtcTicks);
}
