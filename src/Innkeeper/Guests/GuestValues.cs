using System.Globalization;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Wire;

namespace Innkeeper.Guests;

/// <summary>Checks of the values that operations on vouchers and rooms take. Each returns the fault; null: the value is valid. No I/O or log.</summary>
internal static class GuestValues
{
    private const int LongestText = 64;

    /// <summary>Days, as an approval.</summary>
    private const int LongestTime = 366;

    private static readonly string[] s_dates = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>A date and time by the gateway's clock, or with its own distance from UTC.</summary>
    /// <param name="steady">As ends are kept; null: none was given.</param>
    public static Invalid? ReadDate(string field, string? text, TimeProvider clock, out DateTimeOffset? steady)
    {
        steady = null;
        if (text is null)
        {
            return null;
        }

        if (!DateTimeOffset.TryParseExact(text, s_dates, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var wall) || wall.Year is < 2000 or > 2200)
        {
            return new Invalid(field, text, "a date and time such as \"2026-12-05T11:00\" (the gateway's local time) or \"2026-12-05T10:00Z\"");
        }

        var now = clock.GetUtcNow();
        steady = now + (wall - clock.ToWall(now));
        return null;
    }

    public static Invalid? ReadTime(string field, string? text, out TimeSpan? time)
    {
        time = text is null ? null : SettingTypes.ParseDuration(text, least: 1, LongestTime);
        return text is null || time is not null ? null : new Invalid(field, text, "a time from \"1s\" to \"366d\", such as \"8h\"");
    }

    /// <summary>"500M", "2G" or "1.5G": decimal units, as providers count.</summary>
    /// <param name="octets">0: any number.</param>
    public static Invalid? ReadData(string? text, out long octets)
    {
        var amount = text is null ? 0 : SettingTypes.ParseData(text);
        octets = amount ?? 0;
        return amount is null ? new Invalid("data", text!, SettingTypes.DataExpected) : null;
    }

    public static Invalid? CheckNumber(string field, int? number, int least, int most) =>
        number is null || (number >= least && number <= most) ? null : new Invalid(field, $"{number}", $"a number from {least} to {most}");

    /// <summary>Words of the owner's, in one line.</summary>
    public static Invalid? CheckText(string field, string? text) =>
        text is null || (text.Length <= LongestText && SafeText.IsOneLine(text) && text.Trim() == text) ? null : new Invalid(field, text, $"one line of up to {LongestText} characters without spaces around it");

    public static Invalid? CheckRoom(string? name) =>
        name is { Length: >= 1 and <= 32 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') ? null : new Invalid("room", name, "up to 32 letters, digits, '.', '-' and '_'");

    public static Failure? CheckProfile(string? profile, InnkeeperConfig config) =>
        profile is null ? new Invalid("profile", null, "a profile's name")
        : config.Profiles.ContainsKey(profile) ? null
        : new NotFound("profile", profile, Suggest.Nearest(profile, config.Profiles.Keys), [.. config.Profiles.Keys.Order()]);

    /// <summary>The front desk gives only what an administrator allowed; an administrator gives every profile.</summary>
    /// <param name="profile">Empty: the one that the rules choose.</param>
    public static Forbidden? CheckRight(Actor actor, string profile, InnkeeperConfig config)
    {
        if (actor.Lacks(Permission.Operator) is { } lacking)
        {
            return lacking;
        }

        if (actor.Permission >= Permission.Admin || profile.Length == 0 || (config.Profiles.TryGetValue(profile, out var found) && found.Vouchers))
        {
            return null;
        }

        var allowed = config.Profiles.Values.Where(p => p.Vouchers).Select(p => p.Name).Order().ToList();
        return new Forbidden(Actor.NameOf(Permission.Admin), actor.Name, allowed.Count == 0 ? $"an admin can allow it with vouchers = true in [profiles.{profile}]" : $"give one of the profiles {string.Join(", ", allowed)}");
    }
}
