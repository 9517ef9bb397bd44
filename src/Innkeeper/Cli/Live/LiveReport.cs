using System.CommandLine;
using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Cli.Live;

/// <summary>Shows a report again and again until the user ends it.</summary>
internal static class LiveReport
{
    private const char Escape = '\e';
    private const char CtrlC = '\x03';

    private const double UsualPause = 2;
    private const double LeastPause = 0.2;
    private const double LongestPause = 3600;

    /// <summary>An option whose value may be left out.</summary>
    /// <param name="description">{0} stands for the usual pause.</param>
    public static Option<double> PauseOption(string name, string description, params string[] aliases) => new(name, aliases)
    {
        Description = string.Format(description, UsualPause),
        HelpName = "SECONDS",
        Arity = ArgumentArity.ZeroOrOne,
        DefaultValueFactory = _ => UsualPause,
        CustomParser = result =>
        {
            if (result.Tokens.Count == 0)
            {
                return UsualPause;
            }

            if (double.TryParse(result.Tokens[0].Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds is >= LeastPause and <= LongestPause)
            {
                return seconds;
            }

            result.AddError($"{name} is a number of seconds from {LeastPause} to {LongestPause}, not {SafeText.Shorten(result.Tokens[0].Value)}");
            return UsualPause;
        },
    };

    /// <summary>Opens the terminal, or the stream where the output is no terminal.</summary>
    public static int On(TextWriter output, bool isStream, Func<IScreen, int> act)
    {
        if (isStream || !ReferenceEquals(output, Console.Out) || Console.IsOutputRedirected)
        {
            return act(new StreamScreen(EventCommands.Followed(output)));
        }

        using var terminal = new TerminalScreen();
        return act(terminal);
    }

    /// <param name="refresh">Asks the gateway; at the beginning and after each pause.</param>
    /// <param name="render">The report for a window (null: a stream). A failure is a report too, as the gateway may come back.</param>
    /// <param name="onKey">A key that does not end it.</param>
    public static int Run(IScreen screen, TimeSpan pause, Action refresh, Func<(int Width, int Height)?, string> render, Action<char> onKey)
    {
        try
        {
            refresh();
            while (true)
            {
                screen.Show(render(screen.Size));
                switch (screen.Wait(pause, out var key))
                {
                    case ScreenEvent.End:
                    case ScreenEvent.Key when key is 'q' or 'Q' or Escape or CtrlC:
                        return ExitCode.Ok;
                    case ScreenEvent.Key:
                        onKey(key);
                        break;
                    case ScreenEvent.Time:
                        refresh();
                        break;
                }
            }
        }
        catch (IOException)
        {
            // The reader has gone, as `head` does.
            return ExitCode.Ok;
        }
    }
}
