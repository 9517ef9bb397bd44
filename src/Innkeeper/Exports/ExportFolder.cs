namespace Innkeeper.Exports;

/// <summary>The folder of the spools.</summary>
internal static class ExportFolder
{
    /// <summary>A change of the settings that is undone within this time loses nothing.</summary>
    private static readonly TimeSpan s_grace = TimeSpan.FromDays(1);

    /// <summary>Deletes the spools of exports that the settings do not name any more: they hold personal data.</summary>
    public static void DeleteOthers(string folder, IReadOnlyCollection<string> names, DateTimeOffset now)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var other in Directory.GetDirectories(folder).Where(d => !names.Contains(Path.GetFileName(d))))
        {
            if (Directory.GetFiles(other).Select(File.GetLastWriteTimeUtc).DefaultIfEmpty().Max() < now.UtcDateTime - s_grace)
            {
                Directory.Delete(other, recursive: true);
            }
        }
    }
}
