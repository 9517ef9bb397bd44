using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>A client and its query: the answer's destination and source.</summary>
/// <param name="Path">The socket or connection that the question came by.</param>
/// <param name="Address">The inside address of the device's binding.</param>
/// <param name="Port">Its port.</param>
/// <param name="Asked">The server it asked: the answer's source.</param>
internal readonly record struct DnsClient(IAnswerPath Path, Ipv4Address Address, ushort Port, Ipv4Address Asked);

/// <summary>A path for answers.</summary>
internal interface IAnswerPath
{
    /// <summary>Takes answers of any length.</summary>
    bool IsStream { get; }

    /// <summary>Its clients are hosts of the uplink: only local names are answered.</summary>
    bool IsOutside { get; }

    /// <summary>Accepts one answer, which may be lost, as on any network. Called by the DNS thread only.</summary>
    void Send(in DnsClient client, ReadOnlySpan<byte> message);
}

/// <summary>A client that waits for an answer.</summary>
/// <param name="Name">The question's name as this client spelled it.</param>
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

    /// <summary>It counts as unanswered already; a late answer is still accepted.</summary>
    public bool IsLate { get; set; }

    /// <summary>The transport's own number for it.</summary>
    public int Handle { get; set; } = -1;
}

/// <summary>A question that servers are being asked, with all clients that asked it.</summary>
internal sealed class PendingQuery(byte[] key, byte[] question, bool dnssecOk, bool checkingDisabled, TimeSpan started)
{
    /// <summary>More than a crowd that reloads one page; the other clients ask again.</summary>
    public const int MaxWaiters = 256;

    public byte[] Key => key;

    /// <summary>Name, type and class as sent.</summary>
    public byte[] Question => question;

    public bool DnssecOk => dnssecOk;

    public bool CheckingDisabled => checkingDisabled;

    public TimeSpan Started => started;

    public List<Waiter> Waiters { get; } = new(1);

    public List<UpstreamQuery> Exchanges { get; } = new(1);

    /// <summary>Servers that were asked in this round, or have failed.</summary>
    public List<Upstream> Tried { get; } = new(1);

    /// <summary>When to act if no answer arrives.</summary>
    public TimeSpan Due { get; set; }

    public bool IsDone { get; set; }

    /// <summary>The device that asked first, which has a place for it; null: a trial's.</summary>
    public DnsAsker? Owner { get; init; }

    /// <summary>No client waits for it: it tests whether a dead server answers again.</summary>
    public bool IsTrial { get; init; }
}
