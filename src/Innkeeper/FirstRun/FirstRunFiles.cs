using System.Text;
using Innkeeper.Storage;

namespace Innkeeper.FirstRun;

/// <summary>The files of a trial.</summary>
internal interface IFirstRunFiles
{
    /// <summary>The text of the file now; empty: there is none.</summary>
    string Present { get; }

    /// <exception cref="IOException">One cannot be written, and all are as before as far as that is possible; or <see cref="UnauthorizedAccessException"/>.</exception>
    void Write(FirstRunOrder order);

    /// <summary>All files are as they were before <see cref="Write"/>.</summary>
    /// <exception cref="IOException">One cannot be written; or <see cref="UnauthorizedAccessException"/>.</exception>
    void TakeBack();
}

/// <summary>The configuration, the mail password, and the files of the programs that manage interfaces.</summary>
/// <param name="give">Gives a file to the gateway's user.</param>
/// <param name="tell">Hears of each file that was written or removed, and of a command that makes it effective; null: there is none.</param>
internal sealed class FirstRunFiles(FirstRunSettings settings, NetworkManagers managers, Action<string> give, Action<string, string?> tell) : IFirstRunFiles
{
    private (string? Configuration, byte[]? Password, IReadOnlyList<string?> Managers)? _before;

    public string Present => File.Exists(settings.File) ? File.ReadAllText(settings.File) : "";

    public void Write(FirstRunOrder order)
    {
        const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        var password = settings.PasswordFile;
        _before = (File.Exists(settings.File) ? File.ReadAllText(settings.File) : null, File.Exists(password) ? File.ReadAllBytes(password) : null, managers.Read());
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(settings.File)!, Open);
            if (order.MailPassword is { } secret)
            {
                StateFiles.Replace(password, Encoding.UTF8.GetBytes(secret));
                give(password);
            }

            if (_before is { Configuration: not null })
            {
                File.Copy(settings.File, settings.File + ".bak", overwrite: true);
            }

            SafeFile.Write(settings.File, order.Text);
            give(settings.File);
            tell($"wrote {settings.File}", null);
            Tell(managers.Apply(order.Interfaces));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TakeBack();
            throw;
        }
    }

    public void TakeBack()
    {
        if (_before is not { } before)
        {
            return;
        }

        Tell(managers.PutBack(before.Managers));
        if (before.Configuration is { } text)
        {
            SafeFile.Write(settings.File, text);
            give(settings.File);
            tell($"put the previous {settings.File} back", null);
        }
        else
        {
            File.Delete(settings.File);
            tell($"removed {settings.File}", null);
        }

        if (before.Password is { } secret)
        {
            StateFiles.Replace(settings.PasswordFile, secret);
            give(settings.PasswordFile);
        }
        else
        {
            File.Delete(settings.PasswordFile);
        }

        _before = null;
    }

    private void Tell(IEnumerable<ManagerChange> changes)
    {
        foreach (var change in changes)
        {
            tell(change.Text, change.ToApply);
        }
    }
}
