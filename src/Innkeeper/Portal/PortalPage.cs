using System.Text;
using System.Text.Encodings.Web;
using Innkeeper.Policy;

namespace Innkeeper.Portal;

/// <summary>
/// The portal's only page. No I/O, clock or log. It needs no script and loads nothing from elsewhere; all text from outside goes through
/// <see cref="Escape"/>. It is well-formed XML too, as the tests parse it.
/// </summary>
internal static class PortalPage
{
    /// <summary>Seconds until a browser loads the page again.</summary>
    public const int LookAgain = 10;

    /// <summary>Allows only this page's own style, by its hash.</summary>
    public const string ContentSecurityPolicy =
        $"default-src 'none'; style-src '{StyleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>The hash of <see cref="Style"/>; a test compares them. Not computed here: .NET's SHA-256 needs OpenSSL on the machine.</summary>
    public const string StyleHash = "sha256-ygJANRxh006Xtv7pGzxud4ztIq67nb6x9cRMk4lXZQQ=";

    public const string Style = """

        :root { color-scheme: light dark; --ink: #1b1f24; --dim: #4a5561; --paper: #f4f5f7; --card: #ffffff; --edge: #d5d9de; --mark: #8a5a00; }
        .in { --mark: #1a6b35; }
        .out { --mark: #a3261d; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e9ecef; --dim: #aeb6bf; --paper: #15181c; --card: #1f242a; --edge: #39414a; --mark: #f0b44c; }
          .in { --mark: #6fcf8b; }
          .out { --mark: #ff8f85; }
        }
        * { box-sizing: border-box; }
        body { margin: 0; padding: 1rem; background: var(--paper); color: var(--ink); font: 1.0625rem/1.5 system-ui, sans-serif; }
        main { max-width: 34rem; margin: 4vh auto; padding: 1.5rem; background: var(--card); border: 1px solid var(--edge); border-top: 0.375rem solid var(--mark); border-radius: 0.5rem; overflow-wrap: anywhere; }
        h1 { margin: 0 0 0.75rem; font-size: 1.5rem; line-height: 1.25; }
        h2 { margin: 1.5rem 0 0.25rem; font-size: 1rem; }
        p { margin: 0 0 0.75rem; }
        dl { margin: 1.25rem 0 0; padding-top: 1rem; border-top: 1px solid var(--edge); }
        dt { color: var(--dim); font-size: 0.9375rem; }
        dd { margin: 0 0 0.75rem; }
        code { font: 1.125rem/1.5 ui-monospace, monospace; }
        .notice { white-space: pre-line; }

        """;

    /// <param name="guest">The device that asks; null: unknown.</param>
    /// <param name="notice">The administrator's notice, plain text.</param>
    /// <param name="texts">In the language of the page.</param>
    public static string Write(PortalGuest? guest, string notice, DateTimeOffset now, PortalTexts texts)
    {
        var (look, title, text) = Words(guest, texts);
        var page = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="{texts.Language}">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <link rel="icon" href="data:,"/>
            <title>{title}</title>
            <style>{Style}</style>
            </head>
            <body>
            <main class="{look}">
            <h1>{title}</h1>
            <p>{text}</p>

            """);
        if (!string.IsNullOrWhiteSpace(notice))
        {
            page.Append($"<h2>{texts.Notice}</h2>\n<p class=\"notice\">{Escape(notice.Trim())}</p>\n");
        }

        if (guest is not null)
        {
            page.Append($"<dl>\n<dt>{texts.Address}</dt><dd><code>{guest.Mac}</code></dd>\n");
            if (guest.Vlan != 0)
            {
                page.Append($"<dt>VLAN</dt><dd>{guest.Vlan}</dd>\n");
            }

            page.Append($"<dt>{(guest.State == AdmissionState.Admitted ? texts.OnlineSince : texts.Since)}</dt><dd>{Time(guest.Since)}, {Ago(now - guest.Since, texts)}</dd>\n");
            if (guest is { State: AdmissionState.Admitted, Until: { } until })
            {
                page.Append($"<dt>{texts.Until}</dt><dd>{Time(until)}</dd>\n");
            }

            page.Append("</dl>\n");
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static (string Look, string Title, string Text) Words(PortalGuest? guest, PortalTexts texts) => guest switch
    {
        null => ("wait", texts.UnknownTitle, texts.Again),
        { State: AdmissionState.Admitted } => ("in", texts.OnlineTitle, texts.Online),
        { State: AdmissionState.Blocked } => ("out", texts.BlockedTitle, texts.Blocked),
        _ => WordsOf(guest.Wait, texts),
    };

    /// <summary>Only what is true: the administrator may not know of the device.</summary>
    private static (string Look, string Title, string Text) WordsOf(PortalWait wait, PortalTexts texts)
    {
        var (look, title, text) = wait switch
        {
            PortalWait.Told => ("wait", texts.WaitsTitle, texts.Told),
            PortalWait.Untold => ("wait", texts.WaitsTitle, texts.Untold),
            PortalWait.Ordered => ("wait", texts.WaitsTitle, texts.Ordered),
            PortalWait.EndedTold => ("out", texts.EndedTitle, texts.EndedTold),
            PortalWait.Ended => ("out", texts.EndedTitle, texts.Ended),
            _ => ("out", texts.ClosedTitle, texts.Closed),
        };
        return (look, title, $"{text} {texts.Again}");
    }

    /// <summary>Text that can be nothing but text: no markup, and no characters that HTML does not allow.</summary>
    private static string Escape(string text) =>
        HtmlEncoder.Default.Encode(string.Concat(text.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c is not ('\n' or '\t') || c is '\ufffe' or '\uffff' ? '\ufffd' : c)));

    /// <summary>In UTC: a device's own time zone is not known here.</summary>
    private static string Time(DateTimeOffset time) => $"<time datetime=\"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\">{time.UtcDateTime:yyyy-MM-dd HH:mm} UTC</time>";

    private static string Ago(TimeSpan time, PortalTexts texts) => time switch
    {
        { TotalMinutes: < 1 } => texts.JustNow,
        { TotalMinutes: < 120 } => texts.MinutesAgo((int)time.TotalMinutes),
        { TotalHours: < 48 } => texts.HoursAgo((int)time.TotalHours),
        _ => texts.DaysAgo((int)time.TotalDays),
    };
}
