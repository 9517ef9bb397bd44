using Innkeeper.Configuration;

namespace Innkeeper.Hosting;

/// <summary>The files with secrets that the settings name: who else may read them.</summary>
internal static class SecretFiles
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <returns>A sentence for each that more users may read or change than should, with what to do.</returns>
    public static IEnumerable<string> Exposed(InnkeeperConfig config)
    {
        foreach (var file in NamedFiles.Of(config).Where(f => f.IsSecret))
        {
            if (ModeOf(file.Path) is { } mode && (mode & Others) != 0)
            {
                var who = (mode & UnixFileMode.OtherWrite) != 0 ? "every user of this machine may change" : (mode & UnixFileMode.OtherRead) != 0 ? "every user of this machine may read" : "its group may change";
                yield return $"{file.Path} ({file.Setting}) holds a secret that {who}; run `chmod o=,g-w {file.Path}`";
            }
        }
    }

    /// <summary>Null: it is not there, or this user may not see it; others complain of that.</summary>
    private static UnixFileMode? ModeOf(string path)
    {
        try
        {
            return File.Exists(path) ? File.GetUnixFileMode(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
