using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Wire.Dns;

/// <summary>Gives octets to the DNS parser, reads every member of what comes out, and makes every edit.</summary>
internal static class AnyDns
{
    /// <returns>Whether the octets were taken for a message.</returns>
    public static bool Walk(ReadOnlySpan<byte> octets)
    {
        _ = DnsHeader.TryParse(octets, out _);
        ReadNames(octets[..Math.Min(octets.Length, 200)]);
        if (!DnsMessage.TryParse(octets, out var message))
        {
            return false;
        }

        Assert.Equal(message.Length, Read(message));
        Edit(message.Octets, 0);
        Edit(message.Octets, 40);
        return true;
    }

    private static void ReadNames(ReadOnlySpan<byte> octets)
    {
        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        for (var offset = 0; offset <= octets.Length; offset++)
        {
            var isName = DnsName.TryDecompress(octets, offset, name, out var length);
            Assert.Equal(isName, DnsName.TrySkip(octets, offset, out var end));
            Assert.Equal(isName, DnsName.IsWireForm(name[..length]) && DnsName.Equals(octets, offset, name[..length]));
            Assert.Equal(isName, end > offset);
        }
    }

    // Where the last record ends.
    private static int Read(DnsMessage message)
    {
        _ = (message.Id, message.Flags, message.Opcode, message.IsResponse, message.IsAuthoritative, message.IsTruncated);
        _ = (message.RecursionDesired, message.RecursionAvailable, message.AuthenticData, message.CheckingDisabled, message.ResponseCode);
        _ = (DnsCaching.Classify(message), DnsCaching.TryGetMinimumTtl(message, out _), DnsCaching.TryGetNegativeTtl(message, out _));
        var end = message.Length;
        if (message.TryGetQuestion(out var question))
        {
            Assert.True(DnsName.IsWireForm(question.Name));
            _ = (question.Type, question.Class, DnsName.Format(question.Name), question.Octets.Length);
        }

        Span<byte> name = stackalloc byte[DnsName.MaxSize];
        var count = 0;
        foreach (var record in message.Records)
        {
            count++;
            Assert.True(record.TryCopyOwner(name, out var length));
            Assert.True(DnsName.IsWireForm(name[..length]));
            Assert.True(record.IsOwnedBy(name[..length]));
            _ = (record.Type, record.Class, record.Ttl, record.Lifetime, record.Data.Length, DnsName.Format(name[..length]));
            _ = (record.TryCopyDataName(name, out _), DnsSoaTimes.TryRead(record, out _));
            end = record.EndOffset;
        }

        Assert.Equal(message.Count(DnsSection.Answer) + message.Count(DnsSection.Authority) + message.Count(DnsSection.Additional), count);
        if (message.TryGetEdns(out var edns))
        {
            _ = (edns.UdpPayloadSize, edns.Version, edns.DnssecOk, edns.ExtendedCode, edns.HasWellFormedOptions, edns.TryFindOption(10, out _));
            Assert.Equal(edns.Octets.Length, DnsEdns.Size + edns.Options.Length);
        }

        return end;
    }

    private static void Edit(ReadOnlySpan<byte> octets, int room)
    {
        byte[] buffer = [.. octets, .. new byte[room]];
        Assert.True(DnsEditor.TryOpen(buffer, octets.Length, out var editor));
        editor.SetId(7);
        editor.SetFlags(DnsBits.RecursionAvailable, true);
        if (DnsMessage.TryParse(octets, out var message) && message.TryGetQuestion(out var question))
        {
            Span<byte> name = stackalloc byte[DnsName.MaxSize];
            question.Name.CopyTo(name);
            name = name[..question.Name.Length];
            DnsName.FoldCase(name);
            Assert.True(editor.TrySetQuestionCase(name));
        }

        Assert.True(editor.TrySetEdns(1232, true, []) || room == 0);
        Assert.True(DnsMessage.TryParse(editor.Message, out var edited));
        Assert.Equal(editor.Length, edited.Length);

        // Names may begin in a time to live, so after these only the parts are walked.
        editor.CapTtls(86400);
        editor.AgeTtls(10);
        editor.RemoveEdns();
        editor.Truncate();
        Assert.True(DnsMessage.TryParse(editor.Message, out edited));
        Assert.True(edited.IsTruncated);
        Assert.Equal(editor.Length, edited.Length);
    }
}
