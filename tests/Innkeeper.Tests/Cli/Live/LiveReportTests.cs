using Innkeeper.Cli.Live;

namespace Innkeeper.Tests.Cli.Live;

public sealed class LiveReportTests
{
    /// <summary>A screen whose events a test wrote before.</summary>
    private sealed class ScriptedScreen(params (ScreenEvent Event, char Key)[] events) : IScreen
    {
        private int _next;

        public (int Width, int Height)? Size { get; set; } = (80, 24);

        public List<string> Shown { get; } = [];

        public bool IsClosed { get; set; }

        public void Show(string text)
        {
            if (IsClosed)
            {
                throw new IOException("broken pipe");
            }

            Shown.Add(text);
        }

        public ScreenEvent Wait(TimeSpan time, out char key)
        {
            Assert.Equal(TimeSpan.FromSeconds(2), time);
            key = events[_next].Key;
            return events[_next++].Event;
        }
    }

    private static (int Code, int Asked, string Keys) Run(ScriptedScreen screen)
    {
        var (asked, keys) = (0, "");
        var code = LiveReport.Run(screen, TimeSpan.FromSeconds(2), () => asked++, size => $"{asked} {size?.Width} {keys}", key => keys += key);
        return (code, asked, keys);
    }

    [Fact]
    public void Report_IsAskedForAfterEachPause_AndOnlyShownAgainAfterAKeyOrAnotherSize()
    {
        var screen = new ScriptedScreen((ScreenEvent.Time, default), (ScreenEvent.Key, 's'), (ScreenEvent.Size, default), (ScreenEvent.Time, default), (ScreenEvent.Key, 'q'));
        Assert.Equal((0, 3, "s"), Run(screen));
        Assert.Equal(["1 80 ", "2 80 ", "2 80 s", "2 80 s", "3 80 s"], screen.Shown);
    }

    [Theory]
    [InlineData('q')]
    [InlineData('Q')]
    [InlineData('\u001b')]
    [InlineData('\u0003')]
    public void Keys_ThatEnd(char key) => Assert.Equal((0, 1, ""), Run(new ScriptedScreen((ScreenEvent.Key, key))));

    [Fact]
    public void Signal_AndAReaderThatHasGone_EndIt()
    {
        Assert.Equal((0, 1, ""), Run(new ScriptedScreen((ScreenEvent.End, default))));
        Assert.Equal((0, 1, ""), Run(new ScriptedScreen { IsClosed = true }));
    }

    [Fact]
    public void Stream_HasAnEmptyLineBetweenReports()
    {
        using var output = new StringWriter();
        var screen = new StreamScreen(output);
        screen.Show("one\n");
        screen.Show("two\n");
        Assert.Equal("one\n\ntwo\n", output.ToString());
        Assert.Null(screen.Size);
        Assert.Equal(ScreenEvent.Time, screen.Wait(TimeSpan.Zero, out _));
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("3601")]
    public void Pause_OutOfItsRange_IsUsage(string given) => Assert.Equal(
        new CommandLine(2, "", $"innkeeper status: --watch is a number of seconds from 0.2 to 3600, not {given}; see `innkeeper status --help`\n"), CommandLine.Run("status", "--watch", given));
}
