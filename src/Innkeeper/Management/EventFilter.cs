using System.Globalization;
using Innkeeper.Events;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>Which events are listed; each null: any.</summary>
/// <param name="Last">At most so many, from 0 to <see cref="EventStream.MostEvents"/>: the latest that fit.</param>
/// <param name="Before">Only events with smaller sequence numbers: the "next" of the report before.</param>
/// <param name="Kind">A kind, or several with commas between.</param>
/// <param name="Severity">One of <see cref="EventSeverity.All"/>, or several with commas between.</param>
/// <param name="Device">A MAC, an address, or a name that the text has.</param>
/// <param name="Actor">The user or token that gave the order.</param>
/// <param name="Text">A part of the text.</param>
internal sealed record EventFilter(
    int Last = EventStream.UsualEvents, long? Before = null, string? Kind = null, string? Severity = null, string? Device = null, string? Actor = null, string? Text = null)
{
    private const int LongestText = 64;
    private const int LongestKinds = 1000;

    private readonly HashSet<string>? _kinds = Kind?.Split(',').ToHashSet();
    private readonly HashSet<string>? _severities = Severity?.Split(',').ToHashSet();

    /// <summary>The latest events, whatever they are.</summary>
    public bool IsOfAll => this is { Before: null, Kind: null, Severity: null, Device: null, Actor: null, Text: null };

    /// <summary>The fault of the values; null: none. A kind that there is not may be one of an earlier version.</summary>
    public Invalid? Check() =>
        Last is < 0 or > EventStream.MostEvents ? new Invalid("last", Last.ToString(CultureInfo.InvariantCulture), $"a number from 0 to {EventStream.MostEvents}")
        : Kind is { Length: 0 or > LongestKinds } ? new Invalid("kind", Kind, "kinds of events, with commas between")
        : _severities?.FirstOrDefault(s => !EventSeverity.All.Contains(s)) is { } stray ? new Invalid("severity", stray, $"one of {string.Join(", ", EventSeverity.All)}")
        : CheckText("device", Device) ?? CheckText("actor", Actor) ?? CheckText("text", Text);

    /// <summary>Events from before the last start have no fields: their text is looked through, which names the device and the user.</summary>
    public bool Fits(EventReport entry) =>
        (Before is null || entry.Sequence < Before)
        && (_kinds is null || _kinds.Contains(entry.Kind))
        && (_severities is null || _severities.Contains(EventSeverity.Of(entry.Kind)))
        && (Text is null || Has(entry, Text))
        && (Device is null || IsAbout(entry, Device))
        && (Actor is null || (entry.Actor is { } actor ? string.Equals(actor, Actor, StringComparison.OrdinalIgnoreCase) : Has(entry, $"(by {Actor})") || Has(entry, $"(by {Actor}:")));

    private static Invalid? CheckText(string name, string? text) => text is { Length: 0 or > LongestText } ? new Invalid(name, text, $"1 to {LongestText} characters") : null;

    private static bool IsAbout(EventReport entry, string device) =>
        MacText.TryParse(device, out var mac) && mac.ToString() is var name ? entry.Mac == name || Has(entry, name) : entry.Address == device || Has(entry, device);

    private static bool Has(EventReport entry, string text) => entry.Text.Contains(text, StringComparison.OrdinalIgnoreCase);
}
