using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>
/// The host that the programs run on: a network namespace with addresses and routes of its own, as the programs ask the kernel for them.
/// Its loopback interface is every interface of ours, as BPF_PROG_TEST_RUN's frames come from there.
/// </summary>
internal static partial class HostNamespace
{
    /// <summary>An address of the host's, on a card that is no uplink.</summary>
    public const string Own = "192.168.88.1";

    /// <summary>A network of the host's, by another card.</summary>
    public const string Beside = "10.77.0.0/24";

    private const int CLONE_NEWNET = 0x40000000;

    private static readonly Lazy<SafeFileHandle> s_namespace = new(Make);

    /// <summary>Runs the body there, in the calling thread.</summary>
    public static T Run<T>(Func<T> body)
    {
        using var before = Current();
        Set(s_namespace.Value);
        try
        {
            return body();
        }
        finally
        {
            Set(before);
        }
    }

    private static SafeFileHandle Make()
    {
        SafeFileHandle? made = null;
        var thread = new Thread(() =>
        {
            Assert.Equal(0, unshare(CLONE_NEWNET));
            Ip("link set lo up");
            Ip("link add card type veth peer name far");
            Ip("link set card up");
            Ip("link set far up");
            Ip($"address add {Own}/24 dev far");
            Ip("address add 10.77.0.1/24 dev card");
            Ip("route add default dev lo");
            File.WriteAllText("/proc/sys/net/ipv4/conf/lo/forwarding", "1");
            made = Current();
        });
        thread.Start();
        thread.Join();
        return made!;
    }

    private static SafeFileHandle Current() => File.OpenHandle("/proc/thread-self/ns/net");

    private static void Set(SafeFileHandle ns) => Assert.Equal(0, setns((int)ns.DangerousGetHandle(), CLONE_NEWNET));

    private static void Ip(string arguments)
    {
        using var process = Process.Start("ip", arguments);
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"ip {arguments}");
    }

    [LibraryImport("libc")]
    private static partial int unshare(int flags);

    [LibraryImport("libc")]
    private static partial int setns(int fd, int type);
}
