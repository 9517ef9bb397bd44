using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>Changes entries of the configuration file by its text: with the file's check, its history and its way back.</summary>
internal static class FileChange
{
    /// <summary>Changes a text.</summary>
    /// <returns>The new text; null, with the reason: it cannot be changed.</returns>
    public delegate string? Edit(string text, out string? reason);

    /// <param name="comment">For the history of the configuration.</param>
    /// <param name="describe">An error of the new text for the administrator, who has not seen that text: with the entry's name and without a line.</param>
    public static Result<ReloadReport> Apply(Actor actor, IConfigurationOperations file, string comment, WriteOptions options, Edit edit, Func<string, CheckError, string> describe)
    {
        var present = file.GetFile(actor);
        if (!present.IsOk)
        {
            return present.Failure;
        }

        if (edit(present.Value.Text, out var reason) is not { } text)
        {
            return new Rejected([reason!]);
        }

        var check = file.Check(actor, new ConfigText(text));
        if (check is { IsOk: true, Value.Errors: { Count: > 0 } errors })
        {
            return new Rejected([.. errors.Select(e => describe(text, e))]);
        }

        return file.Apply(actor, new ApplyRequest(text, comment, null), new WriteOptions(options.IsDryRun, present.Value.Etag));
    }
}
