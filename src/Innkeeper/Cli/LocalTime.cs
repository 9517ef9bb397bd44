namespace Innkeeper.Cli;

/// <summary>Times for people: in the time zone of the user who runs the command, and with its distance from UTC. JSON has UTC.</summary>
internal static class LocalTime
{
    /// <summary>Such as "2026-11-23 08:05:03+01:00", or with "Z" for UTC.</summary>
    public static string Text(DateTimeOffset time, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(time, zone);
        return local.Offset == TimeSpan.Zero ? $"{local:yyyy-MM-dd HH:mm:ss}Z" : $"{local:yyyy-MM-dd HH:mm:sszzz}";
    }

    /// <summary>How long ago, such as "5 s", "12 min", "3 h" or "2 d".</summary>
    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var ago = now - time;
        return ago.TotalSeconds < 1 ? "now"
            : ago.TotalSeconds < 60 ? $"{(int)ago.TotalSeconds} s"
            : ago.TotalMinutes < 60 ? $"{(int)ago.TotalMinutes} min"
            : ago.TotalHours < 24 ? $"{(int)ago.TotalHours} h"
            : $"{(int)ago.TotalDays} d";
    }
}
