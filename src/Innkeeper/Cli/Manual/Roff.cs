using System.Globalization;
using System.Text;

namespace Innkeeper.Cli.Manual;

/// <summary>Writes a manual page in the language of man(7). Text is never taken for a request or an escape.</summary>
/// <param name="title">Of the page, in upper case.</param>
/// <param name="section">1: commands, 5: files.</param>
internal sealed class Roff(string title, int section, string version)
{
    private readonly StringBuilder _page = new($".TH \"{title}\" \"{section}\" \"\" \"Innkeeper {version}\" \"Innkeeper\"\n.nh\n.ad l\n");

    public void Section(string name) => _page.Append($".SH \"{Escape(name)}\"\n");

    public void Subsection(string name) => _page.Append($".SS \"{Escape(name)}\"\n");

    /// <summary>Text between backquotes is set in bold, as users type it.</summary>
    public void Paragraph(string text) => _page.Append(".PP\n").Append(Line(text));

    /// <summary>A term and, indented, its explanation.</summary>
    public void Item(string term, string text) => _page.Append($".TP\n\\fB{Escape(term)}\\fR\n").Append(Line(text));

    /// <summary>Another paragraph of the item.</summary>
    public void Continue(string text) => _page.Append($".br\n{Line(text)}");

    /// <summary>Lines as they are.</summary>
    public void Verbatim(IEnumerable<string> lines)
    {
        _page.Append(".PP\n.nf\n");
        foreach (var line in lines)
        {
            _page.Append($".RS 4\n{Guard(Escape(line))}\n.RE\n");
        }

        _page.Append(".fi\n");
    }

    public override string ToString() => _page.ToString();

    private static string Line(string text)
    {
        var parts = text.Split('`');
        var line = string.Concat(parts.Select((part, i) => i % 2 == 0 ? Escape(part) : i == parts.Length - 1 ? Escape($"`{part}") : $"\\fB{Escape(part)}\\fR"));
        return Guard(line) + "\n";
    }

    /// <summary>A line that begins with a dot or an apostrophe would be a request.</summary>
    private static string Guard(string line) => line is ['.' or '\'', ..] ? @"\&" + line : line;

    /// <summary>Characters that have a meaning, or that a terminal without UTF-8 would not get right.</summary>
    internal static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            escaped.Append(rune.Value switch
            {
                '\\' => @"\e",
                '-' => @"\-",
                '\'' => @"\(aq",
                '`' => @"\(ga",
                '^' => @"\(ha",
                '~' => @"\(ti",
                '"' => @"\(dq",
                '\n' or '\t' => " ",
                >= 0x80 => string.Create(CultureInfo.InvariantCulture, $@"\[u{rune.Value:X4}]"),
                _ => rune.ToString(),
            });
        }

        return escaped.ToString();
    }
}
