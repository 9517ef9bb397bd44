using Innkeeper.Dns;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>What a client of <see cref="ResolverHarness"/> got.</summary>
internal sealed record ReceivedAnswer(DnsClient Client, byte[] Octets, TimeSpan At)
{
    public ushort Id => Message.Id;

    public DnsResponseCode Code => Message.ResponseCode;

    public DnsBits Flags => Message.Flags;

    public bool HasEdns => Message.HasEdns;

    public bool DnssecOk => Message.TryGetEdns(out var edns) && edns.DnssecOk;

    public bool IsTruncated => Message.IsTruncated;

    /// <summary>The question's name, as spelled.</summary>
    public string Name => Message.TryGetQuestion(out var question) ? DnsName.Format(question.Name) : "";

    /// <summary>The times to live of all records but OPT, in their order.</summary>
    public uint[] Ttls => All(r => r.Type == DnsType.Opt ? null : (uint?)r.Ttl);

    /// <summary>The types of all records but OPT, in their order.</summary>
    public DnsType[] Types => All(r => r.Type == DnsType.Opt ? null : (DnsType?)r.Type);

    public Ipv4Address[] Addresses => All(r => r.Type == DnsType.A && r.Section == DnsSection.Answer ? (Ipv4Address?)Ipv4Address.Read(r.Data) : null);

    /// <summary>The data of the first record.</summary>
    public byte[] Data
    {
        get
        {
            var records = Message.Records;
            return records.MoveNext() ? records.Current.Data.ToArray() : [];
        }
    }

    private delegate T? Pick<T>(DnsRecord record)
        where T : struct;

    private DnsMessage Message => DnsMessage.TryParse(Octets, out var message) ? message : throw new InvalidOperationException("No message.");

    public int Count(DnsSection section) => Message.Count(section);

    private T[] All<T>(Pick<T> pick)
        where T : struct
    {
        var found = new List<T>();
        foreach (var record in Message.Records)
        {
            if (pick(record) is { } value)
            {
                found.Add(value);
            }
        }

        return [.. found];
    }
}

/// <summary>A way to a client, of which only the kind matters here.</summary>
internal sealed class QueryPath(bool isStream, bool isOutside) : IAnswerPath
{
    public static readonly QueryPath Datagrams = new(false, false);
    public static readonly QueryPath Stream = new(true, false);
    public static readonly QueryPath Outside = new(false, true);

    public bool IsStream => isStream;

    public bool IsOutside => isOutside;

    public void Send(in DnsClient client, ReadOnlySpan<byte> message) => throw new NotSupportedException("The harness takes answers by itself.");
}
