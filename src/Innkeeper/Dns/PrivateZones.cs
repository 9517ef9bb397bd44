using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>
/// Reverse zones of addresses that no server of the Internet has names for (RFC 6303 section 4, RFC 7793): questions are answered here, at once, with
/// the names of [dns.hosts] or with none. Such questions would tell others which addresses are in use, and servers above often do not answer them.
/// No I/O, clock or log.
/// </summary>
/// <remarks>Devices' own names are not given: they carry MACs, and a device that asks for every address would learn whom to pretend to be.</remarks>
/// <param name="hosts">Addresses by name, of [dns.hosts].</param>
internal sealed class PrivateZones(IReadOnlyDictionary<string, ImmutableArray<IPAddress>> hosts)
{
    private const string Ipv4Zone = "in-addr.arpa";
    private const int Ipv4Labels = 4;

    /// <summary>RFC 1918; RFC 7793; RFC 6303 sections 4.2 to 4.6 (this network, loopback, link-local, three documentation networks, broadcast).</summary>
    private static readonly byte[][] s_zones =
    [
        .. ((string[])
        [
            "10", .. Enumerable.Range(16, 16).Select(n => $"{n}.172"), "168.192", .. Enumerable.Range(64, 64).Select(n => $"{n}.100"),
            "0", "127", "254.169", "2.0.192", "100.51.198", "113.0.203", "255.255.255.255",
        ]).Select(z => DnsName.Parse($"{z}.{Ipv4Zone}")),
        .. ((string[])
        [
            "0." + Zeros(31), "1." + Zeros(31), "d.f", "8.e.f", "9.e.f", "a.e.f", "b.e.f", "8.b.d.0.1.0.0.2",
        ]).Select(z => DnsName.Parse($"{z}.ip6.arpa")),
    ];

    private static readonly HashSet<byte[]> s_all = new(s_zones, ByteArrayComparer.Instance);
    private static readonly byte[] s_arpa = DnsName.Parse("arpa");
    private static readonly byte[] s_inAddr = DnsName.Parse(Ipv4Zone);
    private static readonly byte[] s_mailbox = DnsName.Parse("hostmaster.invalid");

    /// <summary>RFC 6303 section 3, with a short negative TTL: devices come and go.</summary>
    private static readonly DnsSoaTimes s_times = new(1, 3600, 1200, 604800, 60);

    private readonly Dictionary<Ipv4Address, byte[]> _hosts = hosts
        .SelectMany(h => h.Value.Where(a => a.AddressFamily == AddressFamily.InterNetwork).Select(a => (Address: Ipv4Address.Read(a.GetAddressBytes()), Name: h.Key)))
        .GroupBy(h => h.Address).ToDictionary(g => g.Key, g => DnsName.Parse(g.Select(h => h.Name).Order(StringComparer.Ordinal).First()));

    /// <summary>Answers a question about a private address's name.</summary>
    /// <param name="name">The question's name, letters folded.</param>
    /// <returns>False when the name is in none of these zones, or the client is outside and the name is not known here.</returns>
    public bool TryAnswer(in DnsClient client, in DnsQuery query, AnswerWriter answers, ReadOnlySpan<byte> name)
    {
        if (!DnsName.IsAtOrBelow(name, s_arpa) || !TryFindZone(name, out var found))
        {
            return false;
        }

        var known = AddressOf(name, out var isAbove) is { } address ? _hosts.GetValueOrDefault(address) : null;
        if (client.Path.IsOutside && known is null)
        {
            return false;
        }

        var isApex = name.Length == found.Length;
        var exists = isApex || isAbove || known is not null;
        var writer = answers.Begin(query, exists ? DnsResponseCode.NoError : DnsResponseCode.NameError, DnsBits.RecursionAvailable | DnsBits.AuthoritativeAnswer);
        if (known is not null && query.Question.Type is DnsType.Ptr or DnsType.Any)
        {
            _ = writer.TryAddPtr(DnsSection.Answer, query.Question.Name, AnswerWriter.LocalTtl, known);
        }
        else
        {
            var section = isApex && query.Question.Type is DnsType.Soa or DnsType.Any ? DnsSection.Answer : DnsSection.Authority;
            _ = writer.TryAddSoa(section, found, AnswerWriter.LocalTtl, found, s_mailbox, s_times);
        }

        answers.End(client, query.Style, ref writer);
        return true;
    }

    private static string Zeros(int count) => string.Join('.', Enumerable.Repeat("0", count));

    /// <summary>Label by label from the name to the root: the first that is a zone.</summary>
    private static bool TryFindZone(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> found)
    {
        var zones = s_all.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (found = name; found[0] != 0; found = found[(1 + found[0])..])
        {
            if (zones.Contains(found))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The address of a whole reverse name; null: it is none.</summary>
    /// <param name="isAbove">The name has fewer octets than an address: names may be below it.</param>
    internal static Ipv4Address? AddressOf(ReadOnlySpan<byte> name, out bool isAbove)
    {
        isAbove = false;
        if (!DnsName.IsAtOrBelow(name, s_inAddr))
        {
            return null;
        }

        uint value = 0;
        var labels = 0;
        for (; name.Length > s_inAddr.Length; name = name[(1 + name[0])..])
        {
            var label = name.Slice(1, name[0]);
            if (labels == Ipv4Labels || label.Length > 3 || (label.Length > 1 && label[0] == '0') || !byte.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var octet))
            {
                return null;
            }

            value |= (uint)octet << (8 * labels++);
        }

        isAbove = labels < Ipv4Labels;
        return isAbove ? null : new Ipv4Address(value);
    }
}
