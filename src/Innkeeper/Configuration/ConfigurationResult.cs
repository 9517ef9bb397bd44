using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>Settings, or every error found; never both, never an exception.</summary>
/// <param name="Bad">Keys whose value is not known for certain, because what stands there is wrong.</param>
internal sealed record ConfigurationResult(
    string File, InnkeeperConfig? Config, ImmutableArray<ConfigurationError> Errors, ConfigurationPlaces Places, ImmutableHashSet<string> Bad)
{
    /// <summary>What was read.</summary>
    public string Text { get; init; } = "";

    /// <summary>Where the gateway that runs with this file is asked, as far as the file says: even one with errors tells that.</summary>
    public string ControlSocket { get; init; } = new InnkeeperConfig().Control.Socket;

    /// <summary>Where each key of the file stands.</summary>
    public IReadOnlyDictionary<string, (int Line, int Column)> Positions => Places.Keys;

    /// <summary>Whether all of these keys are set right or left to their defaults: only then can they be held against each other.</summary>
    public bool IsGood(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (Bad.Contains(key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The key that tells a profile something: its own, or [profiles.default]'s if its own table leaves that out.</summary>
    public string OriginOf(string profile, string key)
    {
        var own = $"{TableKind.Profiles.TableOf(profile)}.{key}";
        return Positions.ContainsKey(own) || Bad.Contains(own) ? own : $"{TableKind.Profiles.TableOf(ProfileConfig.DefaultName)}.{key}";
    }

    /// <summary>An error about a key, with its place in the file.</summary>
    /// <param name="item">Which item of the key's list is to blame, from 0; none when negative.</param>
    public ConfigurationError ErrorAt(string key, string text, int item = -1)
    {
        var (line, column) = Places.Of(key, item);
        return new ConfigurationError(File, line, column, key, text);
    }
}

/// <summary>Where keys, list items and tables stand, and where what is absent would belong.</summary>
/// <param name="end">The line after the last one; 0 when there is no file to point into.</param>
internal sealed class ConfigurationPlaces(int end)
{
    public Dictionary<string, (int Line, int Column)> Keys { get; } = [];

    public Dictionary<(string Key, int Index), (int Line, int Column)> Items { get; } = [];

    public Dictionary<string, (int Line, int Column)> Tables { get; } = [];

    /// <summary>The same keys, of something that has no lines to point at.</summary>
    public ConfigurationPlaces WithoutLines()
    {
        var places = new ConfigurationPlaces(0);
        foreach (var key in Keys.Keys)
        {
            places.Keys[key] = (0, 0);
        }

        return places;
    }

    /// <summary>The item, else the key, else its table's header, else the line after the last: the first of them that there is. A table's name is good too.</summary>
    public (int Line, int Column) Of(string key, int item = -1) =>
        Items.TryGetValue((key, item), out var place) || Keys.TryGetValue(key, out place)
        || Tables.TryGetValue(key, out place) || Tables.TryGetValue(TableKind.ParentOf(key), out place)
            ? place
            : (end, Math.Min(end, 1));
}
