using System.Buffers;
using System.Diagnostics;
using System.Text;

namespace Innkeeper.Lab;

/// <summary>Runs programs to their end and keeps what they print.</summary>
internal static class Command
{
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(60);

    private static readonly SearchValues<char> NeedsQuotes = SearchValues.Create(" \n\"'$&|;<>*");

    /// <summary>Runs in the lab's own namespace.</summary>
    public static CommandResult Run(params string[] command) => Run(command, DefaultTimeout);

    public static CommandResult Run(IReadOnlyList<string> command, TimeSpan timeout, string? input = null)
    {
        var watch = Stopwatch.StartNew();
        using var process = new Process { StartInfo = Prepare(command) };
        var stdout = new StringBuilder();
        var stderr = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(stdout, line.Data);
        process.ErrorDataReceived += (_, line) => Append(stderr, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (input is not null)
        {
            try
            {
                process.StandardInput.Write(input);
            }
            catch (IOException)
            {
                // The program ended without reading: its exit code and output tell why.
            }
        }

        CloseQuietly(process.StandardInput);
        var finished = process.WaitForExit(timeout);
        if (!finished)
        {
            process.Kill(entireProcessTree: true);
        }

        // To the end of both pipes. A grandchild may keep them open: the program's end counts, its last lines get a moment.
        process.WaitForExitAsync().Wait(TimeSpan.FromSeconds(finished ? 5 : 1));

        return new CommandResult(Text(command), finished ? process.ExitCode : -1, Snapshot(stdout), Snapshot(stderr), !finished, watch.Elapsed);
    }

    /// <summary>The command as one would type it.</summary>
    public static string Text(IEnumerable<string> command) =>
        string.Join(' ', command.Select(word => word.Length == 0 || word.AsSpan().ContainsAny(NeedsQuotes) ? $"'{word}'" : word));

    private static ProcessStartInfo Prepare(IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in command.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    private static void CloseQuietly(StreamWriter writer)
    {
        try
        {
            writer.Close();
        }
        catch (IOException)
        {
            // Closing flushes: the reader may be gone already.
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Snapshot(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }
}
