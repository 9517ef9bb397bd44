namespace Innkeeper.Wire.Dns;

/// <content>The records that a gateway makes itself, all of the Internet class unless said otherwise.</content>
public ref partial struct DnsWriter
{
    /// <summary>The most octets of a character string: its length has one octet (RFC 1035 section 3.3).</summary>
    public const int MaxStringSize = 255;

    private const int Ipv6Size = 16;

    /// <summary>Adds an A record (RFC 1035 section 3.4.1).</summary>
    public bool TryAddA(DnsSection section, ReadOnlySpan<byte> owner, uint ttl, Ipv4Address address)
    {
        if (!TryStart(section, owner, DnsType.A, DnsClass.In, ttl, Ipv4Address.Size, out var data))
        {
            return false;
        }

        address.Write(data);
        return true;
    }

    /// <summary>Adds an AAAA record (RFC 3596 section 2.2).</summary>
    /// <param name="address">16 octets in network order.</param>
    /// <exception cref="ArgumentException">It has another length.</exception>
    public bool TryAddAaaa(DnsSection section, ReadOnlySpan<byte> owner, uint ttl, ReadOnlySpan<byte> address) =>
        address.Length == Ipv6Size
            ? TryAddRecord(section, owner, DnsType.Aaaa, DnsClass.In, ttl, address)
            : throw new ArgumentException("An IPv6 address has 16 octets.", nameof(address));

    /// <summary>Adds a CNAME record (RFC 1035 section 3.3.1).</summary>
    /// <param name="target">The real name, in wire form.</param>
    public bool TryAddCname(DnsSection section, ReadOnlySpan<byte> owner, uint ttl, ReadOnlySpan<byte> target) =>
        TryAddName(section, owner, DnsType.Cname, ttl, target);

    /// <summary>Adds a PTR record (RFC 1035 section 3.3.12).</summary>
    /// <param name="target">The name that the address has, in wire form.</param>
    public bool TryAddPtr(DnsSection section, ReadOnlySpan<byte> owner, uint ttl, ReadOnlySpan<byte> target) =>
        TryAddName(section, owner, DnsType.Ptr, ttl, target);

    /// <summary>Adds an SOA record (RFC 1035 section 3.3.13).</summary>
    /// <param name="primary">MNAME: the primary server, in wire form.</param>
    /// <param name="mailbox">RNAME: the mailbox of the zone's administrator, in wire form.</param>
    public bool TryAddSoa(
        DnsSection section, ReadOnlySpan<byte> owner, uint ttl, ReadOnlySpan<byte> primary, ReadOnlySpan<byte> mailbox, DnsSoaTimes times)
    {
        RequireWireForm(primary);
        RequireWireForm(mailbox);
        var length = primary.Length + mailbox.Length + DnsSoaTimes.Size;
        if (!TryStart(section, owner, DnsType.Soa, DnsClass.In, ttl, length, out var data))
        {
            return false;
        }

        primary.CopyTo(data);
        mailbox.CopyTo(data[primary.Length..]);
        times.Write(data[^DnsSoaTimes.Size..]);
        return true;
    }

    /// <summary>Adds a TXT record (RFC 1035 section 3.3.14), with as many strings as the text needs.</summary>
    /// <param name="class"><see cref="DnsClass.Chaos"/> where a server tells about itself.</param>
    /// <param name="text">Any octets; none make one empty string.</param>
    public bool TryAddTxt(DnsSection section, ReadOnlySpan<byte> owner, DnsClass @class, uint ttl, ReadOnlySpan<byte> text)
    {
        var strings = Math.Max(1, (text.Length + MaxStringSize - 1) / MaxStringSize);
        if (!TryStart(section, owner, DnsType.Txt, @class, ttl, text.Length + strings, out var data))
        {
            return false;
        }

        for (; strings > 0; strings--)
        {
            var part = text[..Math.Min(MaxStringSize, text.Length)];
            data = data[WriteString(data, part)..];
            text = text[part.Length..];
        }

        return true;
    }

    /// <summary>Adds an HINFO record (RFC 1035 section 3.3.2), with which a question for any type is answered (RFC 8482 section 4.2).</summary>
    /// <param name="cpu">At most 255 octets; "RFC8482" in that answer.</param>
    /// <param name="os">At most 255 octets; empty in that answer.</param>
    /// <exception cref="ArgumentException">A string is too long.</exception>
    public bool TryAddHinfo(DnsSection section, ReadOnlySpan<byte> owner, uint ttl, ReadOnlySpan<byte> cpu, ReadOnlySpan<byte> os)
    {
        if (cpu.Length > MaxStringSize || os.Length > MaxStringSize)
        {
            throw new ArgumentException("A character string has at most 255 octets.");
        }

        if (!TryStart(section, owner, DnsType.Hinfo, DnsClass.In, ttl, 2 + cpu.Length + os.Length, out var data))
        {
            return false;
        }

        WriteString(data[WriteString(data, cpu)..], os);
        return true;
    }

    private bool TryAddName(DnsSection section, ReadOnlySpan<byte> owner, DnsType type, uint ttl, ReadOnlySpan<byte> target)
    {
        RequireWireForm(target);
        return TryAddRecord(section, owner, type, DnsClass.In, ttl, target);
    }

    private static int WriteString(Span<byte> buffer, ReadOnlySpan<byte> text)
    {
        buffer[0] = (byte)text.Length;
        text.CopyTo(buffer[1..]);
        return 1 + text.Length;
    }
}
