using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Dns;

/// <summary>A question of the gateway itself for a name's address: a client of the resolver that is no device.</summary>
internal sealed class HostQuestion : IAnswerPath
{
    private readonly TaskCompletionSource<ResolvedHost> _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<ResolvedHost> Answered => _answered.Task;

    /// <inheritdoc/>
    public bool IsStream => true;

    /// <inheritdoc/>
    public bool IsOutside => false;

    /// <summary>The query; null: the text is no name.</summary>
    public static byte[]? QueryOf(string name)
    {
        var wire = new byte[DnsName.MaxSize];
        if (!DnsName.TryParse(name, wire, out var length))
        {
            return null;
        }

        var query = new byte[DnsHeader.Size + DnsName.MaxSize + (2 * sizeof(ushort))];
        _ = DnsWriter.TryBegin(query, new DnsHeader(0, DnsBits.RecursionDesired, DnsOpcode.Query, DnsResponseCode.NoError), out var writer);
        _ = writer.TryAddQuestion(wire.AsSpan(0, length), DnsType.A, DnsClass.In);
        return query[..writer.Length];
    }

    /// <inheritdoc/>
    public void Send(in DnsClient client, ReadOnlySpan<byte> message) => _answered.TrySetResult(Read(message));

    private static ResolvedHost Read(ReadOnlySpan<byte> octets)
    {
        if (!DnsMessage.TryParse(octets, out var message))
        {
            return new ResolvedHost(null, "the answer cannot be read");
        }

        foreach (var record in message.Records)
        {
            if (record is { Section: DnsSection.Answer, Type: DnsType.A, DataLength: Ipv4Address.Size })
            {
                return new ResolvedHost(Ipv4Address.Read(record.Data));
            }
        }

        return new ResolvedHost(null, message.ResponseCode switch
        {
            DnsResponseCode.NoError => "the name has no IPv4 address",
            DnsResponseCode.NameError => "there is no such name",
            DnsResponseCode.ServerFailure => "no DNS server gave a good answer",
            DnsResponseCode.Refused => "the DNS service refuses the question",
            var code => $"DNS answers {code}",
        });
    }
}
