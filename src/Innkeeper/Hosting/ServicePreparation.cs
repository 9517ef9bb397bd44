using System.Runtime.InteropServices;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Interop;
using Innkeeper.Links;

namespace Innkeeper.Hosting;

/// <summary>
/// The steps that the gateway's own user may not do: root does them before the service starts (ExecStartPre=+ in packaging/innkeeper.service).
/// The bpffs is mounted among the host's mounts, where pins outlive the service; programs of an earlier gateway are pinned in it, and everything in it
/// becomes that user's.
/// </summary>
internal static class ServicePreparation
{
    /// <summary>The service's user may make links in what it owns: root follows none.</summary>
    private static readonly EnumerationOptions s_withoutLinks = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
        IgnoreInaccessible = false,
    };

    /// <param name="owner">The user that the gateway will run as.</param>
    /// <returns>Why it failed, in words; null: done.</returns>
    public static string? Run(InnkeeperConfig config, string owner)
    {
        if (Users.Find(owner) is not { } user)
        {
            return $"there is no user {owner}; `systemd-sysusers` makes the one of the package";
        }

        try
        {
            var pins = new PinFolder(config.DataPlane.Bpffs);
            if (Refusal(config.DataPlane.Bpffs, pins, owner, user) is { } refusal)
            {
                return refusal;
            }

            pins.Ensure();
            EarlierPins.Complete(pins.Path);
            foreach (var path in Directory.EnumerateFileSystemEntries(config.DataPlane.Bpffs, "*", s_withoutLinks).Prepend(config.DataPlane.Bpffs))
            {
                if (Libc.lchown(path, user.Number, user.Group) != 0)
                {
                    return $"{path} cannot be given to {owner}: {Libc.Describe(Marshal.GetLastPInvokeError())}";
                }
            }

            return null;
        }
        catch (Exception e) when (e is DataPlaneException or NetlinkException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>
    /// The gateway's user may write the file that names the place. A bpffs over a folder of the host, or another program's bpffs given away, would make that user
    /// as mighty as root.
    /// </summary>
    private static string? Refusal(string bpffs, PinFolder pins, string owner, User user)
    {
        var usual = new DataPlaneSettings().Bpffs;
        if (user.Number == 0)
        {
            return null;
        }

        if (new DirectoryInfo(bpffs).LinkTarget is not null)
        {
            return $"{bpffs} ([dataplane] bpffs) is a link; remove it";
        }

        var isGiven = pins.IsBpfFileSystem() && Libc.statx(Libc.AT_FDCWD, bpffs, Libc.AT_SYMLINK_NOFOLLOW, Libc.STATX_UID, out var found) == 0 && found.User == user.Number;
        return bpffs == usual || isGiven ? null
            : $"[dataplane] bpffs is {bpffs}, and {owner} may write that setting: root prepares {usual} alone. Leave it out, or mount a bpffs there yourself (`mount -t bpf bpf {bpffs} && chown {owner} {bpffs}`)";
    }
}
