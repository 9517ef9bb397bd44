using Innkeeper.Arp;
using Innkeeper.Bindings;

namespace Innkeeper.ControlPlane;

/// <summary>What each claim's ARP told of its gateway, bound or not yet. Bounded: the oldest go first.</summary>
internal sealed class GatewayInferences(int capacity)
{
    private readonly BoundedMap<ClaimedAddress, GatewayInference> _beliefs = new(capacity);

    public GatewayInference? Find(ClaimedAddress claim) => _beliefs.TryGet(claim, out var belief) ? belief : null;

    public void Put(ClaimedAddress claim, GatewayInference belief) => _beliefs.Put(claim, belief);
}
