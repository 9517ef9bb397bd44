using System.Text;
using System.Text.Encodings.Web;
using Innkeeper.Configuration;
using Innkeeper.Policy;

namespace Innkeeper.Portal;

/// <summary>The parts of a page beside the device's admission.</summary>
/// <param name="Notice">The administrator's notice, plain text.</param>
/// <param name="Texts">In the language of the page.</param>
/// <param name="Token">The hidden field of its forms.</param>
/// <param name="Said">The result of a form that led here.</param>
/// <param name="Code">For the field: of the characters of codes alone; empty: none.</param>
internal sealed record PortalView(PortalLook Look, string Notice, PortalTexts Texts, string Token = "", PortalSaid Said = PortalSaid.None, string Code = "");

/// <summary>
/// The portal's only page. No I/O, clock or log. It needs no script and loads nothing from elsewhere; all text from outside goes through
/// <see cref="Escape"/>. It is well-formed XML too, as the tests parse it.
/// </summary>
internal static class PortalPage
{
    /// <summary>Seconds until a browser loads the page again.</summary>
    public const int LookAgain = 10;

    /// <summary>Seconds until a browser loads the page again of a device that is about to be admitted.</summary>
    public const int LookSoon = 2;

    /// <summary>The names of the forms' fields.</summary>
    public const string TokenField = "token", WayField = "way", CodeField = "code";

    /// <summary>The values of <see cref="WayField"/>.</summary>
    public const string CodeWay = "code", TermsWay = "terms";

    /// <param name="guest">The device that asks; null: unknown.</param>
    public static string Write(PortalGuest? guest, PortalView view, DateTimeOffset now)
    {
        var texts = view.Texts;
        var (look, title, text) = Words(guest, texts);
        var page = new StringBuilder($"""
            <!DOCTYPE html>
            <html lang="{texts.Language}">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <link rel="icon" href="data:,"/>
            <title>{title}</title>
            <style>{view.Look.Style}</style>
            </head>
            <body>

            """);
        WriteHead(page, view.Look);
        page.Append($"<main class=\"{look}\">\n<h1>{title}</h1>\n");
        if (guest is not { State: AdmissionState.Admitted, Ways.Length: 0 } && texts.Of(view.Said) is { } said)
        {
            page.Append($"<p class=\"said\" role=\"alert\">{said}</p>\n");
        }

        if (text.Length > 0)
        {
            page.Append($"<p>{text}</p>\n");
        }

        if (guest is not null)
        {
            WriteWays(page, guest, view);
        }

        if (!string.IsNullOrWhiteSpace(view.Notice))
        {
            page.Append($"<h2>{texts.Notice}</h2>\n<p class=\"notice\">{Escape(view.Notice.Trim())}</p>\n");
        }

        if (guest is not null)
        {
            WriteDevice(page, guest, texts, now);
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }

    /// <summary>Whether the page has a form: it must not load itself again while a guest types.</summary>
    public static bool HasForm(PortalGuest guest, PortalLook look) => !guest.IsEntering && guest.Ways.Any(w => w == WayIn.Code || (w == WayIn.Terms && !look.Terms.IsEmpty));

    /// <summary>Text that can be nothing but text: no markup, and no characters that HTML does not allow.</summary>
    public static string Escape(string text) =>
        HtmlEncoder.Default.Encode(string.Concat(text.ReplaceLineEndings("\n").Select(c => char.IsControl(c) && c is not ('\n' or '\t') || c is '\ufffe' or '\uffff' ? '\ufffd' : c)));

    private static void WriteHead(StringBuilder page, PortalLook look)
    {
        if (look.Logo is null && look.Title.Length == 0)
        {
            return;
        }

        page.Append("<header>");
        if (look.Logo is not null)
        {
            page.Append($"<img src=\"{PortalSettings.LogoPath}\" alt=\"\"/>");
        }

        page.Append(Escape(look.Title)).Append("</header>\n");
    }

    private static void WriteWays(StringBuilder page, PortalGuest guest, PortalView view)
    {
        if (!HasForm(guest, view.Look))
        {
            return;
        }

        var texts = view.Texts;
        foreach (var way in guest.Ways)
        {
            if (way == WayIn.Code)
            {
                page.Append(
                    $"<form method=\"post\" action=\"/\">\n{Hidden(view, CodeWay)}<label for=\"code\">{(guest.State == AdmissionState.Admitted ? texts.CodeMore : texts.Code)}</label>\n"
                    + $"<input type=\"text\" id=\"code\" name=\"{CodeField}\" value=\"{Escape(view.Code)}\" maxlength=\"64\" required=\"required\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\"/>\n"
                    + $"<button type=\"submit\">{texts.CodeButton}</button>\n</form>\n");
            }
            else if (way == WayIn.Terms && view.Look.TermsFor(texts) is { } terms)
            {
                page.Append(
                    $"<form method=\"post\" action=\"/\">\n{Hidden(view, TermsWay)}<h2>{texts.Terms}</h2>\n<div class=\"terms\" tabindex=\"0\" lang=\"{Escape(terms.Language)}\">{Escape(terms.Text.Trim())}</div>\n"
                    + $"<button type=\"submit\">{texts.TermsButton}</button>\n</form>\n");
            }
            else if (way == WayIn.Ask)
            {
                page.Append($"<h2>{texts.Ask}</h2>\n<p>{AskWords(guest.Wait, texts)} <a href=\"/\">{texts.LookAgain}</a></p>\n");
            }
        }
    }

    private static string Hidden(PortalView view, string way) => $"<input type=\"hidden\" name=\"{TokenField}\" value=\"{view.Token}\"/><input type=\"hidden\" name=\"{WayField}\" value=\"{way}\"/>\n";

    private static void WriteDevice(StringBuilder page, PortalGuest guest, PortalTexts texts, DateTimeOffset now)
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

        if (guest is { Wait: PortalWait.Volume, State: AdmissionState.Held, Until: { } renewed })
        {
            page.Append($"<dt>{texts.VolumeUntil}</dt><dd>{Time(renewed)}</dd>\n");
        }

        page.Append("</dl>\n");
    }

    private static (string Look, string Title, string Text) Words(PortalGuest? guest, PortalTexts texts) => guest switch
    {
        null => ("wait", texts.UnknownTitle, texts.Again),
        { State: AdmissionState.Admitted } => ("in", texts.OnlineTitle, texts.Online),
        { State: AdmissionState.Blocked } => ("out", texts.BlockedTitle, texts.Blocked),
        { IsEntering: true } => ("in", texts.EnteringTitle, texts.Entering),
        { Ways.Length: > 0 } => WordsOfWays(guest, texts),
        _ => WordsOf(guest, texts),
    };

    /// <summary>The guest can do something: the page says what, and why it has to be done again.</summary>
    private static (string Look, string Title, string Text) WordsOfWays(PortalGuest guest, PortalTexts texts)
    {
        var isOnlyAsking = guest.Ways is [WayIn.Ask];
        return isOnlyAsking ? WordsOf(guest, texts)
            : guest.Wait is PortalWait.Ended or PortalWait.EndedTold ? ("out", texts.EndedTitle, $"{EndOf(guest, texts)} {texts.EndedGoOn}")
            : guest.Wait == PortalWait.Volume ? ("out", texts.VolumeTitle, $"{texts.Volume} {texts.VolumeGoOn}")
            : ("wait", texts.WelcomeTitle, texts.Welcome);
    }

    /// <summary>Only what is true: the administrator may not know of the device.</summary>
    private static (string Look, string Title, string Text) WordsOf(PortalGuest guest, PortalTexts texts)
    {
        var (look, title, text) = guest.Wait switch
        {
            PortalWait.Told => ("wait", texts.WaitsTitle, texts.Told),
            PortalWait.Untold => ("wait", texts.WaitsTitle, texts.Untold),
            PortalWait.Ordered => ("wait", texts.WaitsTitle, texts.Ordered),
            PortalWait.EndedTold => ("out", texts.EndedTitle, $"{EndOf(guest, texts)} {texts.EndedTold}"),
            PortalWait.Ended => ("out", texts.EndedTitle, $"{EndOf(guest, texts)} {texts.Ended}"),
            PortalWait.Volume => ("out", texts.VolumeTitle, texts.Volume),
            _ => ("out", texts.ClosedTitle, texts.Closed),
        };
        return (look, title, $"{text} {texts.Again}");
    }

    private static string EndOf(PortalGuest guest, PortalTexts texts) => guest.End switch
    {
        GrantEnd.Revoked => texts.EndRevoked,
        GrantEnd.CheckOut => texts.EndCheckOut,
        GrantEnd.Data => texts.EndData,
        _ => texts.EndTime,
    };

    private static string AskWords(PortalWait wait, PortalTexts texts) => wait switch
    {
        PortalWait.Told => texts.Told,
        PortalWait.EndedTold => texts.EndedTold,
        PortalWait.Ended => texts.Ended,
        _ => texts.Untold,
    };

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
