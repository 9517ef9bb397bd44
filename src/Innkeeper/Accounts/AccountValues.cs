using Innkeeper.Configuration;
using Innkeeper.Management;

namespace Innkeeper.Accounts;

/// <summary>Checks of the values that operations on accounts take. Each returns the fault; null: the value is valid. No I/O, clock or log.</summary>
internal static class AccountValues
{
    private const int LongestName = 32;

    /// <summary>Days.</summary>
    private const int LongestToken = 3660;

    private static readonly TimeSpan s_usualToken = TimeSpan.FromDays(365);

    public static bool IsName(string? name) => name is { Length: >= 1 and <= LongestName } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    public static Invalid? CheckName(string? name) => IsName(name) ? null : new Invalid("name", name, $"1 to {LongestName} letters, digits, '.', '-' and '_'");

    public static Invalid? ReadRole(string? text, out Permission role)
    {
        var roles = Enum.GetValues<Permission>();
        role = roles.FirstOrDefault(r => Actor.NameOf(r) == text);
        return roles.Any(r => Actor.NameOf(r) == text) ? null : new Invalid("role", text, "viewer, operator or admin");
    }

    /// <summary>How long a token is valid.</summary>
    /// <param name="text">Null: a year.</param>
    /// <param name="time">Null: it does not end.</param>
    public static Invalid? ReadTime(string? text, out TimeSpan? time)
    {
        time = text is null ? s_usualToken : SettingTypes.ParseDuration(text, least: 1, mostDays: LongestToken);
        return text is "never" || time is not null ? null : new Invalid("time", text, $"one from \"1s\" to \"{LongestToken}d\", such as \"90d\", or \"never\"");
    }

    public static Invalid? ReadFlag(string? text, out bool flag)
    {
        flag = text is "true";
        return text is "true" or "false" ? null : new Invalid("value", text, "\"true\" or \"false\"");
    }
}
