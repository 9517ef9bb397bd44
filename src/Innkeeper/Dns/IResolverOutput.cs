namespace Innkeeper.Dns;

/// <summary>The actions of the resolver. None of them calls back into the resolver.</summary>
internal interface IResolverOutput
{
    /// <summary>Room for an answer, at least 65,535 octets; the same memory, with its content, until <see cref="EndAnswer"/>.</summary>
    Span<byte> BeginAnswer();

    /// <summary>The answer is in the first <paramref name="length"/> octets of that room: send it.</summary>
    void EndAnswer(in DnsClient client, int length);

    /// <summary>Sends a query to its server over a new socket from an unpredictable port (RFC 5452), or a stream.</summary>
    /// <returns>False if that cannot be done now.</returns>
    bool TrySend(UpstreamQuery exchange, ReadOnlySpan<byte> query);

    /// <summary>The query's answer is not needed any more.</summary>
    void Close(UpstreamQuery exchange);
}
