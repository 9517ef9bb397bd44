using System.Collections.Concurrent;
using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>Which servers each device asks, believing them to answer. Written by the DNS thread, read by any.</summary>
internal sealed class ObservedDnsServers
{
    /// <summary>More than any system is set up with.</summary>
    private const int MaxServers = 8;

    private readonly ConcurrentDictionary<Ipv4Address, ImmutableArray<Ipv4Address>> _servers = [];

    /// <param name="device">The inside address.</param>
    /// <param name="server">Whom it asked.</param>
    public void Note(Ipv4Address device, Ipv4Address server)
    {
        var known = _servers.GetValueOrDefault(device, []);
        if (known.Length < MaxServers && !known.Contains(server))
        {
            _servers[device] = known.Add(server);
        }
    }

    public ImmutableArray<Ipv4Address> Of(Ipv4Address device) => _servers.GetValueOrDefault(device, []);

    /// <summary>The inside address is another device's from now on, or nobody's.</summary>
    public void Forget(Ipv4Address device) => _servers.TryRemove(device, out _);
}
