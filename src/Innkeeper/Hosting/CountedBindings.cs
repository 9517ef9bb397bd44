using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Ipv6;

namespace Innkeeper.Hosting;

/// <summary>The bindings of both families with their counters: limits and charts must miss none. Any thread.</summary>
/// <param name="control">Asked for IPv6 bindings; it need not be there yet.</param>
/// <param name="ipv6">Null: IPv6 is not carried.</param>
internal sealed class CountedBindings(BindingIndex bindings, IBindingMap map, Func<ControlCore?> control, IIpv6BindingMap? ipv6)
{
    public IEnumerable<ICountedBinding> All => bindings.All.Values.Concat<ICountedBinding>(Ipv6);

    public IEnumerable<Ipv6Binding> Ipv6 => control()?.Ipv6?.Bindings.All.Values ?? [];

    /// <summary>Those of IPv6 by their stations.</summary>
    public ImmutableDictionary<Station, ImmutableArray<Ipv6Binding>> Ipv6ByStation => control()?.Ipv6?.Bindings.ByStation ?? Ipv6Bindings.NoStations;

    /// <summary>The traffic so far: one system call.</summary>
    public Traffic TrafficOf(uint counter) =>
        (counter & ICountedBinding.Ipv6) == 0 ? map.TrafficOf(counter) : ipv6?.TrafficOf(counter & ~ICountedBinding.Ipv6) ?? default;
}
