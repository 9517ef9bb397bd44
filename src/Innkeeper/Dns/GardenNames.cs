using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>The names that held devices may reach, as `[portal] allow` lists them. No state that changes; a look-up allocates nothing.</summary>
internal sealed class GardenNames
{
    /// <summary>Before a domain: every name below it, and not the domain itself.</summary>
    public const string Below = "*.";

    /// <summary>
    /// By these, systems find out whether a portal is there. A device that reaches one takes itself for online and does not show the portal's page,
    /// so a "*" does not mean them.
    /// </summary>
    public static readonly IReadOnlyList<string> Probes =
    [
        "captive.apple.com", "connectivitycheck.gstatic.com", "connectivitycheck.android.com", "clients3.google.com", "www.msftconnecttest.com", "www.msftncsi.com",
        "detectportal.firefox.com", "nmcheck.gnome.org", "connectivity-check.ubuntu.com", "network-test.debian.org",
    ];

    private static readonly HashSet<byte[]> s_probes = Set(Probes);

    private readonly HashSet<byte[]> _names;
    private readonly HashSet<byte[]> _below;

    /// <param name="allowed">Host names, or domains after <see cref="Below"/>.</param>
    public GardenNames(IReadOnlyCollection<string> allowed)
    {
        _names = Set(allowed.Where(a => !a.StartsWith(Below, StringComparison.Ordinal)));
        _below = Set(allowed.Where(a => a.StartsWith(Below, StringComparison.Ordinal)).Select(a => a[Below.Length..]));
    }

    /// <summary>Whether a name is listed, or is below a listed domain.</summary>
    /// <param name="name">In wire form.</param>
    public bool Contain(ReadOnlySpan<byte> name)
    {
        Span<byte> folded = stackalloc byte[DnsName.MaxSize];
        name.CopyTo(folded);
        ReadOnlySpan<byte> rest = folded[..name.Length];
        DnsName.FoldCase(folded[..name.Length]);
        if (Has(_names, rest))
        {
            return true;
        }

        if (_below.Count == 0 || Has(s_probes, rest))
        {
            return false;
        }

        while (rest[0] != 0)
        {
            rest = rest[(1 + rest[0])..];
            if (Has(_below, rest))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Has(HashSet<byte[]> names, ReadOnlySpan<byte> name) => names.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(name);

    private static HashSet<byte[]> Set(IEnumerable<string> names) => names.Select(Fold).ToHashSet(ByteArrayComparer.Instance);

    private static byte[] Fold(string text)
    {
        var name = DnsName.Parse(text);
        DnsName.FoldCase(name);
        return name;
    }
}
