using System.Globalization;
using System.Text;

namespace Innkeeper.Portal;

/// <summary>The fields of a form as a browser sends it (application/x-www-form-urlencoded, WHATWG URL section 5.1). Any octets are a form; none throws.</summary>
internal static class PortalForm
{
    /// <summary>Octets of a form; more are none of ours.</summary>
    public const int MostOctets = 1024;

    private const int MostFields = 8;

    /// <summary>The first value of each field; of very many, the first.</summary>
    public static IReadOnlyDictionary<string, string> Read(ReadOnlySpan<byte> octets)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in Encoding.Latin1.GetString(octets[..Math.Min(octets.Length, MostOctets)]).Split('&', MostFields + 1).Take(MostFields))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            fields.TryAdd(Decode(equals < 0 ? part : part[..equals]), equals < 0 ? "" : Decode(part[(equals + 1)..]));
        }

        return fields;
    }

    private static string Decode(string text)
    {
        var octets = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && byte.TryParse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var octet))
            {
                octets[length++] = octet;
                i += 2;
            }
            else
            {
                octets[length++] = text[i] == '+' ? (byte)' ' : (byte)text[i];
            }
        }

        // Octets that are no UTF-8 become U+FFFD.
        return Encoding.UTF8.GetString(octets, 0, length);
    }
}
