using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>
/// Names the vendor of a MAC address from the IEEE's listings, as Debian's ieee-data has them. Nothing is read before the
/// first question; then some 0.4 MB stay in memory (prefixes and where their rows lie), and names are read from the files.
/// </summary>
/// <param name="directory">Where the listings are; any of them may be absent.</param>
internal sealed class Vendors(string directory)
{
    /// <summary>Where the Debian package puts the listings.</summary>
    internal const string DefaultDirectory = "/usr/share/ieee-data";

    private const string LargestListing = "oui.csv";

    /// <summary>Registrants without a name: hidden owners, and blocks that the IEEE assigns in smaller pieces.</summary>
    private static readonly string[] Nobody = ["Private", "IEEE Registration Authority"];

    private readonly Lazy<ImmutableArray<VendorListing>> _listings = new(() =>
    [
        .. new[]
        {
            VendorListing.Read(Path.Combine(directory, "oui36.csv"), 9),
            VendorListing.Read(Path.Combine(directory, "mam.csv"), 7),
            VendorListing.Read(Path.Combine(directory, LargestListing), 6),
        }.OfType<VendorListing>(),
    ]);

    /// <summary>Whether there is a listing at all.</summary>
    internal bool IsThere => File.Exists(Path.Combine(directory, LargestListing));

    /// <summary>The vendor's name in one line, or null when the address is no vendor's or its vendor is not known.</summary>
    internal string? Find(MacAddress mac)
    {
        if (mac.IsLocallyAdministered || mac.IsMulticast || mac == MacAddress.Zero)
        {
            return null;
        }

        // From the longest prefix to the shortest: a vendor of a small block is inside another's large one.
        foreach (var listing in _listings.Value)
        {
            if (listing.Find(mac) is { } name)
            {
                return Nobody.Contains(name) ? null : name;
            }
        }

        return null;
    }
}
