using System.ComponentModel;
using System.Diagnostics;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>Asks the program that lies where this one was started from whether it can take over, in a process of its own and within a time.</summary>
/// <param name="program">This process's.</param>
internal sealed class ProgramCheck(ProgramFile program, TimeSpan limit)
{
    /// <summary>The command that asks it; see <see cref="TakeoverCheck"/>.</summary>
    public const string Command = "takeover-check";

    /// <summary>For a start, a look at the interfaces and the verifier.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private const int MaxOutput = 16 * 1024;
    private const int MaxLines = 20;

    /// <param name="file">The configuration that it would start with. Called if there is another program to ask.</param>
    /// <returns>Why it cannot take over, in words; none: it can. Null: it is the program that runs.</returns>
    public IReadOnlyList<string>? Ask(Func<string> file) => program.IsReplaced ? AskOther(file()) : null;

    private string[] AskOther(string file)
    {
        if (!File.Exists(program.Path))
        {
            return [$"the program {program.Path} is not there any more; install it again, then reload"];
        }

        var start = new ProcessStartInfo(program.Path, [Command, "--config", file]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var (output, errors) = (ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
            if (!Task.WaitAll([output, errors, process.WaitForExitAsync()], limit))
            {
                process.Kill(entireProcessTree: true);
                return [Refusal($"it did not answer within {limit.TotalSeconds} s")];
            }

            return process.ExitCode == 0 && output.Result.Split('\n').Contains(TakeoverCheck.Answer) ? [] : ReasonsOf(process.ExitCode, errors.Result);
        }
        catch (Win32Exception e)
        {
            return [Refusal(SafeText.OneLine(e.Message))];
        }
    }

    private string[] ReasonsOf(int exitCode, string errors)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries).Take(MaxLines).Select(l => SafeText.OneLine(l[..Math.Min(l.Length, SafeText.MaxSentence)])).ToList();
        return lines.Count == 0 ? [Refusal($"it ended with {exitCode} and said nothing")] : [Refusal(lines[0]), .. lines.Skip(1)];
    }

    private string Refusal(string reason) => $"the program {program.Path} was replaced, and the new one cannot take over: {reason}";

    /// <summary>As much as is of use. A program that says more waits until its time is over.</summary>
    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var buffer = new char[MaxOutput];
        return new string(buffer, 0, await reader.ReadBlockAsync(buffer).ConfigureAwait(false));
    }
}
