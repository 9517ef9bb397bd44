using Innkeeper.Wire;

namespace Innkeeper.Dhcp;

/// <summary>Detects other DHCP servers on the access side by their messages. No I/O, clock or log.</summary>
internal sealed class RogueServerDetector
{
    /// <summary>A server that has been silent for this long, although asked, is gone.</summary>
    public static readonly TimeSpan ForgetTime = TimeSpan.FromMinutes(10);

    /// <summary>How often to ask whether there is one: two questions within a minute, as one may be lost.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(25);

    private const int MaxServers = 64;

    private readonly Dictionary<(Ipv4Address Server, MacAddress Mac), TimeSpan> _heard = [];

    /// <summary>When to ask next; at once at first.</summary>
    public TimeSpan NextProbe { get; private set; }

    public void Probed(TimeSpan now) => NextProbe = now + ProbeInterval;

    /// <summary>A message of another server arrived.</summary>
    /// <returns>Whether the server was unknown until now.</returns>
    public bool Heard(Ipv4Address server, MacAddress mac, TimeSpan now)
    {
        Forget(now);
        var isNews = !_heard.ContainsKey((server, mac));
        if (isNews && _heard.Count >= MaxServers)
        {
            return false;
        }

        _heard[(server, mac)] = now;
        return isNews;
    }

    public bool IsAlone(TimeSpan now)
    {
        Forget(now);
        return _heard.Count == 0;
    }

    private void Forget(TimeSpan now)
    {
        foreach (var (key, last) in _heard)
        {
            if (now - last >= ForgetTime)
            {
                _heard.Remove(key);
            }
        }
    }
}
