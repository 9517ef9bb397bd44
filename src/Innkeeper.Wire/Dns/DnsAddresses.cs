namespace Innkeeper.Wire.Dns;

/// <summary>The IPv4 addresses that an answer gives to the name it was asked about.</summary>
public static class DnsAddresses
{
    // As many as BIND follows; a longer chain is a mistake.
    private const int MaxAliases = 16;

    /// <summary>
    /// Copies the addresses at the end of the chain of CNAME records (RFC 1034 section 3.6.2). Records of other names do not count, wherever they are in the message.
    /// </summary>
    /// <param name="message">A response with one question. A truncated one has no addresses that can be relied on, and none are copied.</param>
    /// <param name="addresses">Room for as many as are of interest.</param>
    /// <param name="seconds">The lifetime of the answer: the shortest of the chain and of the addresses copied; 0 without any.</param>
    /// <returns>How many were copied.</returns>
    public static int Copy(DnsMessage message, Span<Ipv4Address> addresses, out uint seconds)
    {
        seconds = 0;
        if (!message.IsResponse || message.IsTruncated || message.ResponseCode != DnsResponseCode.NoError || !message.TryGetQuestion(out var question))
        {
            return 0;
        }

        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        question.Name.CopyTo(name);
        var length = question.Name.Length;
        var (count, aliases, least) = (0, 0, uint.MaxValue);

        // Servers put a chain in its order, so the first walk mostly sees it whole; another follows only after a step.
        for (var stepped = true; stepped && count == 0;)
        {
            stepped = false;
            foreach (var record in message.Records)
            {
                if (record.Section != DnsSection.Answer || count == addresses.Length)
                {
                    break;
                }

                if (record.Class != DnsClass.In || record.Type is not (DnsType.A or DnsType.Cname) || !record.IsOwnedBy(name[..length]))
                {
                    continue;
                }

                if (record.Type == DnsType.A)
                {
                    if (record.DataLength == Ipv4Address.Size)
                    {
                        addresses[count++] = Ipv4Address.Read(record.Data);
                        least = Math.Min(least, record.Lifetime);
                    }
                }
                else if (count == 0)
                {
                    if (++aliases > MaxAliases || !record.TryCopyDataName(name, out length))
                    {
                        return 0;
                    }

                    least = Math.Min(least, record.Lifetime);
                    stepped = true;
                }
            }
        }

        seconds = count > 0 ? least : 0;
        return count;
    }
}
