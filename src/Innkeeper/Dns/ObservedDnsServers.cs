using System.Collections.Concurrent;
using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>The servers that each device asks. Written by the DNS thread, read by any.</summary>
internal sealed class ObservedDnsServers
{
    /// <summary>More than any system has configured.</summary>
    private const int MaxServers = 8;

    private readonly ConcurrentDictionary<Ipv4Address, ImmutableArray<Ipv4Address>> _servers = [];

    /// <param name="device">The inside address.</param>
    /// <param name="server">The server that it asked.</param>
    public void Note(Ipv4Address device, Ipv4Address server)
    {
        var known = _servers.GetValueOrDefault(device, []);
        if (known.Length < MaxServers && !known.Contains(server))
        {
            _servers[device] = known.Add(server);
        }
    }

    public ImmutableArray<Ipv4Address> Of(Ipv4Address device) => _servers.GetValueOrDefault(device, []);

    /// <summary>The inside address belongs to another device from now on, or to none.</summary>
    public void Forget(Ipv4Address device) => _servers.TryRemove(device, out _);

    /// <summary>The inside network is another.</summary>
    public void Clear() => _servers.Clear();
}
