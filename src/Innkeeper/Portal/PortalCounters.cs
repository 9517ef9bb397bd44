namespace Innkeeper.Portal;

/// <summary>The portal's counters; the names in <c>status --json</c>, in snake case. Append only.</summary>
internal enum PortalCounter
{
    /// <summary>Whole requests of any kind.</summary>
    Requests,

    /// <summary>Of these: redirects to the page.</summary>
    Redirects,

    /// <summary>Answers with the page.</summary>
    Pages,

    /// <summary>Answers of the captive portal API.</summary>
    Api,

    /// <summary>Of a method other than GET and HEAD.</summary>
    Refused,

    /// <summary>Requests from an address of no known device.</summary>
    Unknown,

    /// <summary>Connections, of one request each.</summary>
    Connections,

    /// <summary>Connections that ended without a whole request: aborted, too slow, too large, no HTTP or no TLS.</summary>
    Unfinished,

    /// <summary>Connections that were displaced by newer ones.</summary>
    Displaced,

    /// <summary>Requests that failed by an internal error.</summary>
    InternalErrors,

    /// <summary>Forms of the page that were decided.</summary>
    Forms,

    /// <summary>Forms that were void: too old, of another page, too large, too slow or broken off.</summary>
    FormsVoid,
}

/// <summary>Counts; thread-safe.</summary>
internal sealed class PortalCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<PortalCounter>().Length];

    public void Count(PortalCounter counter) => Interlocked.Increment(ref _counts[(int)counter]);

    public long Counted(PortalCounter counter) => Interlocked.Read(ref _counts[(int)counter]);
}
