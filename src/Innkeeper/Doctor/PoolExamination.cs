using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>Whether hosts of the uplink use addresses of the pool: all addresses are asked for, or a sample.</summary>
internal sealed class PoolExamination : IExamination
{
    /// <summary>More addresses are not asked for.</summary>
    public const int MostAsked = 256;

    private const int MostNamed = 5;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public string Name => "pool";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (!examined.HasSettings)
        {
            return Task.FromResult<IReadOnlyList<Finding>>([]);
        }

        var findings = new List<Finding>();
        foreach (var (link, ranges) in RangesOf(examined.Config))
        {
            if (ranges.IsEmpty || examined.Links.FirstOrDefault(l => l.Name == link) is not { IsUp: true } uplink)
            {
                continue;
            }

            var sample = SampleOf(ranges, MostAsked, out var total);
            findings.Add(!examined.MayListen ? Finding.Warning(Name, "not asked for: this user may not send ARP", "run this as root")
                : Judge(link, sample.Count, total, ArpSurvey.Ask(uplink, Ipv4Address.Any, [.. sample.Select(a => ((ushort)0, a))], s_patience, _ => false, stop)));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    internal static Finding Judge(string link, int asked, long total, IReadOnlyList<ArpAnswer> answers)
    {
        var scope = asked == total ? $"{total} addresses on {link}" : $"{asked} of {total} addresses on {link}, a sample";
        return answers.Count == 0
            ? Finding.Ok("pool", $"no other host has one of {scope}")
            : Finding.Failure(
                "pool", $"other hosts have {answers.Count} of {scope}: {string.Join(", ", answers.Take(MostNamed).Select(a => $"{a.Address} ({a.Mac})"))}{(answers.Count > MostNamed ? " ..." : "")}",
                "take these addresses out of the pool, or give those hosts others; the gateway does not use an address that another host has");
    }

    /// <summary>All addresses, or as many as may be asked for, evenly spread.</summary>
    internal static IReadOnlyList<Ipv4Address> SampleOf(ImmutableArray<AddressRange> ranges, int most, out long total)
    {
        total = ranges.Sum(r => (long)r.Last.Value - r.First.Value + 1);
        var (step, number, next) = (Math.Max(1.0, (double)total / most), 0L, 0.0);
        var sample = new List<Ipv4Address>();
        foreach (var range in ranges)
        {
            var size = (long)range.Last.Value - range.First.Value + 1;
            for (; next < number + size && sample.Count < most; next += step)
            {
                sample.Add(new Ipv4Address((uint)(range.First.Value + ((long)next - number))));
            }

            number += size;
        }

        return sample;
    }

    private static IEnumerable<(string Link, ImmutableArray<AddressRange> Ranges)> RangesOf(InnkeeperConfig config) =>
    [
        (config.Uplink.Interface, [.. config.Pool.Addresses, .. config.Napt.Addresses]),
        .. config.Gateways.Select(g => (g.Interface ?? config.Uplink.Interface, (ImmutableArray<AddressRange>)[.. g.Pool, .. g.Shared])),
    ];
}
