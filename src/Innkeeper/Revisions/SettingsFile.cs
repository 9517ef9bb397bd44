using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Innkeeper.Configuration;
using Innkeeper.Interop;
using Innkeeper.Wire;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.Revisions;

/// <summary>The text of the configuration file at one moment.</summary>
/// <param name="Tag">Another one for each other text: the entity tag of the API.</param>
internal sealed record FileText(string Text, string Tag)
{
    private const int TagLength = 16;

    public static FileText Of(string text) => new(text, HashOf(text)[..TagLength]);

    /// <summary>SHA-256 of its octets, in hexadecimal digits.</summary>
    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

/// <summary>
/// The configuration file, as the gateway changes it: in its place, so that owner, mode and links stay, and the gateway needs no right in the folder
/// (docs/decisions/0021-configuration-by-the-console.md). A crash in between leaves a mixture, which a <see cref="ChangeNote"/> repairs.
/// </summary>
/// <param name="path">A full path.</param>
internal sealed class SettingsFile(string path)
{
    private const int MostLinks = 8;

    public string Path => path;

    /// <exception cref="IOException">It cannot be read; or <see cref="UnauthorizedAccessException"/>.</exception>
    public FileText Read() => FileText.Of(BoundedFile.ReadText(path, ConfigurationFile.MaxSize));

    /// <returns>A sentence with what to do; null: it can be written.</returns>
    public string? WhyReadOnly()
    {
        try
        {
            using var file = Open();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>Replaces the text, and returns when it is on disk.</summary>
    /// <exception cref="IOException">It has the previous text still; or <see cref="UnauthorizedAccessException"/>.</exception>
    public void Write(string text)
    {
        using var file = Open();
        var before = new byte[Math.Min(RandomAccess.GetLength(file), ConfigurationFile.MaxSize)];
        var length = RandomAccess.Read(file, before, 0);
        try
        {
            Put(file, Encoding.UTF8.GetBytes(text), length);
        }
        catch (IOException)
        {
            // Such as a full disk. The previous text has its room there still.
            Put(file, before.AsSpan(0, length), RandomAccess.GetLength(file));
            throw;
        }
    }

    /// <param name="present">Octets that the file has.</param>
    private static void Put(SafeFileHandle file, ReadOnlySpan<byte> content, long present)
    {
        // One write, up to the end of the longer text: a reader in between finds settings that are whole, with empty lines after them.
        var octets = new byte[Math.Max(content.Length, present)];
        content.CopyTo(octets);
        octets.AsSpan(content.Length).Fill((byte)'\n');
        RandomAccess.Write(file, octets, 0);
        RandomAccess.SetLength(file, content.Length);
        RandomAccess.FlushToDisk(file);
    }

    private SafeFileHandle Open()
    {
        var target = Target();
        var file = new SafeFileHandle(Libc.open(target, Libc.O_RDWR | Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_CLOEXEC), ownsHandle: true);
        if (file.IsInvalid)
        {
            var errno = Marshal.GetLastPInvokeError();
            file.Dispose();
            throw errno is Libc.EACCES or Libc.EPERM or Libc.EROFS
                ? new UnauthorizedAccessException(
                    $"{SafeText.Shorten(target)} cannot be written by {Environment.UserName}, the gateway's user ({Libc.Describe(errno)}); " +
                    $"run `chown {Environment.UserName} {SafeText.OneLine(target)}` as root, or change the file by hand and run `innkeeper config reload`")
                : new IOException($"{SafeText.Shorten(target)} cannot be opened ({Libc.Describe(errno)})");
        }

        if (Libc.statx((int)file.DangerousGetHandle(), "", Libc.AT_EMPTY_PATH, Libc.STATX_TYPE, out var found) == 0 && (found.Mode & Libc.S_IFMT) == Libc.S_IFREG)
        {
            return file;
        }

        file.Dispose();
        throw new IOException($"{SafeText.Shorten(target)} is no regular file; the gateway writes no other");
    }

    /// <summary>The file that the path leads to. Links count that root or the gateway's own user made.</summary>
    private string Target()
    {
        var target = path;
        for (var i = 0; i < MostLinks; i++)
        {
            if (new FileInfo(target).LinkTarget is not { } next)
            {
                return target;
            }

            if (Libc.statx(Libc.AT_FDCWD, target, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_UID, out var link) != 0 || (link.User != 0 && link.User != Libc.geteuid()))
            {
                throw new IOException($"{SafeText.Shorten(target)} is a link that another user made; the gateway follows links of root alone");
            }

            target = System.IO.Path.GetFullPath(next, System.IO.Path.GetDirectoryName(target)!);
        }

        throw new IOException($"{SafeText.Shorten(path)} is a link that leads to too many others");
    }
}
