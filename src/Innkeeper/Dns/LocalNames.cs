using System.Collections.Immutable;
using System.Net;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>
/// Names that are answered here: those of [dns.hosts], and the zone in which every device has a name for its
/// outside address. No I/O, clock or log. The names of devices are looked up at each query, so they are never out of date.
/// </summary>
/// <param name="hosts">Addresses by name; names that differ in case only are one.</param>
/// <param name="zone">The zone of the devices' names; empty: there is none.</param>
/// <param name="find">The outside addresses of the device with a name (one label, small letters); none: there is no such device.</param>
/// <param name="nameOf">The label that the administrator gave the device with an outside address; null: none.</param>
/// <param name="privateZones">Null: the servers above answer for private addresses.</param>
internal sealed class LocalNames(
    IReadOnlyDictionary<string, ImmutableArray<IPAddress>> hosts, string zone, Func<string, IReadOnlyList<Ipv4Address>> find, Func<Ipv4Address, string?> nameOf, PrivateZones? privateZones = null)
{
    /// <summary>RFC 1035 section 2.3.4.</summary>
    private const int MaxLabel = 63;

    private readonly Dictionary<byte[], ImmutableArray<IPAddress>> _hosts =
        hosts.GroupBy(h => Fold(DnsName.Parse(h.Key)), ByteArrayComparer.Instance)
            .ToDictionary(g => g.Key, g => g.SelectMany(h => h.Value).Distinct().ToImmutableArray(), ByteArrayComparer.Instance);

    private readonly byte[] _zone = zone == "" ? [] : Fold(DnsName.Parse(zone));
    private readonly byte[] _mailbox = zone == "" ? [] : DnsName.Parse($"hostmaster.{zone}");

    /// <summary>Answers a question for a local name.</summary>
    /// <returns>False when the name is not local.</returns>
    public bool TryAnswer(in DnsClient client, in DnsQuery query, AnswerWriter answers)
    {
        if (_hosts.Count == 0 && _zone.Length == 0 && privateZones is null)
        {
            return false;
        }

        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        var asked = query.Question.Name;
        asked.CopyTo(name);
        name = name[..asked.Length];
        DnsName.FoldCase(name);
        if (_hosts.Count > 0 && _hosts.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var addresses))
        {
            Answer(client, query, answers, addresses);
            return true;
        }

        if (_zone.Length == 0 || !DnsName.IsAtOrBelow(name, _zone))
        {
            return TryAnswerReverse(client, query, answers, name) || privateZones?.TryAnswer(client, query, answers, name) == true;
        }

        AnswerFromZone(client, query, answers, name);
        return true;
    }

    /// <summary>The name that the administrator gave the device with an outside address; it comes before an answer of the servers above.</summary>
    private bool TryAnswerReverse(in DnsClient client, in DnsQuery query, AnswerWriter answers, ReadOnlySpan<byte> name)
    {
        if (_zone.Length == 0 || query.Question.Type is not (DnsType.Ptr or DnsType.Any) || PrivateZones.AddressOf(name, out _) is not { } address || nameOf(address) is not { } label)
        {
            return false;
        }

        var writer = answers.Begin(query, DnsResponseCode.NoError, DnsBits.RecursionAvailable | DnsBits.AuthoritativeAnswer);
        _ = writer.TryAddPtr(DnsSection.Answer, query.Question.Name, AnswerWriter.LocalTtl, DnsName.Parse($"{label}.{zone}"));
        answers.End(client, query.Style, ref writer);
        return true;
    }

    private static byte[] Fold(byte[] name)
    {
        DnsName.FoldCase(name);
        return name;
    }

    private static void Answer(in DnsClient client, in DnsQuery query, AnswerWriter answers, ImmutableArray<IPAddress> addresses)
    {
        var writer = answers.Begin(query, DnsResponseCode.NoError, DnsBits.RecursionAvailable | DnsBits.AuthoritativeAnswer);
        foreach (var address in addresses)
        {
            var octets = address.GetAddressBytes();
            if (octets.Length == Ipv4Address.Size && query.Question.Type is DnsType.A or DnsType.Any)
            {
                _ = writer.TryAddA(DnsSection.Answer, query.Question.Name, AnswerWriter.LocalTtl, Ipv4Address.Read(octets));
            }
            else if (octets.Length == 16 && query.Question.Type is DnsType.Aaaa or DnsType.Any)
            {
                _ = writer.TryAddAaaa(DnsSection.Answer, query.Question.Name, AnswerWriter.LocalTtl, octets);
            }
        }

        answers.End(client, query.Style, ref writer);
    }

    private void AnswerFromZone(in DnsClient client, in DnsQuery query, AnswerWriter answers, ReadOnlySpan<byte> name)
    {
        var isApex = name.Length == _zone.Length;
        var legal = isApex ? [] : Find(name);
        var exists = isApex || legal.Count > 0;
        var writer = answers.Begin(
            query, exists ? DnsResponseCode.NoError : DnsResponseCode.NameError, DnsBits.RecursionAvailable | DnsBits.AuthoritativeAnswer);
        var answered = false;
        if (query.Question.Type is DnsType.A or DnsType.Any)
        {
            foreach (var address in legal)
            {
                answered |= writer.TryAddA(DnsSection.Answer, query.Question.Name, AnswerWriter.LocalTtl, address);
            }
        }

        if (!answered)
        {
            // RFC 2308 section 3: the zone's SOA, so that the answer may be cached; at the apex it may be the record asked for.
            var section = isApex && query.Question.Type is DnsType.Soa or DnsType.Any ? DnsSection.Answer : DnsSection.Authority;
            _ = writer.TryAddSoa(section, _zone, AnswerWriter.LocalTtl, _zone, _mailbox, new DnsSoaTimes(1, 3600, 600, 86400, 5));
        }

        answers.End(client, query.Style, ref writer);
    }

    private IReadOnlyList<Ipv4Address> Find(ReadOnlySpan<byte> name)
    {
        int length = name[0];
        if (length > MaxLabel || name.Length != 1 + length + _zone.Length)
        {
            return [];
        }

        Span<char> label = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            label[i] = (char)name[1 + i];
        }

        return find(new string(label));
    }
}
