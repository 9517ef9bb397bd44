using System.Globalization;

namespace Innkeeper.Lab;

/// <summary>A running tcpdump. Made by <see cref="Testbed.Capture"/>, which returns when it listens.</summary>
internal sealed class Capture(BackgroundProcess tcpdump, string path)
{
    public string Path { get; } = path;

    /// <summary>Ends the capture, so that its file is whole.</summary>
    public Capture Finish()
    {
        if (!tcpdump.HasExited)
        {
            tcpdump.Signal(Native.SIGINT);
            tcpdump.WaitForExit(TimeSpan.FromSeconds(10));
        }

        return this;
    }

    /// <summary>The frames so far, whole ones only.</summary>
    public IReadOnlyList<byte[]> Frames()
    {
        AwaitWritten();
        return PcapFile.Read(Path);
    }

    /// <summary>The captured frames that match a filter, one a line, as tcpdump prints them.</summary>
    public IReadOnlyList<string> Lines(string filter = "") => Print("-t", filter);

    /// <summary>The same with the time of each, in seconds since 1970.</summary>
    public IReadOnlyList<(double Time, string Line)> TimedLines(string filter = "") =>
        [.. Print("-tt", filter).Select(line => line.Split(' ', 2)).Select(parts => (double.Parse(parts[0], CultureInfo.InvariantCulture), parts[1]))];

    /// <summary>
    /// A frame wakes tcpdump at once, which sleeps again when all are written: on a busy machine that takes longer than the captured
    /// conversation. In a flood it never sleeps, and the wait ends soon.
    /// </summary>
    private void AwaitWritten() => _ = Wait.Until(() => tcpdump.HasExited || tcpdump.IsAsleep, TimeSpan.FromSeconds(2));

    /// <summary>Without the octets, on further lines, of frames whose protocol tcpdump does not know.</summary>
    private string[] Print(string times, string filter)
    {
        AwaitWritten();
        return [.. Command.Run(["tcpdump", "-r", Path, "-nn", "-e", times, filter], Command.DefaultTimeout).AssertOk().Stdout
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !char.IsWhiteSpace(line[0]))];
    }
}
