using System.Text;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>Reads innkeeper.toml (TOML 1.0) into settings.</summary>
internal static class ConfigurationFile
{
    /// <summary>Octets of a file.</summary>
    public const int MaxSize = 1024 * 1024;

    public static ConfigurationResult Load(string path)
    {
        try
        {
            return Judge(BoundedFile.ReadText(path, MaxSize), path);
        }
        catch (FileNotFoundException)
        {
            return Failed(path, "there is no such file; give its path with --config") with { Exists = false };
        }
        catch (UnauthorizedAccessException e)
        {
            return Failed(path, $"cannot be read: {SafeText.OneLine(e.Message)}; give a file that this user may read");
        }
        catch (IOException e)
        {
            return Failed(path, $"{SafeText.OneLine(e.Message)}; this is no configuration file");
        }
    }

    /// <summary>A text as it would be judged if the file had it.</summary>
    public static ConfigurationResult Judge(string text, string file) =>
        text.Contains('\0') || text.Contains('\ufffd') ? Failed(file, "is not UTF-8 text; this is no configuration file")
        : Encoding.UTF8.GetByteCount(text) > MaxSize ? Failed(file, $"is larger than {MaxSize} octets; this is no configuration file")
        : Parse(text, file);

    public static ConfigurationResult Parse(string text, string file)
    {
        var (document, syntaxErrors) = ConfigurationSyntax.Parse(text, file);
        var reader = new ConfigurationReader(file, new SourceMap(text.Count(c => c == '\n') + (text == "" || text.EndsWith('\n') ? 1 : 2)));
        if (document is not null)
        {
            reader.Read(document);
        }

        var result = new ConfigurationResult(file, reader.Config, [], reader.SourceMap, reader.InvalidKeys) { ControlSocket = reader.Config.Control.Socket, StateDirectory = reader.Config.State.Directory, Text = text };
        List<ConfigurationError> errors = [.. syntaxErrors.Concat(reader.Errors).OrderBy(e => e.Line).ThenBy(e => e.Column)];

        // Missing or conflicting settings may merely follow from a line that could not be read.
        if (syntaxErrors.Count == 0)
        {
            errors.AddRange(Missing(result));
            errors.AddRange(ConfigurationCheck.Static(result));
        }

        return errors.Count == 0 ? result : result with { Config = null, Errors = [.. errors] };
    }

    private static IEnumerable<ConfigurationError> Missing(ConfigurationResult result) =>
        from name in (string[])["access.interface", "uplink.interface"]
        where !result.Positions.ContainsKey(name) && result.IsValid(name)
        select result.ErrorAt(name, $"is missing; give {SettingDefinitions.Find(name)!.Expected}");

    private static ConfigurationResult Failed(string path, string text) =>
        new(path, null, [new ConfigurationError(path, 0, 0, "file", text)], new SourceMap(0), []);
}
