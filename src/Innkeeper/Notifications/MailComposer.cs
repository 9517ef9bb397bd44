using System.Net;
using System.Text;
using MimeKit;

namespace Innkeeper.Notifications;

/// <summary>
/// Writes a notification as a message (RFC 5322): text and HTML with the same content, nothing to be fetched from elsewhere. No I/O, clock or
/// log: the same notification is the same message at each attempt, with the same Message-ID, so that a reader can recognize a duplicate.
/// </summary>
internal static class MailComposer
{
    private const int NameColumn = 20;

    public static MimeMessage Compose(Notification notification, string from, IEnumerable<string> to)
    {
        var words = NotificationFormatter.Of(notification);
        var message = new MimeMessage
        {
            Subject = words.Subject,
            Date = notification.Time,
            MessageId = $"{notification.Id}@{from[(from.IndexOf('@', StringComparison.Ordinal) + 1)..]}",
            Body = new BodyBuilder { TextBody = ToText(words), HtmlBody = ToHtml(words) }.ToMessageBody(),
        };
        message.From.Add(new MailboxAddress("Innkeeper", from));
        message.To.AddRange(to.Select(address => new MailboxAddress(null, address)));

        // RFC 3834 section 5: no vacation replies to a machine. Exchange honors its own header.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        return message;
    }

    internal static string ToText(NotificationText words)
    {
        var text = new StringBuilder(words.Lead).Append('\n');
        foreach (var part in words.Parts)
        {
            text.Append('\n').Append(part.Title).Append('\n');
            foreach (var (name, value) in part.Rows)
            {
                text.Append("  ").Append(name.PadRight(NameColumn)).Append(' ').Append(value).Append('\n');
            }
        }

        foreach (var (does, line) in words.Commands)
        {
            text.Append('\n').Append(does).Append(":\n  ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    internal static string ToHtml(NotificationText words)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(Encoded(words.Subject))
            .Append("</title></head>\n<body style=\"font-family: sans-serif\">\n<p>").Append(Encoded(words.Lead)).Append("</p>\n");
        foreach (var part in words.Parts)
        {
            html.Append("<h3>").Append(Encoded(part.Title)).Append("</h3>\n<table>\n");
            foreach (var (name, value) in part.Rows)
            {
                html.Append("<tr><th align=\"left\" valign=\"top\" style=\"padding-right: 2em; font-weight: normal\">").Append(Encoded(name)).Append("</th><td>").Append(Encoded(value)).Append("</td></tr>\n");
            }

            html.Append("</table>\n");
        }

        foreach (var (does, line) in words.Commands)
        {
            html.Append("<p>").Append(Encoded(does)).Append(":<br><code>").Append(Encoded(line)).Append("</code></p>\n");
        }

        return html.Append("</body></html>\n").ToString();
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
