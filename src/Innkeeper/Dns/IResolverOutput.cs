namespace Innkeeper.Dns;

/// <summary>What the resolver wants done. None of it calls back into the resolver.</summary>
internal interface IResolverOutput
{
    /// <summary>Room for an answer, at least 65,535 octets; the same, with what stands in it, until <see cref="EndAnswer"/>.</summary>
    Span<byte> BeginAnswer();

    /// <summary>The answer stands in the first <paramref name="length"/> octets of that room: to be sent.</summary>
    void EndAnswer(in DnsClient asker, int length);

    /// <summary>Sends a query to its server over a new socket from an unpredictable port (RFC 5452), or a stream.</summary>
    /// <returns>False if that cannot be done now.</returns>
    bool TrySend(UpstreamQuery exchange, ReadOnlySpan<byte> query);

    /// <summary>No answer is wanted any more.</summary>
    void Close(UpstreamQuery exchange);
}
