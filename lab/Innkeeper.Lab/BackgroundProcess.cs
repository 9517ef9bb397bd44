using System.Diagnostics;
using System.Globalization;

namespace Innkeeper.Lab;

/// <summary>
/// A program that the lab started and left running, in a session of its own: the process id is also the group's, so that its
/// children end with it. It prints to files, so that it can outlive the lab (demo.sh --keep).
/// </summary>
internal sealed class BackgroundProcess : IDisposable
{
    private readonly Process process;
    private readonly Stopwatch watch = Stopwatch.StartNew();

    private BackgroundProcess(Process process, string command, string outputPath)
    {
        this.process = process;
        Command = command;
        StdoutPath = outputPath + ".out";
        StderrPath = outputPath + ".err";
    }

    public string Command { get; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>It waits for an event.</summary>
    public bool IsAsleep => Stat(Id) is ["S", ..];

    public string StdoutPath { get; }

    public string StderrPath { get; }

    public string Stdout => Read(StdoutPath);

    public string Stderr => Read(StderrPath);

    /// <summary>Starts a program that prints to <paramref name="outputPath"/> with .out and .err.</summary>
    public static BackgroundProcess Start(IReadOnlyList<string> command, string outputPath)
    {
        // Signals that our parent ignores (nohup, a shell's background) would be ignored by our programs too.
        var start = new ProcessStartInfo("env") { UseShellExecute = false };
        foreach (var argument in (string[])["--default-signal=HUP,INT,QUIT", "setsid", "sh", "-c", "out=$1; shift; exec \"$@\" </dev/null >\"$out.out\" 2>\"$out.err\"", "sh", outputPath, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new LabException($"cannot start {Lab.Command.Text(command)}");
        return new BackgroundProcess(process, Lab.Command.Text(command), outputPath);
    }

    /// <summary>Sends a signal to the process alone.</summary>
    public void Signal(int signal) => _ = Native.Kill(Id, signal);

    public bool WaitForExit(TimeSpan timeout) => process.WaitForExit(timeout);

    /// <summary>Waits for the end.</summary>
    /// <exception cref="LabException">It did not end in time.</exception>
    public CommandResult Finish(TimeSpan timeout)
    {
        var finished = process.WaitForExit(timeout);
        if (!finished)
        {
            Stop();
        }

        return new CommandResult(Command, finished ? process.ExitCode : -1, Stdout, Stderr, !finished, watch.Elapsed);
    }

    /// <summary>Ends the process and all its children: first by SIGTERM, then by SIGKILL.</summary>
    public void Stop() => StopGroup(Id, WaitForExit);

    /// <summary>Ends the group of a recorded process, if it is still the recorded one.</summary>
    public static void Stop(int id, string startTime)
    {
        if (StartTime(id) == startTime)
        {
            StopGroup(id, timeout => Wait.Until(() => StartTime(id) != startTime, timeout));
        }
    }

    /// <summary>When the process began, in clock ticks since boot: with the id it identifies a process permanently. Empty when it is gone.</summary>
    public static string StartTime(int id) => Stat(id) is [not "Z", ..] fields ? fields[19] : "";

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Stop();
        }

        process.Dispose();
    }

    public override string ToString() => $"$ {Command}\n--- stdout\n{Stdout}\n--- stderr\n{Stderr}";

    private static void StopGroup(int id, Func<TimeSpan, bool> ended)
    {
        _ = Native.Kill(-id, Native.SIGTERM);
        if (!ended(TimeSpan.FromSeconds(5)))
        {
            _ = Native.Kill(-id, Native.SIGKILL);
            ended(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>The fields of proc(5) from field 3 on, which is the state; field 22 is starttime. Empty when the process is gone.</summary>
    private static string[] Stat(int id)
    {
        try
        {
            // Field 2 may hold spaces and ends with the last bracket.
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Read(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd();
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }
}
