namespace Innkeeper.Dns;

/// <summary>The resolver's counters; the names in <c>status --json</c>, in snake case. Append only.</summary>
internal enum DnsCounter
{
    Queries,
    Hits,
    Merged,
    Local,
    Stale,
    Misses,
    ServerFailures,
    QueriesMalformed,
    QueriesRefused,
    QueriesOverLimit,
    QueriesLost,
    RepliesMalformed,
    RepliesForged,
    RepliesLate,
    RepliesTruncated,
    AliasLoops,
    PrivateAnswersRefused,
    AnswersTruncated,
    InternalErrors,

    /// <summary>Answers to held devices for a name of their walled garden.</summary>
    GardenAnswers,

    /// <summary>Addresses of such answers that the device may reach from then on.</summary>
    GardenAddresses,

    /// <summary>Questions for IPv6 addresses that were answered with none, as there is no IPv6 outside.</summary>
    Ipv6Hidden,
}
