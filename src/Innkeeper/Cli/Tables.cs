using Innkeeper.Management.Contracts;
using Innkeeper.Wire;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <summary>Reports as text. Texts that guests can choose go through <see cref="Plain"/>, so they are neither markup nor control characters.</summary>
internal static partial class Tables
{
    /// <summary>Off a terminal lines are as long as what they hold; on one, cells that do not fit go on below.</summary>
    internal const int Unlimited = 1_000_000;

    /// <param name="isWide">Lines as long as what they hold on a terminal too.</param>
    /// <param name="width">Columns of the terminal; null: as it says.</param>
    public static IAnsiConsole Open(TextWriter output, bool isWide = false, int? width = null)
    {
        var terminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
        });
        if (isWide || !terminal)
        {
            console.Profile.Width = Unlimited;
        }

        if (width is { } columns)
        {
            console.Profile.Width = columns;
        }

        return console;
    }

    /// <summary>For a part of a screen of this width, with colours as the terminal has them.</summary>
    public static IAnsiConsole OpenLive(TextWriter output, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = AnsiSupport.Yes,
            ColorSystem = Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
        });
        console.Profile.Width = width;
        return console;
    }

    public static void Write(IAnsiConsole console, EventsReport report)
    {
        foreach (var entry in report.Events)
        {
            console.WriteLine(Line(entry));
        }

        if (report.Events.Count == 0)
        {
            Line(console, "no events");
        }
    }

    public static string Line(EventReport entry) => Plain($"{Time(entry.Time)} {entry.Kind}: {entry.Text}");

    /// <summary>
    /// A table whose least important columns are left out until the others fit the terminal. A line below it names those.
    /// </summary>
    /// <param name="columns">Each with its rank: 0 stays longest.</param>
    private static void WriteFitting(IAnsiConsole console, IReadOnlyList<(string Name, int Rank)> columns, IReadOnlyList<string[]> rows)
    {
        // A longer cell goes on below. Beside its text a column takes three places.
        const int Widest = 28;
        const int Gap = 3;
        int WidthOf(int column) => Math.Min(Widest, rows.Max(r => Plain(r[column]).Length) is var longest && longest > columns[column].Name.Length ? longest : columns[column].Name.Length) + Gap;

        var kept = Enumerable.Range(0, columns.Count).ToList();
        while (kept.Count > 2 && 1 + kept.Sum(WidthOf) > console.Profile.Width)
        {
            kept.Remove(kept.MaxBy(c => columns[c].Rank));
        }

        var table = NewTable([.. kept.Select(c => columns[c].Name)]);
        foreach (var row in rows)
        {
            AddRow(table, [.. kept.Select(c => row[c])]);
        }

        console.Write(table);
        if (kept.Count < columns.Count)
        {
            Line(console, $"not shown: {string.Join(", ", Enumerable.Range(0, columns.Count).Except(kept).Select(c => columns[c].Name))} (--wide shows all)");
        }
    }

    private static Table NewTable(params string[] columns) => new Table().Border(TableBorder.Simple).AddColumns(columns);

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(c => new Text(Plain(c))));

    private static void Line(IAnsiConsole console, string text) => console.WriteLine(Plain(text));

    private static string Plain(string text) => SafeText.OneLine(text);

    public static string Count(long number, string one, string? many = null) => $"{number} {(number == 1 ? one : many ?? one + "s")}";

    private static string Time(DateTimeOffset time) => LocalTime.Text(time, TimeZoneInfo.Local);

    public static string Size(ulong bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1000} kB",
        _ => $"{bytes / 1_000_000} MB",
    };
}
