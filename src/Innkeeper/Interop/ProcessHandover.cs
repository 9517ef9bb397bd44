using System.Collections;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Innkeeper.Interop;

/// <summary>
/// Starts the program again in the same process (execve), with other settings or as another version. The listening sockets stay open, so that
/// connections and datagrams wait in them. The data plane works on alone in between, as after any end. Until the new program is at work a
/// second process of the old one, the guard, has the previous settings and the sockets too (decision 18).
/// </summary>
internal static unsafe class ProcessHandover
{
    private const string Sockets = "INNKEEPER_SOCKETS";
    private const string Before = "INNKEEPER_BEFORE";
    private const string Count = "INNKEEPER_SETTINGS";
    private const string ProgramName = "INNKEEPER_PROGRAM";
    private const string Guard = "INNKEEPER_GUARD";
    private const string Watched = "INNKEEPER_WATCHES";

    /// <summary>For a process of this program to begin.</summary>
    private static readonly TimeSpan s_guardPatience = TimeSpan.FromSeconds(5);

    /// <summary>For the guard to say that it knows.</summary>
    private static readonly TimeSpan s_farewellPatience = TimeSpan.FromSeconds(1);

    private static readonly Dictionary<string, int> s_inherited = Read(Environment.GetEnvironmentVariable(Sockets));

    /// <summary>A file in memory with the previous settings.</summary>
    private static int? s_before = ReadNumber(Before);

    /// <summary>The guard that watches this process: the connection to it, and its number.</summary>
    private static (int Connection, int Process)? s_guard = HandoverWatch.Parse(Environment.GetEnvironmentVariable(Guard));

    /// <summary>This process took over from one with other settings, and its own are not at work yet.</summary>
    public static bool IsUnderWay => s_before is not null;

    /// <summary>The file that this program was started from, as the process before says; null: there was none.</summary>
    public static string? Program { get; } = Environment.GetEnvironmentVariable(ProgramName);

    /// <summary>
    /// The number of these settings: 1 at a process's start, and one more for each attempt to change them, whether it succeeds or not.
    /// </summary>
    public static int Number { get; } = ReadNumber(Count) ?? 1;

    /// <summary>The process that this one guards; null: this is no guard.</summary>
    public static HandoverWatch? Watch() =>
        HandoverWatch.Parse(Environment.GetEnvironmentVariable(Watched)) is var (connection, process) ? new HandoverWatch(connection, process) : null;

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
    /// The settings are at work: unblocks signals, lets the guard end, and closes the previous settings and the sockets that were not taken. To
    /// be called by the thread that the process began with.
    /// </summary>
    public static void Completed()
    {
        Hear(Libc.SIG_UNBLOCK);
        DismissGuard();
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

    /// <summary>Starts the program again, with the same arguments. Returns only when that failed.</summary>
    /// <param name="program">The file to start.</param>
    /// <param name="settings">The text of the present settings.</param>
    /// <param name="sockets">The sockets that stay open, by the names that the new program takes them by.</param>
    /// <param name="guarded">Gets the guard's process number before the new program starts.</param>
    /// <returns>Why it failed.</returns>
    public static string Execute(string program, string settings, IReadOnlyCollection<InheritedSocket> sockets, Action<int> guarded)
    {
        var variables = new Dictionary<string, string>
        {
            [Sockets] = string.Join(' ', sockets.Select(s => $"{s.Name}={s.Handle}")),
            [Count] = (Number + 1).ToString(CultureInfo.InvariantCulture),
            [ProgramName] = program,
        };
        foreach (var socket in sockets)
        {
            _ = Libc.fcntl(socket.Handle, Libc.F_SETFD, 0);
        }

        if (Keep(settings) is { } kept)
        {
            variables.Add(Before, kept.ToString(CultureInfo.InvariantCulture));
            if (StartGuard(variables) is var (connection, guard))
            {
                variables.Add(Guard, $"{connection} {guard}");
                guarded(guard);
            }
        }

        // Orders for new settings, and to stop, wait until the new program handles signals.
        Hear(Libc.SIG_BLOCK);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Where(v => !IsOurs((string)v.Key)).Select(v => $"{v.Key}={v.Value}");
        _ = Libc.execve(program, Strings([program, .. Environment.GetCommandLineArgs().Skip(1)]), Strings([.. environment, .. variables.Select(v => $"{v.Key}={v.Value}")]));
        return Libc.Describe(Marshal.GetLastPInvokeError());
    }

    /// <summary>Starts a process that inherits a descriptor, which this process gives up.</summary>
    private static Process? StartWith(ProcessStartInfo start, int descriptor)
    {
        try
        {
            return Process.Start(start);
        }
        finally
        {
            _ = Libc.close(descriptor);
        }
    }

    /// <summary>Begins a second process of this program, even if its file is replaced or gone.</summary>
    /// <returns>This process's connection to it, and its number; null: it did not begin.</returns>
    private static (int Connection, int Process)? StartGuard(Dictionary<string, string> variables)
    {
        var ends = stackalloc int[2];
        if (Libc.socketpair(Libc.AF_UNIX, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0, ends) < 0)
        {
            return null;
        }

        _ = Libc.fcntl(ends[1], Libc.F_SETFD, 0);
        var start = new ProcessStartInfo(ProgramFile.Running, Environment.GetCommandLineArgs().Skip(1));
        foreach (var ours in start.Environment.Keys.Where(IsOurs).ToList())
        {
            start.Environment.Remove(ours);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        start.Environment[Watched] = $"{ends[1]} {Environment.ProcessId}";
        try
        {
            using var guard = StartWith(start, ends[1]);
            if (guard is not null && HandoverWatch.Hear(ends[0], s_guardPatience) == HandoverWatch.Here)
            {
                _ = Libc.fcntl(ends[0], Libc.F_SETFD, 0);
                return (ends[0], guard.Id);
            }

            guard?.Kill();
        }
        catch (Win32Exception)
        {
            // Without memory or processes left: the new program starts without a guard.
        }

        _ = Libc.close(ends[0]);
        return null;
    }

    /// <summary>Tells the guard that the new program is at work, and takes note of its end.</summary>
    private static void DismissGuard()
    {
        if (s_guard is not var (connection, guard))
        {
            return;
        }

        s_guard = null;
        HandoverWatch.Say(connection, HandoverWatch.AtWork);
        _ = HandoverWatch.Hear(connection, s_farewellPatience);
        _ = Libc.close(connection);
        _ = Task.Run(() => Libc.waitpid(guard, null, 0));
    }

    private static bool IsOurs(string variable) => variable is Sockets or Before or Count or ProgramName or Guard or Watched;

    private static void Hear(int how)
    {
        Libc.sigset_t orders = default;
        orders.bits[0] = (1UL << (Libc.SIGHUP - 1)) | (1UL << (Libc.SIGINT - 1)) | (1UL << (Libc.SIGTERM - 1));
        _ = Libc.pthread_sigmask(how, &orders, null);
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
