using System.Collections;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Innkeeper.Interop;

/// <summary>
/// Restarts this program in the same process (execve) with other settings. Its listening sockets stay
/// open, so that connections and datagrams wait in them. The data plane works on alone in between, as after any end.
/// </summary>
internal static unsafe class ProcessHandover
{
    private const string Sockets = "INNKEEPER_SOCKETS";
    private const string Before = "INNKEEPER_BEFORE";
    private const string Count = "INNKEEPER_SETTINGS";

    private static readonly Dictionary<string, int> s_inherited = Read(Environment.GetEnvironmentVariable(Sockets));

    /// <summary>A file in memory with the previous settings.</summary>
    private static int? s_before = ReadNumber(Before);

    /// <summary>This process took over from one with other settings, and its own are not at work yet.</summary>
    public static bool IsUnderWay => s_before is not null;

    /// <summary>
    /// The number of these settings: 1 at a process's start, and one more for each attempt to change them, whether it succeeds or not.
    /// </summary>
    public static int Number { get; } = ReadNumber(Count) ?? 1;

    /// <summary>A socket that the previous process left open. Until <see cref="Completed"/> it can be taken again, should this start fail.</summary>
    /// <returns>Null: there is none of that name.</returns>
    public static int? Take(string name)
    {
        lock (s_inherited)
        {
            return s_inherited.TryGetValue(name, out var fd) && Libc.fcntl(fd, Libc.F_DUPFD_CLOEXEC, 0) is >= 0 and var own ? own : null;
        }
    }

    /// <summary>
    /// The settings are at work: unblocks signals, and closes the previous settings and the sockets that were not taken. To be called by
    /// the thread that the process began with.
    /// </summary>
    public static void Completed()
    {
        Hear(Libc.SIG_UNBLOCK);
        lock (s_inherited)
        {
            foreach (var fd in s_inherited.Values)
            {
                _ = Libc.close(fd);
            }

            s_inherited.Clear();
        }

        // Last: a client that learns that the settings are active finds nothing of the previous ones open.
        if (s_before is { } settings)
        {
            _ = Libc.close(settings);
            s_before = null;
        }
    }

    /// <summary>The previous settings, if those that followed cannot be started.</summary>
    public static string? SettingsBefore() => s_before is { } settings ? File.ReadAllText($"/proc/self/fd/{settings}") : null;

    /// <summary>Starts this program again, with the same arguments. Returns only when that failed.</summary>
    /// <param name="settings">The text of the present settings.</param>
    /// <param name="sockets">The sockets that stay open, by the names that the new program takes them by.</param>
    /// <returns>Why it failed.</returns>
    public static string Execute(string settings, IReadOnlyCollection<InheritedSocket> sockets)
    {
        var arguments = Environment.GetCommandLineArgs();
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(v => v.Key is not (Sockets or Before or Count))
            .Select(v => $"{v.Key}={v.Value}").ToList();
        foreach (var socket in sockets)
        {
            _ = Libc.fcntl(socket.Handle, Libc.F_SETFD, 0);
        }

        variables.Add($"{Sockets}={string.Join(' ', sockets.Select(s => $"{s.Name}={s.Handle}"))}");
        variables.Add(string.Create(CultureInfo.InvariantCulture, $"{Count}={Number + 1}"));
        if (Keep(settings) is { } kept)
        {
            variables.Add($"{Before}={kept}");
        }

        // A second order for new settings waits until the new program handles signals.
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
        .Select(s => (Name: s[..Math.Max(s.LastIndexOf('='), 0)], Handle: s[(s.LastIndexOf('=') + 1)..]))
        .Where(s => int.TryParse(s.Handle, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .ToDictionary(s => s.Name, s => int.Parse(s.Handle, CultureInfo.InvariantCulture));

    private static int? ReadNumber(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A socket that stays open when the process's program is replaced, with the data that waits in it.</summary>
/// <param name="Name">The name that the new program takes it by.</param>
internal readonly record struct InheritedSocket(string Name, int Handle);
