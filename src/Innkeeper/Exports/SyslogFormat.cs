using System.Buffers;
using System.Globalization;
using System.Text;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Exports;

/// <summary>The parts that are the same in every message of a gateway.</summary>
/// <param name="Host">The machine's name.</param>
/// <param name="Process">The process's number.</param>
internal sealed record SyslogSender(string Host, int Process);

/// <summary>Messages of the syslog protocol (RFC 5424). No I/O, clock or log.</summary>
/// <param name="isCounted">Each begins with its length, for a stream (RFC 6587 section 3.4.1, RFC 5425 section 4.3).</param>
/// <param name="most">Octets of a message without its length, 480 or more (RFC 5424 section 6.1); a longer one is cut.</param>
internal sealed class SyslogFormat(SyslogSender sender, bool isCounted, int most) : IExportFormat
{
    /// <summary>RFC 5424 section 6.1: every receiver should accept this much.</summary>
    public const int MostInStream = 2048;

    /// <summary>RFC 5426 section 3.2: no fragments. The smallest MTU of usual links and tunnels.</summary>
    public const int MostInDatagram = 1200;

    /// <summary>
    /// Names of structured data that IANA does not assign have an enterprise number after them (RFC 5424 section 7.2.2). This project has none; RFC 5612
    /// sets this one aside for examples, and no product's.
    /// </summary>
    public const string DataName = "innkeeper@32473";

    /// <summary>RFC 5424 section 7.3.1: the number goes up to this, and begins again at 1.</summary>
    private const long MostSequence = 2147483647;

    /// <summary>Octets of the text that long parameters leave.</summary>
    private const int Reserve = 100;

    private const int MostName = 255;
    private const int MostMessageId = 32;

    /// <summary>RFC 5424 section 6.2.1, table 1.</summary>
    private const int Daemon = 3;
    private const int Authorization = 10;
    private const int LogAudit = 13;

    /// <summary>RFC 5424 section 6.2.1, table 2.</summary>
    private const int Error = 3;
    private const int Warning = 4;
    private const int Notice = 5;
    private const int Informational = 6;

    /// <summary>RFC 5424 section 6.4: a text that is UTF-8 and not ASCII begins with this.</summary>
    private static readonly byte[] s_byteOrderMark = [0xEF, 0xBB, 0xBF];

    private readonly string _host = Printable(sender.Host, MostName);

    /// <inheritdoc/>
    public void Begin()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<ExportPacket> PacketsOf(IReadOnlyList<SpooledRecord> records, DateTimeOffset now)
    {
        foreach (var spooled in records)
        {
            if (spooled.Record is { } record)
            {
                yield return new ExportPacket(Encode(record), 1, spooled.Number);
            }
        }
    }

    public byte[] Encode(ExportRecord record)
    {
        var message = new ArrayBufferWriter<byte>(256);
        Write(message, Header(record));
        WriteData(message, record);
        WriteText(message, SafeText.OneLine(record.Text ?? SentenceOf(record)));
        var octets = message.WrittenSpan;
        if (!isCounted)
        {
            return octets.ToArray();
        }

        // RFC 6587 section 3.4.1: MSG-LEN SP SYSLOG-MSG.
        var counted = new ArrayBufferWriter<byte>(octets.Length + 6);
        Write(counted, $"{octets.Length.ToString(CultureInfo.InvariantCulture)} ");
        counted.Write(octets);
        return counted.WrittenSpan.ToArray();
    }

    /// <summary>RFC 5424 section 6.2: PRI VERSION SP TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP.</summary>
    private string Header(ExportRecord record)
    {
        var (facility, severity) = record.Type switch
        {
            ExportRecord.Audit => (LogAudit, Notice),
            ExportRecord.Mapping => (Authorization, Informational),
            _ => (Daemon, record.Severity switch { EventSeverity.Error => Error, EventSeverity.Warning => Warning, _ => Informational }),
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<{(facility * 8) + severity}>1 {record.Time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {_host} innkeeper {sender.Process} {Printable(record.Type == ExportRecord.Mapping ? $"{record.Type}-{record.Kind}" : record.Kind, MostMessageId)} ");
    }

    /// <summary>Parameters that have no room are left out, so that the structured data is whole whatever is cut.</summary>
    private void WriteData(ArrayBufferWriter<byte> message, ExportRecord record)
    {
        // RFC 5424 section 7.3.1.
        Write(message, string.Create(CultureInfo.InvariantCulture, $"[meta sequenceId=\"{((record.Number - 1) % MostSequence) + 1}\"][{DataName}"));
        foreach (var (name, value) in FieldsOf(record))
        {
            var parameter = string.IsNullOrEmpty(value) ? "" : $" {name}=\"{Escape(value)}\"";
            if (message.WrittenCount + Encoding.UTF8.GetByteCount(parameter) + Reserve <= most)
            {
                Write(message, parameter);
            }
        }

        Write(message, "]");
    }

    private static IEnumerable<(string Name, string? Value)> FieldsOf(ExportRecord record) =>
    [
        ("type", record.Type), ("kind", record.Kind), ("mac", record.Mac), ("vlan", Number(record.Vlan)), ("address", record.Address), ("outside", record.Outside), ("firstPort", Number(record.FirstPort)),
        ("lastPort", Number(record.LastPort)), ("protocol", Number(record.Protocol)), ("gateway", record.Gateway), ("actor", record.Actor), ("from", record.From), ("subject", record.Subject),
        ("before", record.Before?.GetRawText()), ("after", record.After?.GetRawText()),
    ];

    private static string? Number(int? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static string SentenceOf(ExportRecord record)
    {
        var ports = record.FirstPort is not { } first ? "" : first == record.LastPort ? $" port {first}" : $" ports {first}-{record.LastPort}";
        return record.Type != ExportRecord.Mapping ? "" : $"{record.Mac ?? "unknown device"} {(record.IsBegin ? "has" : "no longer has")} {record.Outside}{ports}";
    }

    /// <summary>RFC 5424 section 6.3.3: UTF-8, where '"', '\' and ']' are escaped. Control characters become spaces, as section 8.2 advises.</summary>
    internal static string Escape(string value) =>
        SafeText.OneLine(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("]", "\\]", StringComparison.Ordinal);

    /// <summary>PRINTUSASCII of RFC 5424 section 6; "-" for nothing.</summary>
    private static string Printable(string text, int most)
    {
        var printable = string.Concat(text.Select(c => c is > ' ' and < '\x7f' ? c : '?').Take(most));
        return printable.Length == 0 ? "-" : printable;
    }

    /// <summary>RFC 5424 section 6.4; section 6.1: a text that is cut is still valid UTF-8.</summary>
    private void WriteText(ArrayBufferWriter<byte> message, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        Write(message, " ");
        if (!Ascii.IsValid(text))
        {
            message.Write(s_byteOrderMark);
        }

        var octets = Encoding.UTF8.GetBytes(text);
        var end = Math.Min(octets.Length, most - message.WrittenCount);
        while (end < octets.Length && end > 0 && (octets[end] & 0xC0) == 0x80)
        {
            end--;
        }

        message.Write(octets.AsSpan(0, end));
    }

    private static void Write(ArrayBufferWriter<byte> message, string text) => Encoding.UTF8.GetBytes(text, message);
}
