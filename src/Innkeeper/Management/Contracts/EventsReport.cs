using System.Text.Json.Serialization;
namespace Innkeeper.Management.Contracts;

/// <summary>Something an administrator should see.</summary>
/// <param name="Sequence">Rises with every event, also over restarts: watching can go on after it. 0: from a gateway that does not say.</param>
/// <param name="Mac">The device, or the host of the LAN, that the event is about. This and the fields after it are missing where they do not apply, and in
/// events from before the last start.</param>
/// <param name="Gateway">A configured gateway's name.</param>
/// <param name="Actor">The user who gave the order.</param>
/// <param name="Severity">"error", "warning" or "info".</param>
internal sealed record EventReport(
    DateTimeOffset Time, string Kind, string Text, long Sequence = 0, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Mac = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Address = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Gateway = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Actor = null, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Severity = null);

/// <summary>The latest events, oldest first.</summary>
/// <param name="Next">Earlier ones fit too: they are the answer with this as "before". Null: there are none.</param>
internal sealed record EventsReport(int Schema, IReadOnlyList<EventReport> Events, long? Next = null);

/// <summary>A line in a stream of events: this many events were dropped here because the reader is slow.</summary>
internal sealed record MissedReport(long Missed);

/// <summary>One line of a stream of events as a client reads it: an <see cref="EventReport"/> or a <see cref="MissedReport"/>.</summary>
internal sealed record EventLine(DateTimeOffset? Time = null, string? Kind = null, string? Text = null, long Sequence = 0, long Missed = 0);
