namespace Innkeeper.FirstRun;

/// <summary>Files that are there as a whole or not at all, whenever the power fails.</summary>
internal static class SafeFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a text file that every user may read. A symbolic link stays one, and what it leads to is replaced.</summary>
    /// <exception cref="IOException">It cannot be written; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static void Write(string path, string text)
    {
        var target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
        var unfinished = $"{target}.new";
        File.Delete(unfinished);
        try
        {
            using (var stream = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Mode }))
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                writer.Write(text);
                writer.Flush();

                // The umask of an administrator may be stricter than what the gateway's user needs.
                File.SetUnixFileMode(stream.SafeFileHandle, Mode);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, target, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
