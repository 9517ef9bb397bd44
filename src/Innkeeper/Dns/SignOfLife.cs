using System.Net;
using System.Net.Sockets;

namespace Innkeeper.Dns;

/// <summary>Where the data plane learns whether devices' queries are answered here, and who is asked while they are not.</summary>
internal interface IDnsWatch
{
    /// <param name="until">Queries are answered here until then, on the clock that counts from the machine's start; zero: they are not.</param>
    /// <param name="fallback">The IPv4 resolver that gets devices' queries while they are not; null: they go to the server that the device asks.</param>
    void Set(TimeSpan until, IPEndPoint? fallback);
}

/// <summary>
/// The DNS service's sign of life, given by the thread that answers. If it stops coming, because the process stopped, was killed or hangs, the
/// data plane has devices' queries answered without this process (bpf/dns_away.h).
/// </summary>
/// <param name="configured">[dns] fallback; null: the best of the servers that are asked anyway and that the data plane can reach.</param>
internal sealed class SignOfLife(IDnsWatch watch, IPEndPoint? configured)
{
    /// <summary>How often it is given.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>How long it is worth: a client that repeats its query a second after a kill gets an answer.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromSeconds(1);

    /// <summary>How long a successor may take to give its first: queries wait in the sockets that it inherits, and connections stay whole.</summary>
    public static readonly TimeSpan HandoverValidity = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private bool _isOver;
    private IPEndPoint? _fallback;

    /// <summary>When the next one is to be given.</summary>
    public TimeSpan Due { get; private set; }

    /// <summary>Gives one if it is time to, or if another server is the best now: the process may be killed before the next one is due.</summary>
    /// <param name="servers">The servers that are asked, with what is known of their health.</param>
    public void Give(TimeSpan now, IReadOnlyList<Upstream> servers)
    {
        var fallback = configured ?? Best(servers);
        if (now < Due && Equals(fallback, _fallback))
        {
            return;
        }

        Due = now + Interval;
        lock (_lock)
        {
            if (!_isOver)
            {
                _fallback = fallback;
                watch.Set(now + Validity, fallback);
            }
        }
    }

    /// <summary>The service stops: the data plane need not wait until it notices. Any thread may call it.</summary>
    public void End()
    {
        lock (_lock)
        {
            _isOver = true;
            watch.Set(TimeSpan.Zero, _fallback);
        }
    }

    /// <summary>The last one of this process, whose successor is about to start. Any thread may call it.</summary>
    public void HandOver(TimeSpan now)
    {
        lock (_lock)
        {
            _isOver = true;
            watch.Set(now + HandoverValidity, _fallback);
        }
    }

    /// <summary>
    /// One that answers is better than one that has not been asked yet, and that one better than a dead one. Plain DNS by IPv4 only, as that is
    /// what devices speak; an address of this host's own leads devices nowhere.
    /// </summary>
    private static IPEndPoint? Best(IReadOnlyList<Upstream> servers)
    {
        Upstream? best = null;
        foreach (var server in servers)
        {
            if (server.Address is { TlsName: null, EndPoint: { AddressFamily: AddressFamily.InterNetwork, Address: var address } } && !IPAddress.IsLoopback(address)
                && (best is null || RankOf(server) < RankOf(best)))
            {
                best = server;
            }
        }

        return best?.Address.EndPoint;
    }

    private static int RankOf(Upstream server) => server.IsDead ? 2 : server.Latency == TimeSpan.Zero ? 1 : 0;
}
