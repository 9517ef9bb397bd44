using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using Innkeeper.Interop;
using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <summary>A gateway as a child of this process, where systemd does not run it. Its output is passed on.</summary>
/// <param name="program">This program's file.</param>
/// <param name="tell">Takes each line of its output.</param>
/// <param name="tearDown">Removes what a stopped gateway left at work.</param>
internal sealed class ChildGateway(string program, string file, Action<string> tell, Action tearDown) : ITrialGateway, IDisposable
{
    private const string Ready = "ready";
    private const int MostLines = 50;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_endPatience = TimeSpan.FromSeconds(15);

    private readonly ConcurrentQueue<string> _lines = new();
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private volatile bool _isReady;

    public string? WhyEnded => _process is not { HasExited: true } ended ? null : ReasonOf(ended);

    public string? Start(TimeSpan limit, CancellationToken stop)
    {
        (_isReady, _process) = (false, null);
        _lines.Clear();
        try
        {
            _process = Process.Start(new ProcessStartInfo(program, ["run", "--config", file]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            return $"{program} cannot be started: {SafeText.OneLine(e.Message)}";
        }

        _process.StandardInput.Close();
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        var watch = Stopwatch.StartNew();
        while (!_isReady && !_process.HasExited)
        {
            if (watch.Elapsed > limit || stop.WaitHandle.WaitOne(s_interval))
            {
                return stop.IsCancellationRequested ? "`innkeeper setup` was stopped" : $"it did not come to work within {limit.TotalSeconds:0} s";
            }
        }

        return WhyEnded;
    }

    public void Stop()
    {
        End();
        tearDown();
    }

    public void Keep()
    {
        // No program starts it at boot: the command says so.
    }

    /// <summary>Waits until it ends by itself, or passes on that it is to end.</summary>
    /// <returns>Its exit code.</returns>
    public int Wait(CancellationToken stop)
    {
        while (_process is { HasExited: false } && !stop.WaitHandle.WaitOne(s_interval))
        {
        }

        End();
        return _process?.ExitCode ?? 0;
    }

    public void Dispose()
    {
        End();
        _process?.Dispose();
    }

    private void End()
    {
        if (_process is not { HasExited: false } running)
        {
            return;
        }

        _ = Libc.kill(running.Id, Libc.SIGTERM);
        if (!running.WaitForExit(s_endPatience))
        {
            running.Kill();
            running.WaitForExit();
        }

        // Processes that it left may hold its output open.
        _reading.Wait(s_interval);
    }

    private string ReasonOf(Process ended)
    {
        _reading.Wait(s_interval);
        return UnitGateway.LastSentence(string.Join('\n', _lines)) ?? $"the gateway ended with {ended.ExitCode}";
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            _lines.Enqueue(line);
            while (_lines.Count > MostLines)
            {
                _lines.TryDequeue(out _);
            }

            if (line == Ready)
            {
                _isReady = true;
            }

            tell(line);
        }
    }
}
