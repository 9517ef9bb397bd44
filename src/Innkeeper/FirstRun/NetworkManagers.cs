namespace Innkeeper.FirstRun;

/// <summary>A file of another program's that was changed.</summary>
/// <param name="Text">A sentence.</param>
/// <param name="ToApply">The command by which that program reads it.</param>
internal readonly record struct ManagerChange(string Text, string ToApply)
{
    public override string ToString() => $"{Text}; `{ToApply}` makes it effective";
}

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

    /// <summary>The texts of the files now, for <see cref="PutBack"/>; null: there is no such file.</summary>
    public IReadOnlyList<string?> Read() => [.. s_all.Select(m => TextOf(Path.Combine(root, m.File)))];

    /// <summary>Brings the files into agreement with the choice: one arm has none, as its interface is the host's own.</summary>
    /// <exception cref="IOException">A file cannot be written; or <see cref="UnauthorizedAccessException"/>.</exception>
    public IEnumerable<ManagerChange> Apply(ChosenInterfaces chosen) => s_all.Select(m => Put(m.File, chosen.IsOneArmed ? null : m.Text(chosen.Access), chosen.Access, m.ToApply)).OfType<ManagerChange>();

    /// <summary>Gives the files the texts that they had.</summary>
    /// <inheritdoc cref="Apply"/>
    public IEnumerable<ManagerChange> PutBack(IReadOnlyList<string?> texts) => s_all.Zip(texts, (m, text) => Put(m.File, text, "its interface", m.ToApply)).OfType<ManagerChange>();

    private ManagerChange? Put(string name, string? text, string access, string toApply)
    {
        var file = Path.Combine(root, name);
        if (!Directory.Exists(Path.GetDirectoryName(file)) || TextOf(file) == text)
        {
            return null;
        }

        if (text is null)
        {
            File.Delete(file);
            return new ManagerChange($"removed {file}", toApply);
        }

        SafeFile.Write(file, text);
        return new ManagerChange($"wrote {file}, which keeps {access} to Innkeeper", toApply);
    }

    private static string? TextOf(string file) => File.Exists(file) ? File.ReadAllText(file) : null;
}
