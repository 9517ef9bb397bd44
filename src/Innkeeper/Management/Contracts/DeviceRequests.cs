using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>How a device is approved.</summary>
/// <param name="Profile">The profile it is pinned to as well; null: the rules choose.</param>
/// <param name="For">How long, such as "8h"; null: as long as its profile says.</param>
/// <param name="Reason">The administrator's words, one line.</param>
internal sealed record Approval(string? Profile = null, string? For = null, string? Reason = null);

/// <summary>Why a device is blocked or held.</summary>
/// <param name="Reason">The administrator's words, one line.</param>
internal sealed record Decision(string? Reason = null);

/// <summary>The new value of a device's name, profile or address.</summary>
/// <param name="Value">Empty: it is cleared. Null is refused.</param>
internal sealed record Setting(string? Value = null);

/// <summary>A command about one device that was carried out.</summary>
/// <param name="Mac">The device.</param>
/// <param name="Text">A sentence about the change; also the event's text.</param>
/// <param name="NotDurable">Why the change is not on disk yet, although it is in force; null: it is on disk.</param>
/// <param name="DryRun">Nothing was done: the sentence says what would be.</param>
/// <param name="Erasure">Of an erased device: where it was taken out, and what stays.</param>
internal sealed record DeviceChange(
    string Mac, string Text, string? NotDurable = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ErasureReport? Erasure = null);
