using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>Fits an answer to the client that asked: with its ID and spelling, its EDNS, and no longer than it accepts.</summary>
internal sealed class AnswerWriter(IResolverOutput output, Action<DnsCounter> count)
{
    /// <summary>How long a client may keep an answer of the local zone, which may change with every device that comes.</summary>
    public const uint LocalTtl = 60;

    /// <summary>RFC 8767 section 5.</summary>
    private const uint StaleTtl = 30;

    /// <summary>RFC 8482 section 4.2 leaves the time open: long enough that a client that asks for ANY does not ask again.</summary>
    private const uint AnyTtl = 3600;

    /// <summary>The flags of the query that its answer repeats (RFC 1035 section 4.1.1, RFC 4035 section 3.2.2).</summary>
    private const DnsBits Copied = DnsBits.RecursionDesired | DnsBits.CheckingDisabled;

    /// <summary>A cached answer, or one that just arrived.</summary>
    public void Kept(in DnsClient client, AnswerStyle style, ReadOnlySpan<byte> name, CachedAnswer kept, TimeSpan now, bool isNew = false)
    {
        var buffer = output.BeginAnswer();
        kept.Message.CopyTo(buffer);
        if (!DnsEditor.TryOpen(buffer, kept.Message.Length, out var editor))
        {
            // A name that its sender let begin within a time to live broke when that was capped (DnsEditor). A key begins with the question.
            Failure(client, style, kept.Key.AsSpan(..^1), name);
            return;
        }

        editor.SetId(style.Id);
        editor.SetFlags(Copied | DnsBits.AuthoritativeAnswer | DnsBits.Truncated, false);
        editor.SetFlags((style.Flags & Copied) | DnsBits.Response | DnsBits.RecursionAvailable, true);
        if (!style.DnssecOk && (style.Flags & DnsBits.AuthenticData) == 0)
        {
            // RFC 6840 section 5.8: AD is set only for clients that asked for it.
            editor.SetFlags(DnsBits.AuthenticData, false);
        }

        if (!isNew && !kept.IsFresh(now))
        {
            editor.AgeTtls(int.MaxValue);
            editor.RaiseTtls(StaleTtl);
        }
        else if (!isNew)
        {
            editor.AgeTtls((uint)(now - kept.Stored).TotalSeconds);
        }

        editor.TrySetQuestionCase(name);
        Finish(client, style, ref editor);
    }

    /// <summary>HINFO "RFC8482": a small answer to a question that is mostly asked to make a large one (RFC 8482 section 4.2).</summary>
    public void Any(in DnsClient client, in DnsQuery query)
    {
        var writer = Begin(query, DnsResponseCode.NoError, DnsBits.RecursionAvailable);
        _ = writer.TryAddHinfo(DnsSection.Answer, query.Question.Name, AnyTtl, "RFC8482"u8, []);
        End(client, query.Style, ref writer);
    }

    /// <summary>SERVFAIL: no server could be asked, or none answered.</summary>
    public void Failure(in DnsClient client, AnswerStyle style, ReadOnlySpan<byte> question, ReadOnlySpan<byte> name) =>
        Bare(client, style, question, name, DnsResponseCode.ServerFailure);

    /// <summary>The name exists, without such records.</summary>
    public void Empty(in DnsClient client, AnswerStyle style, ReadOnlySpan<byte> question, ReadOnlySpan<byte> name) =>
        Bare(client, style, question, name, DnsResponseCode.NoError);

    /// <summary>The answer to an invalid query, or to one that is not served. It repeats the valid parts of the query.</summary>
    public void Refuse(in DnsClient client, DnsHeader header, in DnsQuery query, DnsResponseCode code)
    {
        var flags = DnsBits.Response | DnsBits.RecursionAvailable | (header.Flags & Copied);
        _ = DnsWriter.TryBegin(output.BeginAnswer(), new DnsHeader(header.Id, flags, header.Opcode, code), out var writer);
        if (query.Question.Octets.Length > 0)
        {
            _ = writer.TryAddQuestion(query.Question.Name, query.Question.Type, query.Question.Class);
            if (query.HasEdns)
            {
                _ = writer.TryAddEdns(DnsQuery.MaxUdpSize, query.DnssecOk, []);
            }
        }

        output.EndAnswer(client, writer.Length);
    }

    /// <summary>Begins an answer without a server.</summary>
    public DnsWriter Begin(in DnsQuery query, DnsResponseCode code, DnsBits flags)
    {
        _ = DnsWriter.TryBegin(
            output.BeginAnswer(), new DnsHeader(query.Header.Id, flags | DnsBits.Response | (query.Header.Flags & Copied), DnsOpcode.Query, code), out var writer);
        _ = writer.TryAddQuestion(query.Question.Name, query.Question.Type, query.Question.Class);
        return writer;
    }

    public void End(in DnsClient client, AnswerStyle style, ref DnsWriter writer)
    {
        if (style.HasEdns)
        {
            _ = writer.TryAddEdns(DnsQuery.MaxUdpSize, style.DnssecOk, []);
        }

        if (!client.Path.IsStream && writer.Length > style.UdpSize)
        {
            _ = DnsEditor.TryOpen(output.BeginAnswer(), writer.Length, out var editor);
            End(client, style, ref editor);
            return;
        }

        output.EndAnswer(client, writer.Length);
    }

    private void Bare(in DnsClient client, AnswerStyle style, ReadOnlySpan<byte> question, ReadOnlySpan<byte> name, DnsResponseCode code)
    {
        var flags = DnsBits.Response | DnsBits.RecursionAvailable | (style.Flags & Copied);
        _ = DnsWriter.TryBegin(output.BeginAnswer(), new DnsHeader(style.Id, flags, DnsOpcode.Query, code), out var writer);
        _ = writer.TryAddQuestion(name, (DnsType)System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(question[^4..]), DnsClass.In);
        End(client, style, ref writer);
    }

    private void Finish(in DnsClient client, AnswerStyle style, ref DnsEditor editor)
    {
        if (style.HasEdns)
        {
            editor.TrySetEdns(DnsQuery.MaxUdpSize, style.DnssecOk, []);
        }
        else
        {
            editor.RemoveEdns();
        }

        End(client, style, ref editor);
    }

    private void End(in DnsClient client, AnswerStyle style, ref DnsEditor editor)
    {
        if (!client.Path.IsStream && editor.Length > style.UdpSize)
        {
            count(DnsCounter.AnswersTruncated);
            editor.Truncate();
        }

        output.EndAnswer(client, editor.Length);
    }
}
