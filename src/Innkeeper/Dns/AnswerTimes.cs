namespace Innkeeper.Dns;

/// <summary>Where answers come from. The names in reports are frozen.</summary>
internal enum AnswerSource
{
    /// <summary>The gateway itself: kept answers, local names, refusals.</summary>
    Gateway,

    /// <summary>Servers that were asked, also where they gave no answer and the client got a stale one or SERVFAIL.</summary>
    Servers,
}

/// <summary>
/// How long clients waited for their answers, as a histogram. The DNS thread alone adds; any thread reads. Adding takes no lock, no memory and no look at a clock:
/// it is done for each answer.
/// </summary>
internal sealed class AnswerTimes
{
    private static readonly int[] s_boundsInMicroseconds = [50, 100, 250, 500, 1000, 5000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000];
    private static readonly long[] s_bounds = [.. s_boundsInMicroseconds.Select(m => m * TimeSpan.TicksPerMicrosecond)];

    private readonly long[][] _counts = [.. Enum.GetValues<AnswerSource>().Select(_ => new long[s_bounds.Length + 1])];
    private readonly long[] _ticks = new long[Enum.GetValues<AnswerSource>().Length];

    /// <summary>The upper bounds of all buckets but the last, in seconds.</summary>
    public static IReadOnlyList<double> Bounds { get; } = [.. s_boundsInMicroseconds.Select(m => m / 1e6)];

    /// <param name="answers">How many clients got the answer.</param>
    public void Add(AnswerSource source, TimeSpan time, int answers = 1)
    {
        var (counts, ticks, bucket) = (_counts[(int)source], time.Ticks, 0);
        while (bucket < s_bounds.Length && ticks > s_bounds[bucket])
        {
            bucket++;
        }

        counts[bucket] += answers;
        _ticks[(int)source] += ticks * answers;
    }

    /// <returns>The answers in each bucket, the last without a bound; and the sum of their times.</returns>
    public (IReadOnlyList<long> Counts, TimeSpan Sum) Read(AnswerSource source)
    {
        var counts = _counts[(int)source];
        return ([.. Enumerable.Range(0, counts.Length).Select(i => Volatile.Read(ref counts[i]))], new TimeSpan(Volatile.Read(ref _ticks[(int)source])));
    }
}
