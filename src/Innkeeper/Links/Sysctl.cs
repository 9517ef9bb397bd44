namespace Innkeeper.Links;

/// <summary>Settings under /proc/sys of this network namespace.</summary>
internal static class Sysctl
{
    /// <param name="name">As in "net/ipv4/conf/eth0/forwarding".</param>
    /// <param name="optional">A kernel without this setting is no error.</param>
    public static void Write(string name, string value, bool optional = false)
    {
        try
        {
            File.WriteAllText(Path.Combine("/proc/sys", name), value);
        }
        catch (Exception e) when (optional && e is FileNotFoundException or DirectoryNotFoundException)
        {
            // No IPv6 in this kernel, then.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new NetlinkException($"cannot set the sysctl {name} to {value}: {e.Message}", 0);
        }
    }
}
