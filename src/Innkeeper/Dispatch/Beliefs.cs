using Innkeeper.Arp;
using Innkeeper.Devices;

namespace Innkeeper.Dispatch;

/// <summary>What each claim's ARP told of its gateway, bound or not yet. Bounded: the oldest go first.</summary>
internal sealed class Beliefs(int capacity)
{
    private readonly BoundedMap<Claim, GatewayBelief> _beliefs = new(capacity);

    public GatewayBelief? Find(Claim claim) => _beliefs.TryGet(claim, out var belief) ? belief : null;

    public void Put(Claim claim, GatewayBelief belief) => _beliefs.Put(claim, belief);
}
