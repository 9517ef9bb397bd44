using Innkeeper.Configuration;

namespace Innkeeper.Dns;

/// <summary>The resolver's settings.</summary>
/// <param name="Servers">Servers to ask, in the order of preference while nothing is known about them.</param>
/// <param name="CacheSize">Octets that the cache may use, about.</param>
/// <param name="RefusePrivate">Empties answers with private addresses for public names.</param>
/// <param name="MissesPerSecond">New questions that one device may put to servers each second, with a burst of the same; 0: any number.</param>
/// <param name="Garden">The names that held devices may reach; null: none.</param>
internal sealed record ResolverSettings(IReadOnlyList<UpstreamAddress> Servers, long CacheSize, bool RefusePrivate, int MissesPerSecond, GardenNames? Garden = null);
