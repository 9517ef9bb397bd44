using System.Globalization;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Innkeeper.Notifications;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Management;

/// <summary>The messages to the administrator: those that wait, and the last of those that do not.</summary>
/// <param name="channels">Those that are on.</param>
internal sealed class OutboxOperations(IReadOnlyList<NotificationChannel> channels, MailConfig mail, IAuditTrail audit, TimeProvider clock) : IOutboxOperations
{
    private const int Schema = 1;

    /// <summary>Lines of a test's transcript; a server may say as much as it likes.</summary>
    private const int MostLines = 200;

    private int _isTesting;

    public Result<OutboxMessagesReport> List(Actor actor) => actor.Lacks(Permission.Admin) is { } refusal
        ? refusal
        : new OutboxMessagesReport(Schema, [.. channels.SelectMany(c => c.Outbox.Messages).OrderByDescending(m => m.Created).Select(ReportOf)]);

    public Result<MessageChange> Retry(Actor actor, string id, WriteOptions options)
    {
        var found = Find(actor, id);
        if (!found.IsOk)
        {
            return found.Failure;
        }

        var (channel, message) = found.Value;
        if (message.State == OutboxMessageState.Sent)
        {
            return new Conflict(id, "", Note: $"{id} was sent already");
        }

        if (options.IsDryRun)
        {
            return new MessageChange(id, $"{id} would be sent at once", DryRun: true);
        }

        if (!channel.Outbox.Retry(message.Id, clock.GetUtcNow()))
        {
            return Missing(id);
        }

        channel.Sender.TryNow();
        return Done(actor, "outbox-retry", id, $"{id} is sent at once");
    }

    public Result<MessageChange> Delete(Actor actor, string id, WriteOptions options)
    {
        var found = Find(actor, id);
        if (!found.IsOk)
        {
            return found.Failure;
        }

        var (channel, message) = found.Value;

        if (options.IsDryRun)
        {
            return new MessageChange(id, $"{id} would be deleted", DryRun: true);
        }

        return channel.Outbox.Remove(message.Id) ? Done(actor, "outbox-delete", id, $"{id} is deleted") : Missing(id);
    }

    public async ValueTask<Result<MailTestReport>> TestMailAsync(Actor actor, MailTestRequest request, CancellationToken stop)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        if (!mail.IsOn)
        {
            return new Unavailable("there is no mail server in the configuration; set [mail] server, from and to");
        }

        if (request.To is not null && !NotificationConfig.IsMailAddress(request.To))
        {
            return new Invalid("to", request.To, "an address such as admin@example.net");
        }

        if (Interlocked.Exchange(ref _isTesting, 1) == 1)
        {
            return new Unavailable("another test of the mail server is under way; wait for its end");
        }

        try
        {
            var transcript = new List<string>();
            var delivery = await MailTest.SendAsync(request.To is null ? mail : mail with { To = [request.To] }, clock, line => Add(transcript, line), stop).ConfigureAwait(false);
            audit.Add(new AuditEntry(actor, "mail-test", request.To ?? "", MailTest.TextOf(delivery)));
            audit.Flush();
            lock (transcript)
            {
                return new MailTestReport(Schema, MailTest.IsTaken(delivery), MailTest.TextOf(delivery), [.. transcript]);
            }
        }
        finally
        {
            Volatile.Write(ref _isTesting, 0);
        }
    }

    private MessageChange Done(Actor actor, string what, string id, string text)
    {
        audit.Add(new AuditEntry(actor, what, id, text));
        audit.Flush();
        return new MessageChange(id, text);
    }

    /// <summary>An attempt that was abandoned may go on for a moment.</summary>
    private static void Add(List<string> transcript, string line)
    {
        lock (transcript)
        {
            if (transcript.Count < MostLines)
            {
                transcript.Add(transcript.Count == MostLines - 1 ? "(more is not shown)" : line);
            }
        }
    }

    private static string IdOf(OutboxMessage message) => string.Create(CultureInfo.InvariantCulture, $"{NotificationChannel.NameOf(message.Channel)}-{message.Id}");

    private static NotFound Missing(string id) => new("message", id);

    private Result<Kept> Find(Actor actor, string id) =>
        actor.Lacks(Permission.Admin) is { } refusal ? refusal
        : channels.SelectMany(c => c.Outbox.Messages.Select(m => new Kept(c, m))).FirstOrDefault(k => IdOf(k.Message) == id) is { } kept ? kept
        : Missing(id);

    private OutboxMessageReport ReportOf(OutboxMessage message) => new(
        IdOf(message), NotificationChannel.NameOf(message.Channel), message.Kind,
        Notification.FromJson(message.Content) is { } notification ? NotificationFormatter.Of(notification).Subject : message.Kind,
        message.State.ToString().ToLowerInvariant(), clock.ToWall(message.Created), message.Attempts, message.State == OutboxMessageState.Waiting ? clock.ToWall(message.NextTry) : null,
        message.Answer is "" ? null : message.Answer);

    /// <summary>A message of a channel.</summary>
    private sealed record Kept(NotificationChannel Channel, OutboxMessage Message);
}
