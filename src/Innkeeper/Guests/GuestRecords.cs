using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Guests;

/// <summary>Vouchers that were made together, and what they have in common.</summary>
/// <param name="Number">Rises with every batch.</param>
/// <param name="Label">The owner's words, such as an event's name; may be empty.</param>
/// <param name="Network">The name of the network, for the print sheet; may be empty.</param>
/// <param name="Lasts">How long a voucher is valid from its first use; null: up to <paramref name="Until"/>.</param>
/// <param name="From">When it can be used first; null: at once.</param>
/// <param name="Until">When it ends at the latest; null: it does not by date.</param>
/// <param name="Devices">How many devices one voucher lets in.</param>
/// <param name="Data">Octets, both ways, of all devices of one voucher; 0: any number.</param>
internal sealed record Batch(
    long Number, string Label, string Network, string Profile, int Count, DateTimeOffset Created, string By, TimeSpan? Lasts, DateTimeOffset? From, DateTimeOffset? Until, int Devices, long Data)
{
    /// <summary>The names of its vouchers.</summary>
    public IEnumerable<string> Vouchers => Enumerable.Range(1, Count).Select(index => $"{Number}-{index}");
}

/// <summary>One voucher. Its code is kept as a hash.</summary>
/// <param name="Index">Within its batch, from 1.</param>
/// <param name="Until">When it ends; null: not yet used, or without an end.</param>
/// <param name="Extra">Added to its time before its first use.</param>
/// <param name="Octets">Data that its devices used, both ways.</param>
internal sealed record Voucher(
    long Batch, int Index, string Hash, DateTimeOffset? Until = null, DateTimeOffset? FirstUse = null, DateTimeOffset? Revoked = null, TimeSpan Extra = default, long Octets = 0)
{
    public string Id => $"{Batch}-{Index}";

    /// <summary>When it ends as things stand; null: that depends on its first use, or it does not end.</summary>
    public DateTimeOffset? EndIn(Batch batch) => Until ?? (batch.Lasts is null ? batch.Until : null);

    /// <summary>It is used for the first time: its time begins.</summary>
    public Voucher Begin(Batch batch, DateTimeOffset now)
    {
        var byTime = now + batch.Lasts + Extra;
        var end = Until ?? (byTime is { } time && batch.Until is { } date && date < time ? date : byTime ?? batch.Until);
        return this with { FirstUse = now, Until = end };
    }

    public bool IsUsedUp(Batch batch) => batch.Data > 0 && Octets >= batch.Data;
}

/// <summary>A room, with the code of its present stay.</summary>
/// <param name="Stay">Rises with each stay.</param>
/// <param name="Vlan">The code works in this VLAN; null: for devices with the <paramref name="Tag"/>.</param>
/// <param name="Profile">Empty: the rules choose.</param>
/// <param name="IsOwn">The owner chose the code: it has no check character.</param>
/// <param name="Until">When the stay ends.</param>
/// <param name="Ended">The stay was ended before.</param>
/// <param name="Data">Octets, both ways, of all devices of the stay; 0: any number.</param>
/// <param name="Octets">Data that the devices of the stay used, both ways.</param>
internal sealed record Room(
    string Name, long Stay, ushort? Vlan, string? Tag, string Profile, string Hash, bool IsOwn, int Devices, DateTimeOffset Until, DateTimeOffset Since, string By, DateTimeOffset? Ended = null,
    long Data = 0, long Octets = 0)
{
    /// <summary>Names the stay in grants and uses.</summary>
    public string Id => $"{Name}/{Stay}";

    public bool IsOpen(DateTimeOffset now) => Ended is null && now < Until;

    public bool IsUsedUp => Data > 0 && Octets >= Data;

    /// <summary>Whether its code works for a device.</summary>
    public bool Has(GuestDevice device) => Vlan is { } vlan ? device.Vlan == vlan : Tag is { } tag && device.Tags.Contains(tag);
}

/// <summary>A device of a guest, as far as codes depend on it.</summary>
internal readonly record struct GuestDevice(MacAddress Mac, ushort Vlan, IReadOnlySet<string> Tags);

/// <summary>A device that a voucher or room let in.</summary>
/// <param name="Id">Of the voucher, or of the stay.</param>
/// <param name="Last">When its code was given last.</param>
/// <param name="IsApplied">The device's record has it on disk.</param>
internal sealed record GuestUse(GrantKind Kind, string Id, MacAddress Mac, ushort Vlan, DateTimeOffset First, DateTimeOffset Last, bool IsApplied = false);

/// <summary>A guest accepted the terms.</summary>
/// <param name="Language">Of the text that was shown.</param>
/// <param name="Hash">Of that text: which version it was.</param>
internal sealed record Acceptance(DateTimeOffset Time, MacAddress Mac, ushort Vlan, string Language, string Hash);
