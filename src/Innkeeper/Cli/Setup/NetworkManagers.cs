namespace Innkeeper.Cli.Setup;

/// <summary>
/// Keeps NetworkManager and systemd-networkd from the access interface, where either is installed: it gets no address, no DHCP client and no
/// IPv6 by router advertisements. The gateway itself sets the interface up.
/// </summary>
/// <param name="root">The directory that stands for /etc.</param>
internal sealed class NetworkManagers(string root)
{
    private const string Head = "# Written by `innkeeper setup`: the devices' interface belongs to Innkeeper.\n";

    private static readonly (string File, Func<string, string> Text, string ToApply)[] s_all =
    [
        (
            // A [device] section's managed=0 comes too late for an interface that NetworkManager has a connection for: it keeps that, even after its restart.
            "NetworkManager/conf.d/90-innkeeper.conf",
            access => $"{Head}[keyfile]\nunmanaged-devices+=interface-name:={access}\n",
            "systemctl reload NetworkManager"),
        (
            // Before every other file: networkd takes the first that matches. Without an entry here the file of another program may match.
            "systemd/network/05-innkeeper-access.network",
            access => $"{Head}[Match]\nName={access}\n\n[Link]\nRequiredForOnline=no\n\n[Network]\nDHCP=no\nLinkLocalAddressing=no\nIPv6AcceptRA=no\nLLDP=no\nKeepConfiguration=static\n",
            "networkctl reload"),
    ];

    /// <summary>Brings the files into agreement with the choice: one arm has none, as its interface is the host's own.</summary>
    /// <returns>A sentence for each file that changed.</returns>
    /// <exception cref="IOException">A file cannot be written; or <see cref="UnauthorizedAccessException"/>.</exception>
    public IEnumerable<string> Apply(ChosenInterfaces chosen)
    {
        foreach (var (name, textOf, toApply) in s_all)
        {
            var file = Path.Combine(root, name);
            if (!Directory.Exists(Path.GetDirectoryName(file)))
            {
                continue;
            }

            var text = chosen.IsOneArmed ? null : textOf(chosen.Access);
            var present = File.Exists(file) ? File.ReadAllText(file) : null;
            if (present == text)
            {
                continue;
            }

            if (text is null)
            {
                File.Delete(file);
                yield return $"removed {file}; `{toApply}` makes it effective";
            }
            else
            {
                SafeFile.Write(file, text);
                yield return $"wrote {file}, which keeps {chosen.Access} to Innkeeper; `{toApply}` makes it effective";
            }
        }
    }
}
