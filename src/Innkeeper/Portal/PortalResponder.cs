using System.Text.Json;
using System.Text.Json.Serialization;
using Innkeeper.Configuration;
using Innkeeper.Policy;

namespace Innkeeper.Portal;

/// <summary>
/// Decides what to answer: the page and the API (RFC 8908) at the gateway's own address, and a redirect to it at any other. No I/O, clock or log.
/// Of what a device sends, only a code comes back, in the field for it, and no other characters than those of codes.
/// </summary>
/// <param name="look">As the owner's files have it now.</param>
internal sealed class PortalResponder(PortalSettings settings, Func<PortalLook> look, PortalTokens tokens)
{
    private const string Html = "text/html; charset=utf-8";
    private const string Plain = "text/plain; charset=utf-8";

    /// <summary>Characters of a code in an address; a longer one is none.</summary>
    private const int LongestCode = 64;

    /// <summary>Whether a request is a form of the page, which <see cref="Read"/> reads.</summary>
    public bool IsForm(in PortalRequest request) => request.Method == "POST" && IsOwnPage(request) && request.Path == "/";

    /// <param name="guest">The device that asks; null: unknown.</param>
    public PortalAnswer Answer(in PortalRequest request, PortalGuest? guest, DateTimeOffset now)
    {
        if (request.Method is not ("GET" or "HEAD"))
        {
            return new PortalAnswer(405, Plain, "Only GET and HEAD are answered here.\n", PortalCounter.Refused);
        }

        // The name is checked too: a foreign page whose name was made to lead here must not read this device's data.
        if (!IsOwnPage(request))
        {
            return Redirect(request);
        }

        return request.Path switch
        {
            "/" => Page(request, guest, now),
            PortalSettings.ApiPath => Api(guest, now),
            PortalSettings.LogoPath when look().Logo is { } logo => new PortalAnswer(200, logo.ContentType, "", PortalCounter.Pages) { Octets = logo.Octets, Policy = PortalLook.LogoPolicy },
            _ => Redirect(request),
        };
    }

    /// <summary>Reads a form.</summary>
    /// <param name="fields">As they were sent: any text.</param>
    /// <returns>Null, with the result: it is void.</returns>
    public PortalOrder? Read(in PortalRequest request, IReadOnlyDictionary<string, string> fields, PortalGuest guest, DateTimeOffset now, out PortalSaid said)
    {
        said = PortalSaid.Old;
        if (!IsOwnOrigin(request) || !tokens.IsValid(fields.GetValueOrDefault(PortalPage.TokenField), guest.Mac, guest.Vlan, now))
        {
            return null;
        }

        var current = look();
        var way = fields.GetValueOrDefault(PortalPage.WayField);
        said = PortalSaid.Refused;
        return way == PortalPage.CodeWay && guest.Ways.Contains(WayIn.Code) ? new PortalOrder(fields.GetValueOrDefault(PortalPage.CodeField) ?? "", null)
            : way == PortalPage.TermsWay && guest.Ways.Contains(WayIn.Terms) && current.TermsFor(TextsOf(request, current)) is { } terms ? new PortalOrder(null, terms)
            : null;
    }

    /// <summary>After a form, a browser gets the page by another request: loading that again sends no form.</summary>
    /// <param name="code">The text that was typed, to be corrected; null: none.</param>
    public static PortalAnswer After(PortalSaid said, string? code)
    {
        var isKept = said is PortalSaid.Mistyped or PortalSaid.Unknown or PortalSaid.Early or PortalSaid.Wait or PortalSaid.Old or PortalSaid.Busy;
        var typed = isKept && code is not null ? CodeOf(code) : "";

        // Without a host: a browser sends a form, and what follows it, to the page's own origin alone (form-action).
        var url = $"/?r={NameOf(said)}{(typed.Length > 0 ? $"&code={typed}" : "")}";
        return new PortalAnswer(303, Plain, "See the page.\n", said == PortalSaid.Old ? PortalCounter.FormsVoid : PortalCounter.Forms, url);
    }

    /// <summary>The characters that a code may have, in capitals; empty: none.</summary>
    internal static string CodeOf(string text) =>
        text.Length > LongestCode ? "" : string.Concat(text.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-').Select(char.ToUpperInvariant));

    private static string NameOf(PortalSaid said) => said.ToString().ToLowerInvariant();

    private static PortalSaid SaidOf(string name) => Enum.GetValues<PortalSaid>().FirstOrDefault(s => NameOf(s) == name);

    private PortalAnswer Page(in PortalRequest request, PortalGuest? guest, DateTimeOffset now)
    {
        var current = look();
        var isOver = guest?.State is AdmissionState.Admitted or AdmissionState.Blocked || (guest is not null && PortalPage.HasForm(guest, current));
        var view = new PortalView(
            current, settings.Notice, TextsOf(request, current), guest is null ? "" : tokens.Of(guest.Mac, guest.Vlan, now), SaidOf(request.Said), CodeOf(request.Code));
        return new PortalAnswer(
            guest is null ? 503 : 200, Html, PortalPage.Write(guest, view, now), guest is null ? PortalCounter.Unknown : PortalCounter.Pages,
            Refresh: isOver ? 0 : guest is { IsEntering: true } ? PortalPage.LookSoon : PortalPage.LookAgain)
        { Policy = current.PagePolicy };
    }

    /// <summary>
    /// Connectivity checks only detect that the answer is not the expected one: Android wants 204, Apple, Windows, Firefox and
    /// NetworkManager each a text of their own. A redirect tells them, and users of browsers, where to look.
    /// </summary>
    private PortalAnswer Redirect(in PortalRequest request)
    {
        var url = UrlOf(request);
        return new PortalAnswer(302, Plain, $"This device must be approved first: {url}\n", PortalCounter.Redirects, url);
    }

    private PortalAnswer Api(PortalGuest? guest, DateTimeOffset now)
    {
        // Either answer would be a guess; the client then uses its other checks (RFC 8908 section 4.1).
        if (guest is null)
        {
            return new PortalAnswer(503, Plain, "This device is not known yet; ask again.\n", PortalCounter.Unknown);
        }

        // RFC 8908 section 5: the remaining time, only of an admitted device with a limited time, and whether the page can extend it.
        var isIn = guest.State == AdmissionState.Admitted;
        long? left = isIn && guest.Until is { } until ? Math.Max(0, (long)(until - now).TotalSeconds) : null;
        var state = new CaptiveState(!isIn, settings.SecureUrl ?? settings.PageUrl, left, left is null ? null : guest.Ways.Any(w => w != WayIn.Ask));
        return new PortalAnswer(200, "application/captive+json", JsonSerializer.Serialize(state, CaptiveContext.Default.CaptiveState), PortalCounter.Api);
    }

    private string UrlOf(in PortalRequest request) => request.IsSecure && settings.SecureUrl is { } secure ? secure : settings.PageUrl;

    private static PortalTexts TextsOf(in PortalRequest request, PortalLook current) => PortalTexts.For(request.Languages, current.Texts);

    private bool IsOwnPage(in PortalRequest request) => request.Asked == settings.Service && IsOwn(request.Host);

    /// <summary>A browser says which page a form is of (RFC 6454 section 7); one that does not say it has the token.</summary>
    private bool IsOwnOrigin(in PortalRequest request) =>
        request.Origin.Length == 0 || (Uri.TryCreate(request.Origin, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https" && IsOwn(origin.Authority) && origin.AbsolutePath == "/");

    private bool IsOwn(string host)
    {
        var colon = host.LastIndexOf(':');
        var name = colon < 0 ? host : host[..colon];
        return name is "" || name == settings.Service.ToString() || (settings.Name != "" && name.Equals(settings.Name, StringComparison.OrdinalIgnoreCase));
    }
}

/// <summary>RFC 8908 section 5.</summary>
internal sealed record CaptiveState(bool Captive, string UserPortalUrl, long? SecondsRemaining, bool? CanExtendSession);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.KebabCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CaptiveState))]
internal sealed partial class CaptiveContext : JsonSerializerContext;
