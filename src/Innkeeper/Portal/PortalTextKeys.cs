namespace Innkeeper.Portal;

/// <summary>The keys by which the owner's files name the page's texts. Frozen: files have them.</summary>
internal static class PortalTextKeys
{
    /// <summary>In a text with a number, the place of the number.</summary>
    public const string NumberPlace = "{n}";

    /// <summary>How each text is put in place of the built-in one. The text is HTML already.</summary>
    public static readonly IReadOnlyDictionary<string, Func<PortalTexts, string, PortalTexts>> All = new Dictionary<string, Func<PortalTexts, string, PortalTexts>>(StringComparer.Ordinal)
    {
        ["welcome_title"] = (t, v) => t with { WelcomeTitle = v },
        ["welcome"] = (t, v) => t with { Welcome = v },
        ["entering_title"] = (t, v) => t with { EnteringTitle = v },
        ["entering"] = (t, v) => t with { Entering = v },
        ["code"] = (t, v) => t with { Code = v },
        ["code_more"] = (t, v) => t with { CodeMore = v },
        ["code_button"] = (t, v) => t with { CodeButton = v },
        ["terms"] = (t, v) => t with { Terms = v },
        ["terms_button"] = (t, v) => t with { TermsButton = v },
        ["ask"] = (t, v) => t with { Ask = v },
        ["look_again"] = (t, v) => t with { LookAgain = v },
        ["mistyped"] = (t, v) => t with { Mistyped = v },
        ["unknown"] = (t, v) => t with { Unknown = v },
        ["early"] = (t, v) => t with { Early = v },
        ["over"] = (t, v) => t with { Over = v },
        ["revoked"] = (t, v) => t with { Revoked = v },
        ["full"] = (t, v) => t with { Full = v },
        ["used"] = (t, v) => t with { Used = v },
        ["wait"] = (t, v) => t with { Wait = v },
        ["old"] = (t, v) => t with { Old = v },
        ["refused"] = (t, v) => t with { Refused = v },
        ["busy"] = (t, v) => t with { Busy = v },
        ["end_time"] = (t, v) => t with { EndTime = v },
        ["end_revoked"] = (t, v) => t with { EndRevoked = v },
        ["end_check_out"] = (t, v) => t with { EndCheckOut = v },
        ["end_data"] = (t, v) => t with { EndData = v },
        ["volume_title"] = (t, v) => t with { VolumeTitle = v },
        ["volume"] = (t, v) => t with { Volume = v },
        ["volume_go_on"] = (t, v) => t with { VolumeGoOn = v },
        ["volume_until"] = (t, v) => t with { VolumeUntil = v },
        ["ended_title"] = (t, v) => t with { EndedTitle = v },
        ["ended_go_on"] = (t, v) => t with { EndedGoOn = v },
        ["ended_told"] = (t, v) => t with { EndedTold = v },
        ["ended"] = (t, v) => t with { Ended = v },
        ["unknown_title"] = (t, v) => t with { UnknownTitle = v },
        ["online_title"] = (t, v) => t with { OnlineTitle = v },
        ["online"] = (t, v) => t with { Online = v },
        ["blocked_title"] = (t, v) => t with { BlockedTitle = v },
        ["blocked"] = (t, v) => t with { Blocked = v },
        ["waits_title"] = (t, v) => t with { WaitsTitle = v },
        ["told"] = (t, v) => t with { Told = v },
        ["untold"] = (t, v) => t with { Untold = v },
        ["ordered"] = (t, v) => t with { Ordered = v },
        ["closed_title"] = (t, v) => t with { ClosedTitle = v },
        ["closed"] = (t, v) => t with { Closed = v },
        ["again"] = (t, v) => t with { Again = v },
        ["notice"] = (t, v) => t with { Notice = v },
        ["address"] = (t, v) => t with { Address = v },
        ["online_since"] = (t, v) => t with { OnlineSince = v },
        ["since"] = (t, v) => t with { Since = v },
        ["until"] = (t, v) => t with { Until = v },
        ["just_now"] = (t, v) => t with { JustNow = v },
        ["minutes_ago"] = (t, v) => t with { MinutesAgo = n => Number(v, n) },
        ["hours_ago"] = (t, v) => t with { HoursAgo = n => Number(v, n) },
        ["days_ago"] = (t, v) => t with { DaysAgo = n => Number(v, n) },
    };

    private static string Number(string text, int number) => text.Replace(NumberPlace, $"{number}", StringComparison.Ordinal);
}
