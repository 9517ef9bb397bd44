using System.Buffers.Binary;
using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Exports;

/// <summary>
/// Messages of IPFIX (RFC 7011) with NAT events (RFC 8158): the begin and end of a device's use of an outside address, or of a block of its ports. No I/O,
/// clock or log; one thread at a time.
/// </summary>
/// <param name="refresh">How often templates are sent again; null: once, when a connection begins (RFC 7011 section 10.4.2: TCP).</param>
/// <param name="most">Octets of a message.</param>
internal sealed class IpfixFormat(TemplateRefresh? refresh, int most) : IExportFormat
{
    /// <summary>RFC 7011 section 10.3.3: no fragments.</summary>
    public const int MostInDatagram = 1200;

    /// <summary>Less than the 65535 that the header's length can say.</summary>
    public const int MostInStream = 16384;

    /// <summary>RFC 7011 section 3.1.</summary>
    private const ushort Version = 10;
    private const int HeaderSize = 16;
    private const uint Domain = 1;

    /// <summary>RFC 7011 section 3.3.2: set 2 has templates; data sets have their template's number, from 256.</summary>
    private const ushort TemplateSet = 2;
    private const int SetHeaderSize = 4;
    private const ushort AddressTemplate = 256;
    private const ushort BlockTemplate = 257;

    /// <summary>natEvent (RFC 8158 section 4.3).</summary>
    private const byte BindingCreate = 14;
    private const byte BindingDelete = 15;
    private const byte BlockAllocation = 16;
    private const byte BlockDeallocation = 17;

    // RFC 8158 section 4.6: what address bindings and port blocks must have, and by which MAC and VLAN the device is known.
    private static readonly Element s_time = new(323, 8);
    private static readonly Element s_natEvent = new(230, 1);
    private static readonly Element s_source = new(8, 4);
    private static readonly Element s_outside = new(225, 4);
    private static readonly Element s_firstPort = new(361, 2);
    private static readonly Element s_lastPort = new(362, 2);
    private static readonly Element s_protocol = new(4, 1);
    private static readonly Element s_mac = new(56, 6);
    private static readonly Element s_vlan = new(58, 2);

    private static readonly ImmutableArray<Element> s_address = [s_time, s_natEvent, s_source, s_outside, s_mac, s_vlan];
    private static readonly ImmutableArray<Element> s_block = [s_time, s_natEvent, s_source, s_outside, s_firstPort, s_lastPort, s_protocol, s_mac, s_vlan];

    private static readonly byte[] s_templates = SetOf(TemplateSet, [.. TemplateOf(AddressTemplate, s_address), .. TemplateOf(BlockTemplate, s_block)]);

    private uint _sequence;
    private bool _isTemplateDue = true;
    private int _messages;
    private DateTimeOffset _sent;

    /// <inheritdoc/>
    public void Begin() => (_sequence, _isTemplateDue) = (0, true);

    /// <inheritdoc/>
    public IEnumerable<ExportPacket> PacketsOf(IReadOnlyList<SpooledRecord> records, DateTimeOffset now)
    {
        var message = new List<(ushort Template, byte[] Data)>();
        var (size, last) = (0, 0L);
        foreach (var spooled in records)
        {
            if (spooled.Record is not { Type: ExportRecord.Mapping } record || DataOf(record) is not { } data)
            {
                continue;
            }

            if (message.Count == 0)
            {
                _isTemplateDue |= refresh is not null && (_messages >= refresh.Messages || (now - _sent).Duration() >= refresh.Time);
                size = HeaderSize + (_isTemplateDue ? s_templates.Length : 0);
            }

            var needed = data.Data.Length + (message.Count > 0 && message[^1].Template == data.Template ? 0 : SetHeaderSize);
            if (size + needed > most && message.Count > 0)
            {
                yield return Finish(message, last, now);
                size = HeaderSize;
                needed = data.Data.Length + SetHeaderSize;
            }

            message.Add(data);
            size += needed;
            last = spooled.Number;
        }

        if (message.Count > 0)
        {
            yield return Finish(message, last, now);
        }
    }

    private ExportPacket Finish(List<(ushort Template, byte[] Data)> records, long last, DateTimeOffset now)
    {
        var body = new List<byte>(_isTemplateDue ? s_templates : []);
        (_messages, _sent) = _isTemplateDue ? (1, now) : (_messages + 1, _sent);
        _isTemplateDue = false;
        for (var first = 0; first < records.Count;)
        {
            var end = first;
            while (end < records.Count && records[end].Template == records[first].Template)
            {
                end++;
            }

            body.AddRange(SetOf(records[first].Template, [.. records[first..end].SelectMany(r => r.Data)]));
            first = end;
        }

        var octets = new byte[HeaderSize + body.Count];
        BinaryPrimitives.WriteUInt16BigEndian(octets, Version);
        BinaryPrimitives.WriteUInt16BigEndian(octets.AsSpan(2), (ushort)octets.Length);
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(4), (uint)now.ToUnixTimeSeconds());

        // Of the message's first data record; templates do not count.
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(8), _sequence);
        BinaryPrimitives.WriteUInt32BigEndian(octets.AsSpan(12), Domain);
        body.CopyTo(octets, HeaderSize);
        var packet = new ExportPacket(octets, records.Count, last);
        _sequence += (uint)records.Count;
        records.Clear();
        return packet;
    }

    /// <returns>Null: the record has no outside address that IPFIX could carry.</returns>
    private static (ushort Template, byte[] Data)? DataOf(ExportRecord record)
    {
        if (!Ipv4Address.TryParse(record.Outside, out var outside))
        {
            return null;
        }

        var isBlock = record.FirstPort is not null;
        var data = new byte[(isBlock ? s_block : s_address).Sum(e => e.Length)];
        var rest = data.AsSpan();
        BinaryPrimitives.WriteUInt64BigEndian(Take(ref rest, s_time), (ulong)Math.Max(0, record.Time.ToUnixTimeMilliseconds()));
        Take(ref rest, s_natEvent)[0] = (isBlock, record.IsBegin) switch
        {
            (true, true) => BlockAllocation,
            (true, false) => BlockDeallocation,
            (false, true) => BindingCreate,
            (false, false) => BindingDelete,
        };
        BinaryPrimitives.WriteUInt32BigEndian(Take(ref rest, s_source), Ipv4Address.TryParse(record.Address, out var own) ? own.Value : 0);
        BinaryPrimitives.WriteUInt32BigEndian(Take(ref rest, s_outside), outside.Value);
        if (isBlock)
        {
            BinaryPrimitives.WriteUInt16BigEndian(Take(ref rest, s_firstPort), record.FirstPort!.Value);
            BinaryPrimitives.WriteUInt16BigEndian(Take(ref rest, s_lastPort), record.LastPort ?? record.FirstPort.Value);
            Take(ref rest, s_protocol)[0] = record.Protocol ?? 0;
        }

        (MacAddress.TryParse(record.Mac, out var mac) ? mac : MacAddress.Zero).Write(Take(ref rest, s_mac));
        BinaryPrimitives.WriteUInt16BigEndian(Take(ref rest, s_vlan), record.Vlan ?? 0);
        return (isBlock ? BlockTemplate : AddressTemplate, data);
    }

    private static Span<byte> Take(ref Span<byte> rest, Element element)
    {
        var field = rest[..element.Length];
        rest = rest[element.Length..];
        return field;
    }

    /// <summary>RFC 7011 section 3.4.1.</summary>
    private static byte[] TemplateOf(ushort number, ImmutableArray<Element> elements) =>
        [.. BigEndian(number), .. BigEndian((ushort)elements.Length), .. elements.SelectMany(e => (byte[])[.. BigEndian(e.Number), .. BigEndian(e.Length)])];

    /// <summary>RFC 7011 section 3.3.</summary>
    private static byte[] SetOf(ushort number, byte[] content) => [.. BigEndian(number), .. BigEndian((ushort)(content.Length + SetHeaderSize)), .. content];

    private static byte[] BigEndian(ushort number) => [(byte)(number >> 8), (byte)number];

    /// <summary>An information element of IANA's registry.</summary>
    private readonly record struct Element(ushort Number, ushort Length);
}

/// <summary>When templates are sent again over UDP (RFC 7011 section 8.1): a collector that was started later, or lost a datagram, waits no longer.</summary>
internal sealed record TemplateRefresh(int Messages, TimeSpan Time)
{
    public static readonly TemplateRefresh Usual = new(20, TimeSpan.FromMinutes(1));
}
