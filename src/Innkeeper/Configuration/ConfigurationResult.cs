using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>Settings, or every error found; never both, never an exception.</summary>
/// <param name="InvalidKeys">Keys whose value is unknown, because the file has an error there.</param>
internal sealed record ConfigurationResult(
    string File, InnkeeperConfig? Config, ImmutableArray<ConfigurationError> Errors, SourceMap SourceMap, ImmutableHashSet<string> InvalidKeys)
{
    /// <summary>The text of the file.</summary>
    public string Text { get; init; } = "";

    /// <summary>False: there is no such file.</summary>
    public bool Exists { get; init; } = true;

    /// <summary>The control socket of the gateway that runs with this file. A file with other errors still says this.</summary>
    public string ControlSocket { get; init; } = new InnkeeperConfig().Control.Socket;

    /// <summary>The state directory. A file with other errors still says this.</summary>
    public string StateDirectory { get; init; } = new InnkeeperConfig().State.Directory;

    /// <summary>The place of each key in the file.</summary>
    public IReadOnlyDictionary<string, (int Line, int Column)> Positions => SourceMap.Keys;

    /// <summary>False: the settings came from the command line.</summary>
    public bool IsFromFile => Positions.Values.Any(p => p.Line > 0);

    /// <summary>Whether none of these keys has an error. Only then can their values be compared.</summary>
    public bool IsValid(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (InvalidKeys.Contains(key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The full name of the key that decides a setting of a profile: the profile's own, or that of [profiles.default].</summary>
    public string OriginOf(string profile, string key)
    {
        var own = $"{RepeatedTable.Profiles.TableOf(profile)}.{key}";
        return Positions.ContainsKey(own) || InvalidKeys.Contains(own) ? own : $"{RepeatedTable.Profiles.TableOf(ProfileConfig.DefaultName)}.{key}";
    }

    /// <summary>An error about a key, with its place in the file.</summary>
    /// <param name="item">The item of the key's list that is wrong, from 0; negative: the key as a whole.</param>
    public ConfigurationError ErrorAt(string key, string text, int item = -1)
    {
        var (line, column) = SourceMap.Of(key, item);
        return new ConfigurationError(File, line, column, key, text);
    }
}

/// <summary>The positions of keys, list items and tables in the file, and of missing ones the place where they belong.</summary>
/// <param name="end">The line after the last one; 0 when there is no file to point into.</param>
internal sealed class SourceMap(int end)
{
    public Dictionary<string, (int Line, int Column)> Keys { get; } = [];

    public Dictionary<(string Key, int Index), (int Line, int Column)> Items { get; } = [];

    public Dictionary<string, (int Line, int Column)> Tables { get; } = [];

    /// <summary>The same keys without positions, for settings that do not come from a file.</summary>
    public SourceMap WithoutLines()
    {
        var sourceMap = new SourceMap(0);
        foreach (var key in Keys.Keys)
        {
            sourceMap.Keys[key] = (0, 0);
        }

        return sourceMap;
    }

    /// <summary>The position of the first of these that exists: the item, the key, the header of its table, the line after the last. The name may be a table's.</summary>
    public (int Line, int Column) Of(string key, int item = -1) =>
        Items.TryGetValue((key, item), out var place) || Keys.TryGetValue(key, out place)
        || Tables.TryGetValue(key, out place) || Tables.TryGetValue(RepeatedTable.ParentOf(key), out place)
            ? place
            : (end, Math.Min(end, 1));
}
