using System.Text;

namespace Innkeeper.Cli;

/// <summary>Comma-separated values (RFC 4180): as spreadsheets write and read them.</summary>
internal static class Csv
{
    /// <summary>The records of a text, each with the line where it begins, from 1. Empty lines are left out.</summary>
    /// <param name="separator">Of the fields; spreadsheets of some countries write ';'.</param>
    public static IEnumerable<(int Line, string[] Fields)> Read(string text, char separator = ',')
    {
        var (fields, field, line, first, isQuoted, wasQuoted) = (new List<string>(), new StringBuilder(), 1, 1, false, false);
        for (var i = 0; i <= text.Length; i++)
        {
            var letter = i < text.Length ? text[i] : '\n';
            if (isQuoted && i < text.Length)
            {
                if (letter != '"')
                {
                    field.Append(letter);
                    line += letter == '\n' ? 1 : 0;
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    isQuoted = false;
                }
            }
            else if (letter == '"' && field.Length == 0 && !wasQuoted)
            {
                (isQuoted, wasQuoted) = (true, true);
            }
            else if (letter == separator || letter == '\n')
            {
                fields.Add(wasQuoted ? field.ToString() : field.ToString().Trim());
                field.Clear();
                wasQuoted = false;
                if (letter == '\n')
                {
                    if (fields.Count > 1 || fields[0].Length > 0)
                    {
                        yield return (first, [.. fields]);
                    }

                    fields.Clear();
                    first = ++line;
                }
            }
            else
            {
                field.Append(letter);
            }
        }
    }

    /// <summary>One record, without an end of line. A field that a spreadsheet would take for a formula is quoted and begins with '.</summary>
    public static string Line(params IEnumerable<string?> fields) => string.Join(',', fields.Select(f => Field(f ?? "")));

    /// <summary>A field without the ' that keeps it from being a formula.</summary>
    public static string Unprotect(string field) => field is ['\'', ..] && IsFormula(field) ? field[1..] : field;

    /// <summary>Whether a spreadsheet would take a field for a formula, or did before it was protected.</summary>
    private static bool IsFormula(string text) => text.AsSpan().TrimStart("' \t\r\n") is ['=' or '+' or '-' or '@', ..];

    private static string Field(string text)
    {
        var safe = IsFormula(text) ? $"'{text}" : text;
        return safe.AsSpan().ContainsAny("\",\r\n") || safe.Trim() != safe ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
