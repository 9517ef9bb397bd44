using System.Collections.Immutable;
using System.Text.Json;
using Innkeeper.Wire;

namespace Innkeeper.Policy;

/// <summary>A device whose data is taken out of everything that is kept.</summary>
/// <param name="Names">By which it is known beside its MAC: the administrator's name and its host name, as they are and as JSON has them. Those of one character are none.</param>
internal sealed record ErasedDevice(MacAddress Mac, ImmutableArray<string> Names)
{
    private const int ShortestName = 2;

    public static ErasedDevice Of(MacAddress mac, DeviceRecord? record) =>
        new(mac, record is null ? [] : [.. new[] { record.Name, record.HostName }.SelectMany(n => new[] { n, JsonEncodedText.Encode(n).ToString() }).Distinct()]);

    /// <summary>Whether a text mentions it. A name counts as a whole word only: "tv" is not in "active".</summary>
    public bool IsIn(string? text) =>
        text is { Length: > 0 } && (text.Contains(Mac.ToString(), StringComparison.OrdinalIgnoreCase) || Names.Any(name => name.Length >= ShortestName && HasWord(text, name)));

    private static bool HasWord(string text, string name)
    {
        for (var at = 0; (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }
}
