using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>A message to the administrator.</summary>
/// <param name="Id">The channel and a number, such as "mail-12".</param>
/// <param name="Channel">"mail" or "webhook".</param>
/// <param name="Kind">"arrival", "digest", "test", or an event's kind.</param>
/// <param name="Subject">A few words for people.</param>
/// <param name="State">"waiting", "sent" or "dead": the other side refused it, or did not take it for too long.</param>
/// <param name="Attempts">So far.</param>
/// <param name="NextTry">Of a message that waits.</param>
/// <param name="Answer">The other side's last answer, or why there was none; null before the first attempt. Text of another host.</param>
internal sealed record OutboxMessageReport(string Id, string Channel, string Kind, string Subject, string State, DateTimeOffset Created, int Attempts, DateTimeOffset? NextTry, string? Answer);

/// <summary>The messages that wait, and the last of those that do not; the newest first.</summary>
internal sealed record OutboxMessagesReport(int Schema, IReadOnlyList<OutboxMessageReport> Messages);

/// <summary>A message is sent again, or was deleted.</summary>
/// <param name="Text">A sentence about it.</param>
/// <param name="DryRun">Nothing was done: the sentence says what would be.</param>
internal sealed record MessageChange(string Id, string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false);

/// <summary>A test message.</summary>
/// <param name="IsTaken">The mail server took it for every recipient.</param>
/// <param name="Text">Its last answer, or why there was none.</param>
/// <param name="Transcript">The conversation, line by line, without passwords; cut after a bound.</param>
internal sealed record MailTestReport(int Schema, bool IsTaken, string Text, IReadOnlyList<string> Transcript);

/// <summary>A test of the mail server.</summary>
/// <param name="To">A recipient instead of those in the configuration; null: those.</param>
internal sealed record MailTestRequest(string? To = null);
