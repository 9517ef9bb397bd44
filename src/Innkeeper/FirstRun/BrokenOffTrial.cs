using Innkeeper.Revisions;

namespace Innkeeper.FirstRun;

/// <summary>A trial that the end of the machine, or of the command, broke off: its note is there still.</summary>
internal static class BrokenOffTrial
{
    /// <summary>Takes its files back. A file that was changed since is another's work, and stays.</summary>
    /// <param name="file">Of the configuration.</param>
    /// <param name="give">Gives a file to the gateway's user.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="IOException">A file cannot be read or written; or <see cref="UnauthorizedAccessException"/>.</exception>
    public static bool TakeBack(string file, RevisionStore store, NetworkManagers managers, Action<string> give)
    {
        if (store.LoadNote() is not { IsFirst: true } note || !File.Exists(file) || File.ReadAllText(file) != note.After)
        {
            return false;
        }

        if (note.Before == "")
        {
            File.Delete(file);
            _ = managers.PutBack([null, null]).ToList();
        }
        else
        {
            SafeFile.Write(file, note.Before);
            give(file);
        }

        new RevisionHistory(store).End(note.After, RevisionOutcome.Undone);
        store.DeleteNote();
        return true;
    }
}
