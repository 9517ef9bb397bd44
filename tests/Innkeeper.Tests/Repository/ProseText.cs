using System.Text.RegularExpressions;

namespace Innkeeper.Tests.Repository;

/// <summary>
/// The prose of a file, with each character at its place so that lines can be counted. Code becomes '|', which no sentence crosses;
/// the marks of a comment become spaces, so that a sentence goes on in its next line. No I/O.
/// </summary>
internal static partial class ProseText
{
    private const char Boundary = '|';

    [GeneratedRegex("^```.*?^```|`[^`]*`|(?<=\\])\\([^)]*\\)", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex MarkdownCode();

    /// <summary>A setting, also one that is commented out, and a table's header.</summary>
    [GeneratedRegex("^#? ?(\\[.*|[\\w.\"-]+ = .*)$", RegexOptions.Multiline)]
    private static partial Regex TomlCode();

    [GeneratedRegex("^#", RegexOptions.Multiline)]
    private static partial Regex TomlComment();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex Quoted();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex("^[ \t]*(///?|\\*(?!/)|/\\*)", RegexOptions.Multiline)]
    private static partial Regex CommentMark();

    public static string OfMarkdown(string text) => Without(MarkdownCode(), text);

    public static string OfToml(string text) => TomlComment().Replace(Without(Quoted(), Without(TomlCode(), text)), " ");

    /// <summary>C# and C: the string literals or the comments.</summary>
    public static string OfCode(string text, bool isLiterals)
    {
        var kept = text.ToCharArray();
        for (var i = 0; i < kept.Length; i++)
        {
            kept[i] = char.IsWhiteSpace(kept[i]) ? kept[i] : Boundary;
        }

        var prose = new string(kept).ToCharArray();
        var scanner = new CodeScanner(text, (from, to, isLiteral) =>
        {
            if (isLiteral == isLiterals)
            {
                text.CopyTo(from, prose, from, to - from);
            }
        });
        scanner.Run();

        var found = new string(prose);
        return isLiterals ? Without(Quoted(), found) : Without(Tag(), Without(Quoted(), CommentMark().Replace(found, m => new string(' ', m.Length))));
    }

    private static string Without(Regex code, string text) => code.Replace(text, m => string.Concat(m.Value.Select(c => c == '\n' ? c : Boundary)));

    /// <summary>Reports the comments and string literals of C# and C.</summary>
    private sealed class CodeScanner(string text, Action<int, int, bool> report)
    {
        private int _at;

        public void Run() => Code(isHole: false);

        /// <summary>Code until the end of the file or, in a hole of an interpolated string, until its brace.</summary>
        private void Code(bool isHole)
        {
            for (var depth = 0; _at < text.Length;)
            {
                var c = text[_at];
                if (isHole && c == '}' && depth == 0)
                {
                    return;
                }

                depth += c == '{' ? 1 : c == '}' ? -1 : 0;
                if (Is("//"))
                {
                    Comment(text.IndexOf('\n', _at));
                }
                else if (Is("/*"))
                {
                    Comment(text.IndexOf("*/", _at + 2, StringComparison.Ordinal));
                }
                else if (c == '\'')
                {
                    Character();
                }
                else if (c == '"')
                {
                    Literal();
                }
                else
                {
                    _at++;
                }
            }
        }

        private bool Is(string start) => string.CompareOrdinal(text, _at, start, 0, start.Length) == 0;

        private void Comment(int end)
        {
            end = end < 0 ? text.Length : end;
            report(_at, end, false);
            _at = end;
        }

        private void Character()
        {
            // An apostrophe without an end on its line is no character literal.
            for (var end = _at + 1; end < text.Length && text[end] != '\n'; end++)
            {
                if (text[end] == '\'')
                {
                    _at = end + 1;
                    return;
                }

                end += text[end] == '\\' ? 1 : 0;
            }

            _at++;
        }

        private void Literal()
        {
            var prefix = _at;
            while (prefix > 0 && text[prefix - 1] is '$' or '@')
            {
                prefix--;
            }

            var (isInterpolated, isVerbatim) = (text.AsSpan(prefix, _at - prefix).Contains('$'), text.AsSpan(prefix, _at - prefix).Contains('@'));
            if (Is("\"\"\""))
            {
                Raw();
                return;
            }

            var from = ++_at;
            while (_at < text.Length && text[_at] != '"')
            {
                if (isVerbatim && Is("\"\""))
                {
                    _at += 2;
                }
                else if (!isVerbatim && text[_at] == '\\')
                {
                    _at += 2;
                }
                else if (isInterpolated && text[_at] == '{' && !Is("{{"))
                {
                    report(from, _at, true);
                    _at++;
                    Code(isHole: true);
                    from = ++_at;
                }
                else
                {
                    _at += isInterpolated && (Is("{{") || Is("}}")) ? 2 : 1;
                }
            }

            report(from, Math.Min(_at, text.Length), true);
            _at++;
        }

        private void Raw()
        {
            var quotes = text.AsSpan(_at).IndexOfAnyExcept('"');
            var from = _at + quotes;
            var end = text.IndexOf(new string('"', quotes), from, StringComparison.Ordinal);
            end = end < 0 ? text.Length : end;
            report(from, end, true);
            _at = Math.Min(text.Length, end + quotes);
        }
    }
}
