using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>One order about many devices: those of a list, or those that the filter of the query selects.</summary>
/// <param name="Verb">"approve", "block", "hold", "forget", "tag", "untag" or "profile".</param>
/// <param name="Devices">MACs, or names that you gave; null: the filter's.</param>
/// <param name="Value">The tag, or the profile ("": the rules decide again).</param>
/// <param name="For">Of "approve": how long, such as "8h"; null: as long as each device's profile says.</param>
/// <param name="Reason">Of "approve", "block" and "hold": the administrator's words, one line.</param>
internal sealed record Order([property: JsonPropertyName("order")] string? Verb = null, IReadOnlyList<string>? Devices = null, string? Value = null, string? For = null, string? Reason = null);

/// <summary>A device that an order was carried out for, or would be.</summary>
/// <param name="Text">A sentence about the change.</param>
/// <param name="Name">The administrator's name for it; null: it has none.</param>
internal sealed record OrderedDevice(string Mac, string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name = null);

/// <summary>A device that an order could not be carried out for.</summary>
/// <param name="Mac">The device, as it was given.</param>
/// <param name="Error">The code of the failure, such as "not_found".</param>
internal sealed record RefusedDevice(string Mac, string Error, string Text);

/// <summary>An order about many devices was carried out, or would be.</summary>
/// <param name="DryRun">Nothing was done.</param>
/// <param name="TouchedCount">Devices that it was carried out for; the first of them are <paramref name="Touched"/>.</param>
/// <param name="RefusedCount">Devices that it could not be carried out for; the first of them are <paramref name="Refused"/>.</param>
/// <param name="More">Devices that neither list has.</param>
/// <param name="NotDurable">Why the order is not on disk yet, although it is in force; null: it is on disk.</param>
internal sealed record OrderReport(
    int Schema, string Order, bool DryRun, int TouchedCount, IReadOnlyList<OrderedDevice> Touched, int RefusedCount, IReadOnlyList<RefusedDevice> Refused, int More, string? NotDurable = null);
