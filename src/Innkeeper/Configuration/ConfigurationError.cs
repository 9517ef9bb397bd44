namespace Innkeeper.Configuration;

/// <summary>An error in the configuration: its place, the fault, and a valid value.</summary>
/// <param name="Line">From 1; 0 where no line is to blame.</param>
internal sealed record ConfigurationError(string File, int Line, int Column, string Key, string Text)
{
    public override string ToString() => Line == 0 ? $"{File}: {Key}: {Text}" : $"{File}:{Line}:{Column}: {Key}: {Text}";
}
