namespace Innkeeper.Lab;

/// <summary>The lab's requirements of the machine.</summary>
internal static class Requirements
{
    private static readonly string[] LabTools = ["ip", "tc", "bridge", "nsenter", "setsid", "sysctl", "tcpdump", "curl", "umount", "python3"];

    private static readonly string[] SearchPath = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    /// <summary>The reason why the lab cannot run here, or null.</summary>
    public static string? Missing(params IEnumerable<string> tools)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "network namespaces need root";
        }

        var missing = LabTools.Concat(tools).Where(tool => !SearchPath.Any(directory => File.Exists(Path.Combine(directory, tool)))).ToList();
        return missing.Count > 0 ? $"missing on this machine: {string.Join(", ", missing)} (scripts/prepare.sh installs them)"
            : null;
    }

    /// <summary>The reason why no gateway can run here, or null.</summary>
    public static string? MissingGateway() =>
        GatewayBinary.Find() is null ? "the gateway is not built (./build.sh leaves out/innkeeper; INNKEEPER_BINARY names another)" : null;
}
