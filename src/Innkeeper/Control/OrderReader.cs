using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Control;

/// <summary>A request into an order. Pure; what the administrator types is held against what can be held, with what would be right.</summary>
internal static class OrderReader
{
    private const string Prefix = "devices ";
    private const int LongestName = 64;
    private const int LongestTag = 32;
    private const int LongestReason = 200;

    /// <summary>Seconds.</summary>
    private const int ShortestApproval = 1;

    /// <summary>Days, as a profile's lifetime.</summary>
    private const int LongestApproval = 366;

    public static bool IsOrder(ControlRequest request) => VerbOf(request) is not null;

    /// <param name="request">One that <see cref="IsOrder"/>.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="devices">Those that are known.</param>
    /// <returns>The order, or what is wrong with the request.</returns>
    public static (DeviceOrder? Order, OrderOutcome? Wrong) Read(ControlRequest request, string by, IReadOnlyList<DeviceReport> devices)
    {
        var verb = VerbOf(request)!.Value;
        if (request.Device is not { Length: > 0 } meant)
        {
            return (null, OrderOutcome.Wrong($"which device? give its MAC, or the name it was given"));
        }

        TimeSpan? time = null;
        if (request.For is { } text && (time = SettingTypes.ParseDuration(text, ShortestApproval, LongestApproval)) is null)
        {
            return (null, OrderOutcome.Wrong($"{SafeText.Shorten(text)} is no time for an approval; give one from \"1s\" to \"366d\", such as \"8h\""));
        }

        if ((FaultOfValue(verb, request.Value) ?? FaultOfReason(request.Reason)) is { } fault)
        {
            return (null, OrderOutcome.Wrong(fault));
        }

        var (mac, wrong) = DeviceSearch.Find(meant, devices);
        return mac is null ? (null, wrong) : (new DeviceOrder(verb, mac.Value, request.Value, time, request.Reason, by), null);
    }

    private static DeviceVerb? VerbOf(ControlRequest request) =>
        request.Command.StartsWith(Prefix, StringComparison.Ordinal) && Enum.TryParse<DeviceVerb>(request.Command[Prefix.Length..], ignoreCase: true, out var verb) ? verb : null;

    private static string? FaultOfValue(DeviceVerb verb, string? value) => verb switch
    {
        DeviceVerb.Name => value switch
        {
            null => "which name? give one, or \"\" to take the name away",
            "" => null,
            _ when MacText.TryParse(value, out _) => $"{value} is a MAC; a name like that would be taken for another device",
            _ when value.Length > LongestName || !IsOneLine(value) => $"{SafeText.Shorten(value)} will not do; a name is one line of up to {LongestName} characters, without spaces around it",
            _ => null,
        },
        DeviceVerb.Tag or DeviceVerb.Untag => value is { Length: >= 1 and <= LongestTag } && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? null
            : $"{SafeText.Shorten(value ?? "nothing")} is no tag; a tag has up to {LongestTag} letters, digits, '.', '-' and '_'",
        DeviceVerb.Profile => value is null ? "which profile? `innkeeper profiles` lists them; \"\" lets the rules decide again" : null,
        DeviceVerb.Pin => value is "" || Ipv4Address.TryParse(value, out _) ? null
            : $"{SafeText.Shorten(value ?? "nothing")} is no address; give a legal one such as 192.0.2.60, or \"\" for any",
        DeviceVerb.Approve => value is "" ? "a profile's name is not empty; `innkeeper profiles` lists them" : null,
        _ => null,
    };

    private static string? FaultOfReason(string? reason) =>
        reason is null || (reason.Length <= LongestReason && IsOneLine(reason)) ? null : $"the reason will not do; it is one line of up to {LongestReason} characters";

    private static bool IsOneLine(string text) => SafeText.IsOneLine(text) && text.Trim() == text;
}
