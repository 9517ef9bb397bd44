namespace Innkeeper.Wire.Dns;

/// <summary>How long, and as what, a response may be cached (RFC 2181 sections 5.2 and 8, RFC 2308).</summary>
public static class DnsCaching
{
    // As many as BIND follows; a longer chain is a mistake, and its cost would be the product of chain and message.
    private const int MaxAliases = 16;

    /// <summary>The shortest lifetime among all records, OPT apart: the message as a whole is valid for this time.</summary>
    /// <param name="seconds">0 to 2147483647.</param>
    /// <returns>False if there is no record to go by.</returns>
    public static bool TryGetMinimumTtl(DnsMessage message, out uint seconds)
    {
        seconds = uint.MaxValue;
        foreach (var record in message.Records)
        {
            if (record.Type != DnsType.Opt)
            {
                seconds = Math.Min(seconds, record.Lifetime);
            }
        }

        var found = seconds != uint.MaxValue;
        seconds = found ? seconds : 0;
        return found;
    }

    /// <summary>
    /// How long a negative answer may be kept: the smaller of the SOA record's own time to live and its MINIMUM (RFC 2308 section 5).
    /// </summary>
    /// <param name="seconds">0 to 2147483647.</param>
    /// <returns>False if the authority section has no SOA record that can be read: then the answer is not to be kept.</returns>
    public static bool TryGetNegativeTtl(DnsMessage message, out uint seconds)
    {
        seconds = 0;
        foreach (var record in message.Records)
        {
            if (record.Section == DnsSection.Authority && DnsSoaTimes.TryRead(record, out var times))
            {
                // MINIMUM is a time to live like others (RFC 2308 section 4), so RFC 2181 section 8 holds for it.
                seconds = times.Minimum > int.MaxValue ? 0 : Math.Min(record.Lifetime, times.Minimum);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether the response denies the name or the data.</summary>
    public static bool IsNegative(DnsMessage message) => Classify(message) is DnsAnswerKind.NameError or DnsAnswerKind.NoData;

    /// <summary>Classifies a response to a question, at the end of the chain of CNAME records if there is one.</summary>
    public static DnsAnswerKind Classify(DnsMessage message)
    {
        if (!message.IsResponse || message.Opcode != DnsOpcode.Query || message.IsTruncated || !message.TryGetQuestion(out var question))
        {
            return DnsAnswerKind.Unusable;
        }

        return message.ResponseCode switch
        {
            // RFC 6604 section 3: with a chain of aliases the code is about its end.
            DnsResponseCode.NameError => DnsAnswerKind.NameError,
            DnsResponseCode.NoError => ClassifyChain(message, question),
            _ => DnsAnswerKind.Unusable,
        };
    }

    private static DnsAnswerKind ClassifyChain(DnsMessage message, DnsQuestion question)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        question.Name.CopyTo(name);
        var length = question.Name.Length;
        var aliases = 0;

        // Servers put a chain in its order, so the first walk mostly sees it whole; another follows only after a step.
        for (var stepped = true; stepped;)
        {
            stepped = false;
            foreach (var record in message.Records)
            {
                if (record.Section != DnsSection.Answer)
                {
                    break;
                }

                var isWanted = record.Type == question.Type || question.Type == DnsType.Any;
                if ((!isWanted && record.Type != DnsType.Cname) || record.Class != question.Class || !record.IsOwnedBy(name[..length]))
                {
                    continue;
                }

                if (isWanted)
                {
                    return DnsAnswerKind.Positive;
                }

                if (++aliases > MaxAliases || !record.TryCopyDataName(name, out length))
                {
                    return DnsAnswerKind.Unusable;
                }

                stepped = true;
            }
        }

        return IsReferral(message) ? DnsAnswerKind.Referral : DnsAnswerKind.NoData;
    }

    // RFC 2308 section 2.2: a referral is known by its NS records, which come without SOA.
    private static bool IsReferral(DnsMessage message)
    {
        var (hasNs, hasSoa) = (false, false);
        foreach (var record in message.Records)
        {
            hasNs |= record is { Section: DnsSection.Authority, Type: DnsType.Ns };
            hasSoa |= record is { Section: DnsSection.Authority, Type: DnsType.Soa };
        }

        return hasNs && !hasSoa;
    }
}
