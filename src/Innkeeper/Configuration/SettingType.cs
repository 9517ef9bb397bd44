using System.Text.Json.Nodes;

namespace Innkeeper.Configuration;

/// <summary>The outcome of reading a value: the value, or nothing when the text is not of the type.</summary>
internal readonly record struct Parsed<T>(bool IsValid, T? Value)
{
    public static readonly Parsed<T> Invalid;

    public static implicit operator Parsed<T>(T value) => new(true, value);
}

/// <summary>The type of a setting: how its values are read, written, and described to people and to editors.</summary>
/// <param name="Kind">A short name of the form of the value, such as "duration"; settings of one kind may have different limits.</param>
/// <param name="Expected">Completes the sentence "give …" in an error.</param>
/// <param name="Parse">From the file's value. Reading what <paramref name="Format"/> wrote gives the same value.</param>
/// <param name="Format">As TOML.</param>
/// <param name="Schema">The JSON schema of the value, new with each call (a JSON node can have one parent only). It may allow more than <paramref name="Parse"/>, never less.</param>
internal sealed record SettingType<T>(string Kind, string Expected, Func<ConfigurationValue, Parsed<T>> Parse, Func<T, string> Format, Func<JsonObject> Schema)
{
    /// <summary>Finds more exact reasons than <see cref="Expected"/>; a value with such errors is refused.</summary>
    public Func<ConfigurationValue, IEnumerable<ValidationError>> Validate { get; init; } = _ => [];
}
