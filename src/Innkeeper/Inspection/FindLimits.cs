using Innkeeper.Wire;

namespace Innkeeper.Inspection;

/// <summary>Where a search looks, and for how long.</summary>
/// <param name="Time">How long it takes.</param>
/// <param name="Vlans">Where it asks, and whose stations it reports; 0: untagged.</param>
/// <param name="Network">The network to ask for; null: those of <see cref="FactoryAddresses"/>.</param>
/// <param name="ListensOnly">It sends no frame.</param>
internal sealed record FindLimits(TimeSpan Time, IReadOnlyList<ushort> Vlans, Ipv4Network? Network, bool ListensOnly)
{
    /// <summary>Enough for every factory address of one VLAN.</summary>
    public static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(2);

    public static readonly TimeSpan LongestTime = TimeSpan.FromMinutes(30);

    /// <summary>Frames that one VLAN gets in a second.</summary>
    public const int VlanRate = 20;

    /// <summary>Frames that all VLANs together get in a second: their devices may be behind one radio link.</summary>
    public const int WholeRate = 100;

    /// <summary>Between two frames.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(1.0 / Math.Clamp(VlanRate * Vlans.Count, 1, WholeRate));
}

/// <summary>How far a search is.</summary>
/// <param name="Asked">Addresses that were asked for, each once in each VLAN.</param>
/// <param name="ToAsk">Of so many.</param>
/// <param name="NotKept">Frames of stations for which there was no room.</param>
/// <param name="Lost">Frames that came faster than they could be read.</param>
/// <param name="Unsent">Questions that the interface did not take.</param>
internal readonly record struct FindProgress(int Asked, int ToAsk, long NotKept, long Lost, long Unsent);

/// <summary>News of a search.</summary>
/// <param name="Changed">Stations that are new, or that say something new about themselves; at the end all.</param>
/// <param name="Ended">Why it is over; null: it goes on.</param>
internal sealed record FindNews(IReadOnlyList<FoundStation> Changed, FindProgress Progress, string? Ended);
