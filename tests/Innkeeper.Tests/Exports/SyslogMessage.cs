using System.Globalization;
using System.Text;

namespace Innkeeper.Tests.Exports;

/// <summary>A reader of RFC 5424's grammar (section 6), written from the RFC: what it refuses is no syslog message.</summary>
internal sealed record SyslogMessage(int Facility, int Severity, DateTimeOffset? Time, string Host, string Application, string Process, string Id, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Data, byte[] Text)
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">It breaks the grammar.</exception>
    public static SyslogMessage Parse(ReadOnlySpan<byte> octets)
    {
        var rest = octets;
        Demand(rest[0] == '<', "PRI");
        var end = rest.IndexOf((byte)'>');
        Demand(end is 2 or 3 or 4, "PRIVAL");
        var priority = int.Parse(rest[1..end], NumberStyles.None, CultureInfo.InvariantCulture);
        Demand(priority <= 191, "PRIVAL");
        rest = rest[(end + 1)..];
        Demand(Word(ref rest, 3) == "1", "VERSION");
        var time = Word(ref rest, 32);
        var (host, application, process, id) = (Word(ref rest, 255), Word(ref rest, 48), Word(ref rest, 128), Word(ref rest, 32));
        var data = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        if (rest[0] == '-')
        {
            rest = rest[1..];
        }
        else
        {
            Demand(rest[0] == '[', "STRUCTURED-DATA");
            while (!rest.IsEmpty && rest[0] == '[')
            {
                rest = rest[1..];
                var name = Name(ref rest);
                var fields = new Dictionary<string, string>();
                while (rest[0] == ' ')
                {
                    rest = rest[1..];
                    var field = Name(ref rest);
                    Demand(rest[0] == '=' && rest[1] == '"', "SD-PARAM");
                    rest = rest[2..];
                    fields[field] = Value(ref rest);
                }

                Demand(rest[0] == ']', "SD-ELEMENT");
                rest = rest[1..];
                Demand(data.TryAdd(name, fields), "SD-ID twice (section 6.3.2)");
            }
        }

        Demand(rest.IsEmpty || rest[0] == ' ', "MSG");
        return new SyslogMessage(
            priority / 8, priority % 8, time == "-" ? null : DateTimeOffset.Parse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), host, application, process, id, data,
            rest.IsEmpty ? [] : rest[1..].ToArray());
    }

    /// <summary>The text without its byte order mark.</summary>
    public string Sentence => s_strict.GetString(Text.AsSpan().StartsWith((byte[])[0xEF, 0xBB, 0xBF]) ? Text.AsSpan(3) : Text);

    private static string Word(ref ReadOnlySpan<byte> rest, int most)
    {
        var end = rest.IndexOf((byte)' ');
        Demand(end >= 1 && end <= most, "a word of the header");
        foreach (var octet in rest[..end])
        {
            Demand(octet is >= 33 and <= 126, "PRINTUSASCII");
        }

        var word = Encoding.ASCII.GetString(rest[..end]);
        rest = rest[(end + 1)..];
        return word;
    }

    private static string Name(ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOfAny("= ]\""u8);
        Demand(end is >= 1 and <= 32, "SD-NAME");
        var name = Encoding.ASCII.GetString(rest[..end]);
        Demand(name.All(c => c is > ' ' and < '\x7f'), "SD-NAME");
        rest = rest[end..];
        return name;
    }

    /// <summary>Section 6.3.3: '"', '\' and ']' must be escaped.</summary>
    private static string Value(ref ReadOnlySpan<byte> rest)
    {
        var value = new List<byte>();
        while (rest[0] != '"')
        {
            Demand(rest[0] != ']', "a ']' that is not escaped");
            if (rest[0] == '\\' && rest[1] is (byte)'"' or (byte)'\\' or (byte)']')
            {
                rest = rest[1..];
            }

            value.Add(rest[0]);
            rest = rest[1..];
        }

        rest = rest[1..];
        return s_strict.GetString([.. value]);
    }

    private static void Demand(bool isSo, string what)
    {
        if (!isSo)
        {
            throw new FormatException(what);
        }
    }
}
