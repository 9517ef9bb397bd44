using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Innkeeper.Interop;

/// <summary>
/// A process that makes room for itself, started anew with other settings: execve in the same process, with its listening sockets
/// open, so that what comes meanwhile waits in them. The data plane goes on alone in between, as after any end.
/// </summary>
internal static unsafe class Succession
{
    private const string Sockets = "INNKEEPER_SOCKETS";
    private const string Before = "INNKEEPER_BEFORE";

    private static readonly Dictionary<string, int> s_inherited = Read(Environment.GetEnvironmentVariable(Sockets));
    private static readonly Dictionary<string, int> s_handedOver = [];

    /// <summary>A file in memory with the settings that were in force before.</summary>
    private static readonly int? s_before = int.TryParse(Environment.GetEnvironmentVariable(Before), NumberStyles.None, CultureInfo.InvariantCulture, out var fd) ? fd : null;

    /// <summary>This process took over from one with other settings.</summary>
    public static bool IsSuccessor => s_before is not null;

    /// <summary>A socket that the process before left open; it is asked for once.</summary>
    /// <returns>Null: there is none of that name.</returns>
    public static int? Take(string name)
    {
        lock (s_inherited)
        {
            return s_inherited.Remove(name, out var fd) && Libc.fcntl(fd, Libc.F_SETFD, Libc.FD_CLOEXEC) == 0 ? fd : null;
        }
    }

    /// <summary>This socket stays open when another process takes over.</summary>
    public static void HandOver(string name, int fd)
    {
        lock (s_handedOver)
        {
            s_handedOver[name] = fd;
        }
    }

    /// <summary>
    /// The successor is at work, and hears signals: what it did not take is closed, and the settings of before are not handed on. To be called by the
    /// thread that the process began with.
    /// </summary>
    public static void Completed()
    {
        Hear(Libc.SIG_UNBLOCK);
        if (s_before is { } settings)
        {
            _ = Libc.fcntl(settings, Libc.F_SETFD, Libc.FD_CLOEXEC);
        }

        lock (s_inherited)
        {
            foreach (var fd in s_inherited.Values)
            {
                _ = Libc.close(fd);
            }

            s_inherited.Clear();
        }
    }

    /// <summary>The settings that were in force before, where those that followed cannot be started.</summary>
    public static string? SettingsBefore() => s_before is { } settings ? File.ReadAllText($"/proc/self/fd/{settings}") : null;

    /// <summary>Starts this program anew, with the same arguments. Returns only when that failed.</summary>
    /// <param name="settings">The text of the settings that are in force until now.</param>
    /// <returns>Why it failed.</returns>
    public static string Replace(string settings)
    {
        var arguments = Environment.GetCommandLineArgs();
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(v => v.Key is not (Sockets or Before))
            .Select(v => $"{v.Key}={v.Value}").ToList();
        lock (s_handedOver)
        {
            foreach (var fd in s_handedOver.Values)
            {
                _ = Libc.fcntl(fd, Libc.F_SETFD, 0);
            }

            variables.Add($"{Sockets}={string.Join(' ', s_handedOver.Select(s => $"{s.Key}={s.Value}"))}");
        }

        if (Keep(settings) is { } kept)
        {
            variables.Add($"{Before}={kept}");
        }

        // A second wish for new settings waits until the successor has ears for it.
        Hear(Libc.SIG_BLOCK);
        _ = Libc.execve("/proc/self/exe", Strings(arguments), Strings(variables));
        return Libc.Describe(Marshal.GetLastPInvokeError());
    }

    private static void Hear(int how)
    {
        Libc.sigset_t hangup = default;
        hangup.bits[0] = 1UL << (Libc.SIGHUP - 1);
        _ = Libc.pthread_sigmask(how, &hangup, null);
    }

    private static int? Keep(string settings)
    {
        var fd = Libc.memfd_create("innkeeper-settings", 0);
        if (fd < 0)
        {
            return null;
        }

        File.WriteAllText($"/proc/self/fd/{fd}", settings);
        return fd;
    }

    private static byte** Strings(IReadOnlyList<string> texts)
    {
        var all = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
        {
            var octets = Encoding.UTF8.GetBytes(texts[i] + '\0');
            all[i] = (byte*)NativeMemory.Alloc((nuint)octets.Length);
            octets.CopyTo(new Span<byte>(all[i], octets.Length));
        }

        return all;
    }

    private static Dictionary<string, int> Read(string? text) => (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(s => s.Split('='))
        .Where(s => s.Length == 2 && int.TryParse(s[1], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .ToDictionary(s => s[0], s => int.Parse(s[1], CultureInfo.InvariantCulture));
}
