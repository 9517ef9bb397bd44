using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace Innkeeper.Tests.Links;

/// <summary>A thread in a network namespace of its own: the kernel deletes it, and all in it, when the thread has ended.</summary>
internal static partial class PrivateNetwork
{
    private const int CLONE_NEWNET = 0x40000000;
    private const int EPERM = 1;

    /// <summary>Runs the body there; skips the test where the right to make a namespace is missing.</summary>
    internal static void Run(Action body)
    {
        var errno = 0;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            if (unshare(CLONE_NEWNET) != 0)
            {
                errno = Marshal.GetLastPInvokeError();
                return;
            }

            try
            {
                body();
            }
            catch (Exception error)
            {
                failure = ExceptionDispatchInfo.Capture(error);
            }
        });
        thread.Start();
        thread.Join();
        Assert.SkipWhen(errno == EPERM, "Needs the right to make a network namespace (root).");
        Assert.Equal(0, errno);
        failure?.Throw();
    }

    /// <summary>Runs ip(8) in the calling thread's namespace; skips the test where it is missing.</summary>
    internal static void Ip(string arguments) => IpLines(arguments);

    /// <summary>As <see cref="Ip"/>.</summary>
    /// <returns>What it printed, each line without spaces around it and with single ones within.</returns>
    internal static string[] IpLines(string arguments)
    {
        var (exit, printed, said) = Run("ip", arguments);
        Assert.True(exit == 0, $"ip {arguments}: {said}");
        return [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => string.Join(' ', line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)))];
    }

    /// <summary>As <see cref="Ip"/>, but it must fail.</summary>
    /// <returns>Why it did, in its words.</returns>
    internal static string IpRefusal(string arguments)
    {
        var (exit, printed, said) = Run("ip", arguments);
        Assert.True(exit != 0, $"ip {arguments}: {printed}");
        return said;
    }

    /// <summary>Runs nft(8) there.</summary>
    internal static void Nft(string arguments)
    {
        var (exit, _, said) = Run("nft", arguments);
        Assert.True(exit == 0, $"nft {arguments}: {said}");
    }

    private static (int Exit, string Printed, string Said) Run(string program, string arguments)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"Needs {program} (scripts/prepare.sh test).");
            return default;
        }

        using (process)
        {
            // Little enough for the pipe of the one while the other is read.
            var printed = process.StandardOutput.ReadToEnd();
            var said = process.StandardError.ReadToEnd();
            Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)), $"{program} {arguments} does not end");
            return (process.ExitCode, printed, said);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}
