using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>`innkeeper mail test`: sends one message now and shows the conversation. Needs no running gateway, and leaves nothing in its outbox.</summary>
internal static class MailTest
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <returns>Whether the mail was accepted for every recipient.</returns>
    public static bool Run(MailConfig mail, TimeProvider clock, TextWriter output, TextWriter errors)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"to {string.Join(", ", mail.To)} by {mail.Host} port {mail.Port}, tls {mail.Tls.ToString().ToLowerInvariant()}"));
        using var conversation = new SmtpConversation(output.WriteLine);
        using var time = new CancellationTokenSource(s_patience);
        var notification = new Notification(Guid.NewGuid().ToString("N"), clock.GetUtcNow(), Environment.MachineName, Notification.TestKind);
        Delivery delivery;
        try
        {
            delivery = new SmtpTransport(mail, conversation).SendAsync(notification, [], time.Token).WaitAsync(time.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            delivery = new Delivery(DeliveryResult.Unreachable, $"no answer within {s_patience.TotalSeconds} s");
        }

        if (delivery is not { Result: DeliveryResult.Taken, Refusals: "" })
        {
            errors.WriteLine($"innkeeper: the message was not accepted{(delivery.Result == DeliveryResult.Taken ? " for all recipients" : "")}: {SafeText.Cut(delivery.Answer, SafeText.MaxSentence)}");
            return false;
        }

        output.WriteLine($"taken: {SafeText.Cut(delivery.Answer, SafeText.MaxSentence)}");
        return true;
    }
}
