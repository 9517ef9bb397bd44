using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Checks of the values that commands about devices take. Each returns the fault; null: the value is valid.</summary>
internal static class DeviceValues
{
    private const int LongestName = 64;
    private const int LongestTag = 32;
    private const int LongestReason = 200;

    /// <summary>Seconds.</summary>
    private const int ShortestApproval = 1;

    /// <summary>Days, as a profile's lifetime.</summary>
    private const int LongestApproval = 366;

    /// <summary>A name that reads as a MAC would be taken for another device.</summary>
    public static Invalid? CheckName(string? name) =>
        name is "" || (name is not null && !MacText.TryParse(name, out _) && name.Length <= LongestName && IsOneLine(name))
            ? null
            : new Invalid("name", name, $"one line of up to {LongestName} characters without spaces around it, which is no MAC, or \"\" for none");

    public static Invalid? CheckTag(string? tag) =>
        tag is { Length: >= 1 and <= LongestTag } && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? null
            : new Invalid("tag", tag, $"up to {LongestTag} letters, digits, '.', '-' and '_'");

    public static Invalid? CheckReason(string? reason) =>
        reason is null || (reason.Length <= LongestReason && IsOneLine(reason)) ? null : new Invalid("reason", reason, $"one line of up to {LongestReason} characters");

    /// <summary>How long an approval holds.</summary>
    /// <param name="text">Null: as long as the profile says.</param>
    public static Invalid? ReadTime(string? text, out TimeSpan? time)
    {
        time = text is null ? null : SettingTypes.ParseDuration(text, ShortestApproval, LongestApproval);
        return text is null || time is not null ? null : new Invalid("time", text, "one from \"1s\" to \"366d\", such as \"8h\"");
    }

    public static Invalid? ReadAddress(string? text, out Ipv4Address? address)
    {
        address = Ipv4Address.TryParse(text, out var read) ? read : null;
        return text is "" || address is not null ? null : new Invalid("address", text, "an outside address such as 192.0.2.60, or \"\" for any");
    }

    /// <summary>The name of a profile that exists.</summary>
    public static Failure? CheckProfile(string profile, InnkeeperConfig config) => config.Profiles.ContainsKey(profile)
        ? null
        : new NotFound("profile", profile, Suggest.Nearest(profile, config.Profiles.Keys), [.. config.Profiles.Keys.Order()]);

    private static bool IsOneLine(string text) => SafeText.IsOneLine(text) && text.Trim() == text;
}
