using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;

namespace Innkeeper.Cli.Live;

/// <summary>The terminal of this process. It shows the alternate screen until disposal, and then again what it showed before.</summary>
internal sealed class TerminalScreen : IScreen, IDisposable
{
    private const string Enter = "\e[?1049h\e[?25l";
    private const string Leave = "\e[?25h\e[?1049l";

    private readonly BlockingCollection<(ScreenEvent Event, char Key)> _events = [];
    private readonly PosixSignalRegistration[] _signals;
    private readonly TextWriter _output;

    public TerminalScreen()
    {
        _output = Console.Out;
        _signals =
        [
            .. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _events.Add((ScreenEvent.End, default));
            })),
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _events.Add((ScreenEvent.Size, default))),
        ];
        if (!Console.IsInputRedirected)
        {
            new Thread(ReadKeys) { IsBackground = true, Name = "keys" }.Start();
        }

        _output.Write(Enter);
        _output.Flush();
    }

    public (int Width, int Height)? Size => (Math.Max(20, Console.WindowWidth), Math.Max(5, Console.WindowHeight));

    public void Show(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        var height = Size!.Value.Height;
        var frame = new StringBuilder("\e[H");
        foreach (var (i, line) in lines.Take(height).Index())
        {
            frame.Append(i == 0 ? "" : "\r\n").Append(line).Append("\e[0m\e[K");
        }

        _output.Write(frame.Append("\e[J").ToString());
        _output.Flush();
    }

    public ScreenEvent Wait(TimeSpan time, out char key)
    {
        if (!_events.TryTake(out var happened, time))
        {
            key = default;
            return ScreenEvent.Time;
        }

        key = happened.Key;
        return happened.Event;
    }

    public void Dispose()
    {
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _output.Write(Leave);
        _output.Flush();
    }

    /// <summary>.NET takes the terminal out of line mode while it waits for a key, and restores it when the process ends.</summary>
    private void ReadKeys()
    {
        try
        {
            while (true)
            {
                _events.Add((ScreenEvent.Key, Console.ReadKey(intercept: true).KeyChar));
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The terminal has gone.
            _events.Add((ScreenEvent.End, default));
        }
    }
}

/// <summary>A stream: one report after the other, with an empty line between.</summary>
internal sealed class StreamScreen(TextWriter output) : IScreen
{
    private bool _isFirst = true;

    public (int Width, int Height)? Size => null;

    public void Show(string text)
    {
        output.Write(_isFirst ? text : $"\n{text}");
        output.Flush();
        _isFirst = false;
    }

    public ScreenEvent Wait(TimeSpan time, out char key)
    {
        // Ctrl-C and signals end the process as they end any other.
        Thread.Sleep(time);
        key = default;
        return ScreenEvent.Time;
    }
}
