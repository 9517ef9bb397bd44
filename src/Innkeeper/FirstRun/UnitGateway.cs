using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <param name="Code">Of the exit; negative: it could not be started, or took too long.</param>
/// <param name="Output">Of both kinds, as much as is of use.</param>
internal sealed record ToolOutput(int Code, string Output);

/// <summary>Runs another program of the system.</summary>
internal static class Tool
{
    private const int MostOutput = 16 * 1024;

    /// <param name="command">The program and its arguments; no shell is between.</param>
    public static ToolOutput Run(IReadOnlyList<string> command, TimeSpan limit)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardInput.Close();
            Task<string>[] texts = [ReadAsync(process.StandardOutput), ReadAsync(process.StandardError)];
            if (!Task.WaitAll([.. texts, process.WaitForExitAsync()], limit))
            {
                process.Kill(entireProcessTree: true);
                return new ToolOutput(-1, $"{command[0]} did not end within {limit.TotalSeconds:0} s");
            }

            return new ToolOutput(process.ExitCode, texts[1].Result + texts[0].Result);
        }
        catch (Win32Exception e)
        {
            return new ToolOutput(-1, SafeText.OneLine(e.Message));
        }
    }

    private static async Task<string> ReadAsync(StreamReader reader)
    {
        var buffer = new char[MostOutput];
        var length = await reader.ReadBlockAsync(buffer).ConfigureAwait(false);
        while (await reader.ReadBlockAsync(new char[MostOutput]).ConfigureAwait(false) > 0)
        {
            // The rest is of no use, and must not hold the program up.
        }

        return new string(buffer, 0, length);
    }
}

/// <summary>The package's service. It is enabled only after the confirmation: a machine that loses its power meanwhile starts without it.</summary>
/// <param name="run">Runs a program within a time.</param>
/// <param name="tearDown">Removes what a stopped gateway left at work.</param>
internal sealed class UnitGateway(Func<IReadOnlyList<string>, TimeSpan, ToolOutput> run, Action tearDown) : ITrialGateway
{
    private const string Unit = "innkeeper.service";

    /// <summary>Before each sentence by which the program says why it ends.</summary>
    private const string Head = "innkeeper: ";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private bool? _wasEnabled;

    /// <summary>systemd starts it again; the confirmation does not come then.</summary>
    public string? WhyEnded => null;

    public string? Start(TimeSpan limit, CancellationToken stop)
    {
        if (_wasEnabled is null)
        {
            _wasEnabled = Control("is-enabled", "--quiet", Unit).Code == 0;
            if (_wasEnabled == true)
            {
                Control("disable", "--quiet", Unit);
            }
        }

        var begin = DateTimeOffset.UtcNow;
        var started = run(["systemctl", "start", Unit], limit);
        return started.Code == 0 ? null : ReasonOf(started, begin);
    }

    public void Stop()
    {
        Control("stop", Unit);
        tearDown();
        if (_wasEnabled == true)
        {
            Control("enable", "--quiet", Unit);
        }

        _wasEnabled = null;
    }

    public void Keep() => Control("enable", "--quiet", Unit);

    private ToolOutput Control(params IEnumerable<string> arguments) => run(["systemctl", .. arguments], s_patience);

    /// <summary>The program's own sentence, if there is one.</summary>
    private string ReasonOf(ToolOutput failed, DateTimeOffset begin)
    {
        var log = run(["journalctl", "--unit", Unit, "--since", string.Create(CultureInfo.InvariantCulture, $"@{begin.ToUnixTimeSeconds()}"), "--lines", "50", "--output", "cat", "--no-pager"], s_patience);
        return LastSentence(log.Output) ?? failed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() switch
        {
            { } line => SafeText.Cut(SafeText.OneLine(line), SafeText.MaxSentence),
            _ => "the service did not start; `journalctl -u innkeeper` has more",
        };
    }

    /// <summary>The last one in a log; null: there is none.</summary>
    internal static string? LastSentence(string log) =>
        log.Split('\n').LastOrDefault(l => l.StartsWith(Head, StringComparison.Ordinal)) is { } line ? SafeText.Cut(SafeText.OneLine(line[Head.Length..]), SafeText.MaxSentence) : null;
}
