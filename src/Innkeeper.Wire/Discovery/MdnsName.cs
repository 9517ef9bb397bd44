using System.Globalization;
using System.Text;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Wire.Discovery;

/// <summary>The name that a host gives itself in a multicast DNS response (RFC 6762).</summary>
public static class MdnsName
{
    /// <summary>The UDP port of all hosts, as source too (RFC 6762 section 6).</summary>
    public const ushort UdpPort = 5353;

    private const int SrvFixedSize = 6;

    /// <summary>
    /// The host's name: the owner of its A record, or the name that its address leads back to, or the target of a service of its (RFC 6763 section 5).
    /// </summary>
    /// <param name="message">A DNS message.</param>
    /// <param name="host">The sender's address: a responder may speak for others too.</param>
    /// <returns>In presentation form without ".local"; null: the message has none.</returns>
    public static string? Find(ReadOnlySpan<byte> message, Ipv4Address host)
    {
        if (!DnsMessage.TryParse(message, out var parsed) || !parsed.IsResponse)
        {
            return null;
        }

        Span<byte> reverse = stackalloc byte[DnsName.MaxSize];
        reverse = reverse[..WriteReverse(reverse, host)];
        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        string? service = null;
        foreach (var record in parsed.Records)
        {
            switch (record.Type)
            {
                case DnsType.A when record.DataLength == Ipv4Address.Size && Ipv4Address.Read(record.Data) == host && record.TryCopyOwner(name, out var length):
                    return TextOf(name[..length]);
                case DnsType.Ptr when record.IsOwnedBy(reverse) && record.TryCopyDataName(name, out var length):
                    return TextOf(name[..length]);

                // Without an address beside it, the target is most likely the sender.
                case DnsType.Srv when record.DataLength > SrvFixedSize && record.TrySkipDataName(record.DataOffset + SrvFixedSize, out var end) && end == record.EndOffset
                    && DnsName.TryDecompress(parsed.Octets, record.DataOffset + SrvFixedSize, name, out var length):
                    service ??= TextOf(name[..length]);
                    break;
            }
        }

        return service;
    }

    /// <summary>Writes the name that an address leads back by, in wire form (RFC 1035 section 3.5).</summary>
    /// <returns>Octets written.</returns>
    internal static int WriteReverse(Span<byte> wire, Ipv4Address address)
    {
        var value = address.Value;
        var text = string.Create(CultureInfo.InvariantCulture, $"{(byte)value}.{(byte)(value >> 8)}.{(byte)(value >> 16)}.{value >> 24}.in-addr.arpa");
        DnsName.TryParse(text, wire, out var length);
        return length;
    }

    /// <summary>The host's label in ".local" (RFC 6762 section 3); of another name all of it. Labels are UTF-8 there (section 16).</summary>
    private static string? TextOf(ReadOnlySpan<byte> wire)
    {
        if (wire[0] == 0)
        {
            return null;
        }

        var rest = wire[(1 + wire[0])..];
        return DnsName.Equals(rest, "\u0005local\0"u8) ? Encoding.UTF8.GetString(wire.Slice(1, wire[0])) : DnsName.Format(wire).TrimEnd('.');
    }
}
