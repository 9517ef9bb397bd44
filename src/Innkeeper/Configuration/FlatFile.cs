using Innkeeper.Wire;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace Innkeeper.Configuration;

/// <summary>A key of a flat file, and its value.</summary>
internal sealed record FlatEntry(string Key, ConfigurationValue Value)
{
    /// <summary>An error about it, with its place.</summary>
    public ConfigurationError ErrorIn(string file, string text) => new(file, Value.Place.Line, Value.Place.Column, Key, text);
}

/// <summary>Reads a small TOML file that has keys and no tables.</summary>
internal static class FlatFile
{
    private const int Largest = 64 * 1024;

    /// <summary>The keys, each once.</summary>
    /// <param name="errors">Takes every error.</param>
    public static IReadOnlyList<FlatEntry> Read(string file, List<ConfigurationError> errors)
    {
        string text;
        try
        {
            text = BoundedFile.ReadText(file, Largest);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError(file, 0, 0, "file", $"{SafeText.OneLine(e.Message)}; give a file of up to {Largest / 1024} KiB that the gateway's user may read"));
            return [];
        }

        return Parse(text, file, errors);
    }

    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<FlatEntry> Parse(string text, string file, List<ConfigurationError> errors)
    {
        DocumentSyntax document;
        try
        {
            document = SyntaxParser.Parse(text, file, validate: true);
        }
        catch (Tomlyn.TomlException)
        {
            errors.Add(new ConfigurationError(file, 1, 1, "syntax", "is nested too deeply; write one `key = value` in each line"));
            return [];
        }

        if (document.Diagnostics.FirstOrDefault(d => d.Kind == DiagnosticMessageKind.Error) is { } fault)
        {
            errors.Add(new ConfigurationError(file, fault.Span.Start.Line + 1, fault.Span.Start.Column + 1, "syntax", $"is not TOML ({SafeText.OneLine(fault.Message)}); write one `key = value` in each line, with texts in quotes"));
            return [];
        }

        foreach (var table in document.Tables)
        {
            errors.Add(new ConfigurationError(file, table.Span.Start.Line + 1, table.Span.Start.Column + 1, "syntax", "this file has no tables; write one `key = value` in each line"));
        }

        return [.. document.KeyValues.Select(entry => new FlatEntry(ConfigurationReader.NameOf(entry.Key), ConfigurationReader.ReadValue(entry.Value)))];
    }
}
