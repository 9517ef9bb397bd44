using System.Text.Json;
using System.Text.Json.Serialization;
using Innkeeper.Policy;

namespace Innkeeper.Portal;

/// <summary>
/// Decides what to answer: the page and the API (RFC 8908) at the gateway's own address, and a redirect to it at any other. No I/O, clock or log.
/// No data that a device sends is ever part of an answer.
/// </summary>
internal sealed class PortalResponder(PortalSettings settings)
{
    private const string Html = "text/html; charset=utf-8";
    private const string Plain = "text/plain; charset=utf-8";

    /// <param name="guest">The device that asks; null: unknown.</param>
    public PortalAnswer Answer(in PortalRequest request, PortalGuest? guest, DateTimeOffset now)
    {
        if (request.Method is not ("GET" or "HEAD"))
        {
            return new PortalAnswer(405, Plain, "Only GET and HEAD are answered here.\n", PortalCounter.Refused);
        }

        // The name is checked too: a foreign page whose name was made to lead here must not read this device's data.
        if (request.Asked != settings.Service || !IsOwn(request.Host) || request.Path is not ("/" or PortalSettings.ApiPath))
        {
            return Redirect(request);
        }

        if (request.Path == PortalSettings.ApiPath)
        {
            return Api(guest, now);
        }

        var isOver = guest?.State is AdmissionState.Admitted or AdmissionState.Blocked;
        return new PortalAnswer(
            guest is null ? 503 : 200, Html, PortalPage.Write(guest, settings.Notice, now, PortalTexts.For(request.Languages)), guest is null ? PortalCounter.Unknown : PortalCounter.Pages,
            Refresh: isOver ? 0 : PortalPage.LookAgain);
    }

    /// <summary>
    /// Connectivity checks only detect that the answer is not the expected one: Android wants 204, Apple, Windows, Firefox and
    /// NetworkManager each a text of their own. A redirect tells them, and users of browsers, where to look.
    /// </summary>
    private PortalAnswer Redirect(in PortalRequest request)
    {
        var url = request.IsSecure && settings.SecureUrl is { } secure ? secure : settings.PageUrl;
        return new PortalAnswer(302, Plain, $"This device must be approved first: {url}\n", PortalCounter.Redirects, url);
    }

    private PortalAnswer Api(PortalGuest? guest, DateTimeOffset now)
    {
        // Either answer would be a guess; the client then uses its other checks (RFC 8908 section 4.1).
        if (guest is null)
        {
            return new PortalAnswer(503, Plain, "This device is not known yet; ask again.\n", PortalCounter.Unknown);
        }

        // RFC 8908 section 5: the remaining time, only of an admitted device with a limited time. The page cannot extend it: the administrator does.
        var isIn = guest.State == AdmissionState.Admitted;
        long? left = isIn && guest.Until is { } until ? Math.Max(0, (long)(until - now).TotalSeconds) : null;
        var state = new CaptiveState(!isIn, settings.SecureUrl ?? settings.PageUrl, left, left is null ? null : false);
        return new PortalAnswer(200, "application/captive+json", JsonSerializer.Serialize(state, CaptiveContext.Default.CaptiveState), PortalCounter.Api);
    }

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
