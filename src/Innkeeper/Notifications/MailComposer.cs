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
    private const string LinkText = "Open it on the console";

    // Mail programs know little of style sheets: each element has its own. The colours are the console's.
    private const string Page = "margin: 0; padding: 1.5em; background: #f4f5f7; color: #15181d; font-family: system-ui, sans-serif; line-height: 1.5";
    private const string Card = "max-width: 40em; margin: auto; padding: .5em 1.5em 1.5em; background: #ffffff; border: 1px solid #d8dce2; border-radius: 8px";
    private const string Button = "display: inline-block; padding: .5em 1em; background: #0b5c8f; color: #ffffff; border-radius: 6px; text-decoration: none; font-weight: bold";

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

        if (words.Link is not null)
        {
            text.Append('\n').Append(LinkText).Append(":\n  ").Append(words.Link).Append('\n');
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
            .Append("</title></head>\n<body style=\"").Append(Page).Append("\">\n<div style=\"").Append(Card).Append("\">\n<p style=\"font-size: 1.1em\">").Append(Encoded(words.Lead)).Append("</p>\n");
        if (words.Link is not null)
        {
            html.Append("<p><a href=\"").Append(Encoded(words.Link)).Append("\" style=\"").Append(Button).Append("\">").Append(LinkText).Append("</a></p>\n");
        }

        foreach (var part in words.Parts)
        {
            html.Append("<h3 style=\"margin: 1.4em 0 .4em; font-size: 1em\">").Append(Encoded(part.Title)).Append("</h3>\n<table>\n");
            foreach (var (name, value) in part.Rows)
            {
                html.Append("<tr><th align=\"left\" valign=\"top\" style=\"padding: .15em 2em .15em 0; font-weight: normal; color: #4b5563\">").Append(Encoded(name)).Append("</th><td>").Append(Encoded(value)).Append("</td></tr>\n");
            }

            html.Append("</table>\n");
        }

        foreach (var (does, line) in words.Commands)
        {
            html.Append("<p>").Append(Encoded(does)).Append(":<br><code>").Append(Encoded(line)).Append("</code></p>\n");
        }

        return html.Append("</div>\n</body></html>\n").ToString();
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
