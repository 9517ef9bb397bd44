using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Devices;

/// <summary>
/// Vendors of MAC addresses from the IEEE's listing as Debian's ieee-data has it; without it there are none. The files
/// are searched, not kept: 10 MB of names would be most of this process. What was found is remembered, bounded.
/// </summary>
internal sealed class Vendors(string directory = "/usr/share/ieee-data")
{
    private const int MaxRemembered = 4096;

    /// <summary>Longest prefix first: digits of it, and its file.</summary>
    private static readonly (int Digits, string File)[] s_lists = [(9, "oui36.csv"), (7, "mam.csv"), (6, "oui.csv")];

    private readonly Dictionary<string, string?> _remembered = [];
    private readonly Lock _lock = new();

    public string? Find(MacAddress mac)
    {
        if (mac.IsLocallyAdministered)
        {
            return null;
        }

        var digits = mac.Value.ToString("X12", CultureInfo.InvariantCulture);
        lock (_lock)
        {
            if (!_remembered.TryGetValue(digits[..9], out var vendor))
            {
                if (_remembered.Count == MaxRemembered)
                {
                    _remembered.Clear();
                }

                _remembered[digits[..9]] = vendor = s_lists.Select(l => Search(Path.Combine(directory, l.File), digits[..l.Digits])).FirstOrDefault(v => v is not null);
            }

            return vendor;
        }
    }

    /// <summary>A row is: registry, prefix in hexadecimal, name (quoted when it holds a comma), address.</summary>
    private static string? Search(string file, string prefix)
    {
        try
        {
            foreach (var line in File.ReadLines(file))
            {
                // A quoted address may run over lines; those do not start like a row.
                var comma = line.IndexOf(',', StringComparison.Ordinal);
                if (comma < 0 || !line.AsSpan(comma + 1).StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                    || line.Length <= comma + 1 + prefix.Length || line[comma + 1 + prefix.Length] != ',')
                {
                    continue;
                }

                return Field(line.AsSpan(comma + 2 + prefix.Length));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not installed: vendors are a convenience.
        }

        return null;
    }

    private static string Field(ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty || rest[0] != '"')
        {
            var end = rest.IndexOf(',');
            return (end < 0 ? rest : rest[..end]).Trim().ToString();
        }

        rest = rest[1..];
        var quote = rest.IndexOf("\",", StringComparison.Ordinal);
        return (quote < 0 ? rest.TrimEnd('"') : rest[..quote]).ToString().Replace("\"\"", "\"", StringComparison.Ordinal).Trim();
    }
}
