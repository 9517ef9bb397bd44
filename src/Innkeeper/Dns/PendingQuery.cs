using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>Who asked: where the answer goes to, and as whom it goes there.</summary>
/// <param name="Path">The socket or connection that the question came by.</param>
/// <param name="Address">The inside address that stands for the device and the address it claims.</param>
/// <param name="Port">Its port.</param>
/// <param name="Asked">The server it asked: the answer's source.</param>
internal readonly record struct DnsClient(IAnswerPath Path, Ipv4Address Address, ushort Port, Ipv4Address Asked);

/// <summary>What answers go by.</summary>
internal interface IAnswerPath
{
    /// <summary>Takes answers of any length.</summary>
    bool IsStream { get; }

    /// <summary>Its askers are hosts of the uplink: only local names are answered.</summary>
    bool IsOutside { get; }

    /// <summary>Takes one answer; it may be lost, as the network may lose it. Called by the DNS thread only.</summary>
    void Send(in DnsClient asker, ReadOnlySpan<byte> message);
}

/// <summary>One who waits for an answer.</summary>
/// <param name="Name">The question's name as this asker spelled it.</param>
internal readonly record struct Waiter(DnsClient DnsClient, AnswerStyle Style, byte[] Name);

/// <summary>One query to one server, over a socket of its own.</summary>
internal sealed class UpstreamQuery(PendingQuery question, Upstream upstream, ushort id, TimeSpan sent, bool isStream, bool withEdns)
{
    public PendingQuery Question => question;

    public Upstream Upstream => upstream;

    public ushort Id => id;

    public TimeSpan Sent => sent;

    /// <summary>By TCP or TLS.</summary>
    public bool IsStream => isStream;

    public bool WithEdns => withEdns;

    /// <summary>It counts as unanswered already; an answer that comes all the same is welcome.</summary>
    public bool IsLate { get; set; }

    /// <summary>The transport's own number for it.</summary>
    public int Handle { get; set; } = -1;
}

/// <summary>A question that servers are being asked, for all who have asked it.</summary>
internal sealed class PendingQuery(byte[] key, byte[] question, bool dnssecOk, bool checkingDisabled, TimeSpan begun)
{
    /// <summary>More than a crowd that reloads one page; the rest ask again.</summary>
    public const int MaxWaiters = 256;

    public byte[] Key => key;

    /// <summary>Name, type and class as sent.</summary>
    public byte[] Question => question;

    public bool DnssecOk => dnssecOk;

    public bool CheckingDisabled => checkingDisabled;

    public TimeSpan Begun => begun;

    public List<Waiter> Waiters { get; } = new(1);

    public List<UpstreamQuery> Exchanges { get; } = new(1);

    /// <summary>Servers that were asked in this round, or have failed.</summary>
    public List<Upstream> Tried { get; } = new(1);

    /// <summary>When something is to be done if nothing comes.</summary>
    public TimeSpan Due { get; set; }

    public bool IsDone { get; set; }

    /// <summary>Nobody waits for it: it is to show whether a dead server answers again.</summary>
    public bool IsTrial { get; init; }
}
