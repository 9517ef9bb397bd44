using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>A test of the mail server: sends one message now and tells the conversation. Needs no running gateway, and leaves nothing in its outbox.</summary>
internal static class MailTest
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>`innkeeper mail test`.</summary>
    /// <returns>Whether the mail was accepted for every recipient.</returns>
    public static bool Run(MailConfig mail, TimeProvider clock, TextWriter output, TextWriter errors)
    {
        var delivery = SendAsync(mail, clock, output.WriteLine, CancellationToken.None).GetAwaiter().GetResult();
        if (!IsTaken(delivery))
        {
            errors.WriteLine($"innkeeper: {TextOf(delivery)}");
            return false;
        }

        output.WriteLine(TextOf(delivery));
        return true;
    }

    /// <param name="tell">Takes each line of the conversation, without its end.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> ended it.</exception>
    public static async Task<Delivery> SendAsync(MailConfig mail, TimeProvider clock, Action<string> tell, CancellationToken stop)
    {
        tell(string.Create(CultureInfo.InvariantCulture, $"to {string.Join(", ", mail.To)} by {mail.Host} port {mail.Port}, tls {mail.Tls.ToString().ToLowerInvariant()}"));
        using var conversation = new SmtpConversation(tell);
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(s_patience);
        var notification = new Notification(Guid.NewGuid().ToString("N"), clock.GetUtcNow(), Environment.MachineName, Notification.TestKind);
        try
        {
            return await new SmtpTransport(mail, conversation).SendAsync(notification, [], time.Token).WaitAsync(time.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new Delivery(DeliveryResult.Unreachable, $"no answer within {s_patience.TotalSeconds} s");
        }
    }

    /// <summary>Whether the mail was accepted for every recipient.</summary>
    public static bool IsTaken(Delivery delivery) => delivery is { Result: DeliveryResult.Taken, Refusals: "" };

    public static string TextOf(Delivery delivery)
    {
        var answer = SafeText.Cut(delivery.Answer, SafeText.MaxSentence);
        return IsTaken(delivery) ? $"taken: {answer}" : $"the message was not accepted{(delivery.Result == DeliveryResult.Taken ? " for all recipients" : "")}: {answer}";
    }
}
