using System.Globalization;
using System.Text;

namespace Innkeeper.Configuration;

/// <summary>Values written as TOML 1.0.</summary>
internal static class TomlText
{
    public static string Flag(bool flag) => flag ? "true" : "false";

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>A basic string: quotes, backslashes and control characters are escaped.</summary>
    public static string Text(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' or '\\' => $"\\{c}",
                _ when char.IsControl(c) => $"\\u{(int)c:x4}",
                _ => $"{c}",
            });
        }

        return quoted.Append('"').ToString();
    }

    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    /// <summary>In the largest unit that leaves nothing over: "90s", "30m", "8h", "7d".</summary>
    public static string Duration(TimeSpan time) => Text(time switch
    {
        { Ticks: 0 } => "0s",
        _ when time.Ticks % TimeSpan.TicksPerDay == 0 => $"{time.Ticks / TimeSpan.TicksPerDay}d",
        _ when time.Ticks % TimeSpan.TicksPerHour == 0 => $"{time.Ticks / TimeSpan.TicksPerHour}h",
        _ when time.Ticks % TimeSpan.TicksPerMinute == 0 => $"{time.Ticks / TimeSpan.TicksPerMinute}m",
        _ => $"{time.Ticks / TimeSpan.TicksPerSecond}s",
    });

    /// <summary>Octets in the largest binary unit that leaves nothing over: "64M". Not quoted.</summary>
    public static string Octets(long octets) => octets switch
    {
        _ when octets % (1 << 30) == 0 => $"{octets >> 30}G",
        _ when octets % (1 << 20) == 0 => $"{octets >> 20}M",
        _ => $"{octets >> 10}K",
    };

    /// <summary>Octets in decimal units; 0, which means any number, as "".</summary>
    public static string Data(long octets) => Text(octets == 0 ? "" : SettingTypes.DataText(octets));

    /// <summary>Bits a second in decimal units (IEC 80000-13); 0, which means unlimited, as "".</summary>
    public static string Rate(long bits) => Text(bits switch
    {
        0 => "",
        _ when bits % 1_000_000_000 == 0 => $"{bits / 1_000_000_000}G",
        _ when bits % 1_000_000 == 0 => $"{bits / 1_000_000}M",
        _ => string.Create(CultureInfo.InvariantCulture, $"{bits / 1000m}k"),
    });
}
