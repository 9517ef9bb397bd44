namespace Innkeeper.Portal;

/// <summary>What the portal counts; the names in <c>status --json</c>, in snake case. Append only.</summary>
internal enum PortalCounter
{
    /// <summary>Whole requests, of whatever kind.</summary>
    Requests,

    /// <summary>Of these: sent to the page from elsewhere.</summary>
    Redirects,

    /// <summary>The page was shown.</summary>
    Pages,

    /// <summary>The captive portal API was asked.</summary>
    Api,

    /// <summary>Of a method other than GET and HEAD.</summary>
    Refused,

    /// <summary>From an address that stands for no device.</summary>
    Unknown,

    /// <summary>Connections, of one request each.</summary>
    Connections,

    /// <summary>Connections that ended without a whole request: broken off, too slow, too large, no HTTP or no TLS.</summary>
    Unfinished,

    /// <summary>Connections that had to give their place to newer ones.</summary>
    Displaced,

    /// <summary>Requests given up by an error of ours.</summary>
    InternalErrors,
}

/// <summary>Counts, by any thread.</summary>
internal sealed class PortalCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<PortalCounter>().Length];

    public void Count(PortalCounter counter) => Interlocked.Increment(ref _counts[(int)counter]);

    public long Counted(PortalCounter counter) => Interlocked.Read(ref _counts[(int)counter]);
}
