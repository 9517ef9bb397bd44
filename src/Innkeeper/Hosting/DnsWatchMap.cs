using System.Net;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <inheritdoc/>
internal sealed class DnsWatchMap(BpfMap<uint, DnsWatch> map) : IDnsWatch
{
    /// <inheritdoc/>
    public void Set(TimeSpan until, IPEndPoint? fallback) => map.TrySet(0, new DnsWatch
    {
        Until = (ulong)(until.Ticks * TimeSpan.NanosecondsPerTick),
        Fallback = fallback is null ? default(Ipv4Address) : Ipv4Address.Parse(fallback.Address.ToString()),
        Port = (ushort)(fallback?.Port ?? 0),
    });
}
