using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Portal;

/// <summary>
/// The owner's files for the page: read at the start, and again within <see cref="Interval"/> of a change. Files with an error change nothing: the
/// log says so, and the look before stays.
/// </summary>
internal sealed class PortalLookFiles
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly string _directory;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private PortalLook _current = PortalLook.Default;
    private string _seen = "";
    private DateTimeOffset _nextLook;

    /// <param name="directory">Empty: the built-in look.</param>
    public PortalLookFiles(string directory, TimeProvider clock, ILogger log)
    {
        (_directory, _clock, _log) = (directory, clock, log);
        _nextLook = clock.GetUtcNow();
    }

    /// <summary>Any thread.</summary>
    public PortalLook Current()
    {
        if (_directory.Length == 0)
        {
            return _current;
        }

        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (now < _nextLook)
            {
                return _current;
            }

            _nextLook = now + Interval;
            var seen = PortalLookReader.SignOf(_directory);
            if (seen == _seen)
            {
                return _current;
            }

            _seen = seen;
            var (look, errors) = PortalLookReader.Read(_directory);
            if (look is not null)
            {
                _current = look;
            }
            else
            {
                _log.LookNotTaken(SafeText.OneLine(errors[0].ToString()));
            }

            return _current;
        }
    }
}

/// <summary>Reads and checks the owner's files for the page: portal.toml, logo.png, .jpg or .svg, terms.LANG.txt and texts.LANG.toml.</summary>
internal static class PortalLookReader
{
    private const int LargestLogo = 256 * 1024;
    private const int LargestText = 64 * 1024;
    private const int LongestTitle = 64;
    private const int LongestPhrase = 500;
    private const int MostLanguages = 20;

    private static readonly (string Name, string Type)[] s_logos = [("logo.png", "image/png"), ("logo.jpg", "image/jpeg"), ("logo.svg", "image/svg+xml")];

    /// <summary>Changes when one of the files does.</summary>
    public static string SignOf(string directory)
    {
        try
        {
            return string.Join('\n', new DirectoryInfo(directory).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name} {f.Length} {f.LastWriteTimeUtc.Ticks}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.GetType().Name;
        }
    }

    /// <returns>The look, or null with every error.</returns>
    public static (PortalLook? Look, List<ConfigurationError> Errors) Read(string directory)
    {
        var errors = new List<ConfigurationError>();
        string[] names;
        try
        {
            names = [.. Directory.GetFiles(directory).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, [new ConfigurationError(directory, 0, 0, "portal.directory", $"cannot be read ({SafeText.OneLine(e.Message)}); give a directory that the gateway's user may read")]);
        }

        var head = names.Contains("portal.toml") ? FlatFile.Read(Path.Combine(directory, "portal.toml"), errors) : [];
        var (title, colours, languages) = ReadHead(Path.Combine(directory, "portal.toml"), head, errors);
        var logo = ReadLogo(directory, names, errors);
        var texts = new Dictionary<string, PortalTexts>(PortalTexts.All.ToDictionary(t => t.Language), StringComparer.Ordinal);
        var terms = new List<PortalTerms>();
        foreach (var name in names)
        {
            var language = LanguageOf(name, "texts.", ".toml") ?? LanguageOf(name, "terms.", ".txt");
            if (language is null)
            {
                continue;
            }

            if (!IsLanguage(language))
            {
                errors.Add(new ConfigurationError(Path.Combine(directory, name), 0, 0, "language", $"\"{SafeText.Shorten(language)}\" is no language; name the file after one such as \"it\" or \"nl\""));
            }
            else if (name.EndsWith(".toml", StringComparison.Ordinal))
            {
                texts[language] = ReadTexts(Path.Combine(directory, name), language, texts.GetValueOrDefault(language) ?? PortalTexts.English with { Language = language }, errors);
            }
            else if (ReadText(Path.Combine(directory, name), errors) is { } text)
            {
                terms.Add(PortalTerms.Of(language, text));
            }
        }

        if (texts.Count > MostLanguages)
        {
            errors.Add(new ConfigurationError(directory, 0, 0, "texts", $"there are {texts.Count} languages, and {MostLanguages} are possible; take some files away"));
        }

        var offered = languages.Length == 0 ? texts.Keys.OrderBy(l => l == "en" ? 0 : 1) : languages.AsEnumerable();
        foreach (var missing in languages.Where(l => !texts.ContainsKey(l)))
        {
            errors.Add(new ConfigurationError(Path.Combine(directory, "portal.toml"), 0, 0, "languages", $"there are no texts in \"{missing}\"; make texts.{missing}.toml, or leave it out"));
        }

        return errors.Count > 0 ? (null, errors) : (new PortalLook(colours)
        {
            Title = title,
            Logo = logo,
            Texts = [.. offered.Select(l => texts[l])],
            Terms = [.. terms.OrderBy(t => t.Language == (languages.IsEmpty ? "en" : languages[0]) ? 0 : 1)],
        }, errors);
    }

    private static string? LanguageOf(string name, string begin, string end) =>
        name.StartsWith(begin, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal) && name.Length > begin.Length + end.Length ? name[begin.Length..^end.Length] : null;

    /// <summary>A primary language (RFC 5646 section 2.2.1), as the page's lang attribute and Accept-Language have it.</summary>
    private static bool IsLanguage(string text) => text.Length is 2 or 3 && text.All(char.IsAsciiLetterLower);

    private static (string Title, PortalColours Colours, ImmutableArray<string> Languages) ReadHead(string file, IReadOnlyList<FlatEntry> entries, List<ConfigurationError> errors)
    {
        var (title, colours, languages) = ("", new PortalColours(), ImmutableArray<string>.Empty);
        foreach (var entry in entries)
        {
            var colour = entry.Value.Text is { } text && PortalStyle.IsColour(text) ? text : null;
            switch (entry.Key)
            {
                case "title" when entry.Value.Text is { Length: <= LongestTitle } given && SafeText.IsOneLine(given):
                    title = given;
                    break;
                case "background" when colour is not null:
                    colours = colours with { Background = colour };
                    break;
                case "card" when colour is not null:
                    colours = colours with { Card = colour };
                    break;
                case "accent" when colour is not null:
                    colours = colours with { Accent = colour };
                    break;
                case "languages" when entry.Value.List is { Count: >= 1 and <= MostLanguages } list && list.All(l => l.Text is { } code && IsLanguage(code)) && list.Select(l => l.Text).Distinct().Count() == list.Count:
                    languages = [.. list.Select(l => l.Text!)];
                    break;
                default:
                    errors.Add(entry.ErrorIn(file, entry.Key switch
                    {
                        "title" => $"{entry.Value.Source} is not valid; give one line of up to {LongestTitle} characters",
                        "background" or "card" or "accent" => $"{entry.Value.Source} is not valid; give a colour such as \"#1f4e8c\"",
                        "languages" => $"{entry.Value.Source} is not valid; give a list of languages such as [\"de\", \"en\"], each once, the one for all other browsers first",
                        _ => $"there is no such key; did you mean \"{Suggest.Nearest(entry.Key, ["title", "background", "card", "accent", "languages"]) ?? "title"}\"? There are title, background, card, accent and languages",
                    }));
                    break;
            }
        }

        return (title, colours, languages);
    }

    private static PortalTexts ReadTexts(string file, string language, PortalTexts texts, List<ConfigurationError> errors)
    {
        foreach (var entry in FlatFile.Read(file, errors))
        {
            if (!PortalTextKeys.All.TryGetValue(entry.Key, out var put))
            {
                errors.Add(entry.ErrorIn(file, Suggest.Nearest(entry.Key, PortalTextKeys.All.Keys) is { } nearest
                    ? $"there is no such text; did you mean \"{nearest}\"?"
                    : "there is no such text; docs/portal.md lists them"));
            }
            else if (entry.Value.Text is not { Length: <= LongestPhrase } text)
            {
                errors.Add(entry.ErrorIn(file, $"{entry.Value.Source} is not valid; give a text of up to {LongestPhrase} characters"));
            }
            else if (entry.Key.EndsWith("s_ago", StringComparison.Ordinal) && !text.Contains(PortalTextKeys.NumberPlace, StringComparison.Ordinal))
            {
                errors.Add(entry.ErrorIn(file, $"{entry.Value.Source} has no place for the number; write {PortalTextKeys.NumberPlace} there"));
            }
            else
            {
                texts = put(texts, PortalPage.Escape(text));
            }
        }

        return texts with { Language = language };
    }

    private static PortalLogo? ReadLogo(string directory, string[] names, List<ConfigurationError> errors)
    {
        var found = s_logos.Where(l => names.Contains(l.Name)).ToList();
        if (found.Count > 1)
        {
            errors.Add(new ConfigurationError(Path.Combine(directory, found[1].Name), 0, 0, "logo", $"there is {found[0].Name} too; keep one of them"));
        }

        if (found.Count == 0)
        {
            return null;
        }

        var file = Path.Combine(directory, found[0].Name);
        if (ReadOctets(file, LargestLogo, errors) is not { } octets)
        {
            return null;
        }

        if (TypeOf(octets) != found[0].Type)
        {
            errors.Add(new ConfigurationError(file, 0, 0, "logo", $"is no {Path.GetExtension(file)[1..].ToUpperInvariant()} picture; give one, or name the file after what it is"));
            return null;
        }

        return new PortalLogo([.. octets], found[0].Type);
    }

    /// <summary>By the first octets of the file (PNG, JPEG), or as an XML document whose root is svg.</summary>
    private static string? TypeOf(byte[] octets) =>
        octets.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a]) ? "image/png"
        : octets.AsSpan().StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]) ? "image/jpeg"
        : IsSvg(octets) ? "image/svg+xml"
        : null;

    private static bool IsSvg(byte[] octets)
    {
        try
        {
            using var reader = System.Xml.XmlReader.Create(new MemoryStream(octets), new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Prohibit, XmlResolver = null });
            return reader.MoveToContent() == System.Xml.XmlNodeType.Element && reader is { LocalName: "svg", NamespaceURI: "http://www.w3.org/2000/svg" };
        }
        catch (System.Xml.XmlException)
        {
            return false;
        }
    }

    private static string? ReadText(string file, List<ConfigurationError> errors)
    {
        if (ReadOctets(file, LargestText, errors) is not { } octets)
        {
            return null;
        }

        using var reader = new StreamReader(new MemoryStream(octets, writable: false));
        var text = reader.ReadToEnd();
        if (text.Contains('\ufffd') || text.Contains('\0') || string.IsNullOrWhiteSpace(text))
        {
            errors.Add(new ConfigurationError(file, 0, 0, "terms", "is empty, or no UTF-8 text; write plain text"));
            return null;
        }

        return text;
    }

    private static byte[]? ReadOctets(string file, int most, List<ConfigurationError> errors)
    {
        try
        {
            return BoundedFile.Read(file, most);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(file, 0, 0, "file", $"{SafeText.OneLine(e.Message)}; give a file of up to {most / 1024} KiB that the gateway's user may read"));
            return null;
        }
    }
}
