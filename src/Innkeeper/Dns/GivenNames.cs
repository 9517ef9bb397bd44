using System.Collections.Frozen;
using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>
/// The labels that names given by the administrator have in the local zone. A name that is no label is turned into one: "Press 1 (hall 2)" is
/// press-1-hall-2. Immutable.
/// </summary>
internal sealed class GivenNames
{
    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxLabel = 63;

    public static readonly GivenNames None = new([]);

    private readonly FrozenDictionary<string, MacAddress> _devices;
    private readonly FrozenDictionary<MacAddress, string> _labels;

    /// <param name="names">Names by device. Of two whose labels are equal, that of the lower MAC counts.</param>
    public GivenNames(IEnumerable<(MacAddress Mac, string Name)> names)
    {
        var labels = names.Select(n => (n.Mac, Label: LabelOf(n.Name))).Where(n => n.Label.Length > 0).OrderBy(n => n.Mac).DistinctBy(n => n.Label).ToList();
        _devices = labels.ToFrozenDictionary(n => n.Label, n => n.Mac);
        _labels = labels.ToFrozenDictionary(n => n.Mac, n => n.Label);
    }

    /// <summary>The device that a label is given to; null: none.</summary>
    public MacAddress? Find(string label) => _devices.TryGetValue(label, out var mac) ? mac : null;

    /// <summary>The label of a device; null: it has none, or another has the same.</summary>
    public string? LabelOf(MacAddress mac) => _labels.GetValueOrDefault(mac);

    /// <summary>A name as a host name's label (RFC 1123 section 2.1): small letters, digits, and '-' for all other characters. "": nothing of it can be in one, or it would be taken for a MAC's label.</summary>
    public static string LabelOf(string name)
    {
        Span<char> label = stackalloc char[MaxLabel];
        var length = 0;
        foreach (var letter in name)
        {
            if (length == MaxLabel)
            {
                break;
            }

            if (char.IsAsciiLetterOrDigit(letter))
            {
                label[length++] = char.ToLowerInvariant(letter);
            }
            else if (length > 0 && label[length - 1] != '-')
            {
                label[length++] = '-';
            }
        }

        var text = label[..length].TrimEnd('-').ToString();
        return DeviceNames.TryParse(text, out _) ? "" : text;
    }
}
