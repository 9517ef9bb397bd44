using System.Collections.Immutable;
using Innkeeper.DataPlane;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>The gateway's networks, from the same parts as its status.</summary>
/// <param name="otherUplinks">The names of the uplinks of other gateways, in the order of the network's state.</param>
/// <param name="drops">Reads how many packets the data plane dropped for a reason.</param>
internal sealed class NetworkQuery(
    NetworkStatus network, ImmutableArray<string> otherUplinks, AddressStatus addresses, CounterStatus counters, Func<DropReason, ulong> drops, ServiceStatus services, ProfileQueries profiles)
    : INetworkQueries
{
    private const int Schema = 1;

    public Result<NetworkReport> Get(Actor actor)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        var now = network.Now;
        InterfaceReport[] main = now.IsOneArmed ? [InterfaceOf("lan", now.Access)] : [InterfaceOf("access", now.Access), InterfaceOf("uplink", now.Uplink)];
        return new NetworkReport(
            Schema, network.Mode,
            [.. main, .. otherUplinks.Select((name, i) => now.Others[i] is { } other ? InterfaceOf("uplink", other.Interface) : new InterfaceReport("uplink", name, null, 0, "missing", []))],
            now.HasAddress ? now.UplinkAddress.ToString() : "none", now.Inside.ToString(), profiles.Gateways, addresses.Pool, addresses.Napt, services.Dns?.Upstreams ?? [], network.Peer,
            network.Firewall, PacketPath.Of(drops, counters.Counted));
    }

    private static InterfaceReport InterfaceOf(string role, LinkInfo link) =>
        new(role, link.Name, link.Mac.ToString(), link.Mtu, !link.IsUp ? "down" : link.HasCarrier ? "up" : "no-carrier", [.. link.Addresses.Select(a => a.ToString())]);
}
