namespace Innkeeper.Lab;

/// <summary>Where the gateway's program is.</summary>
internal static class GatewayBinary
{
    /// <summary>The file named by INNKEEPER_BINARY, or out/innkeeper in a directory above this program; null when there is none.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("INNKEEPER_BINARY") is { Length: > 0 } named)
        {
            return File.Exists(named) ? Path.GetFullPath(named) : null;
        }

        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            var candidate = Path.Combine(directory.FullName, "out", "innkeeper");
            if (File.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
