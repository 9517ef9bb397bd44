using System.Runtime.CompilerServices;

namespace Innkeeper.Tests;

/// <summary>Tables show local time: tests that read them are in UTC, wherever they run.</summary>
internal static class UtcZone
{
    [ModuleInitializer]
    public static void SetUtc()
    {
        Environment.SetEnvironmentVariable("TZ", "UTC");
        TimeZoneInfo.ClearCachedData();
    }
}
