using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The gateway that each claimed address uses, as far as its packets show, bound or not yet. Bounded: the oldest go first.</summary>
internal sealed class GatewayInferences(int capacity, Registry registry)
{
    private readonly BoundedMap<ClaimedAddress, GatewayInference> _inferences = new(capacity);

    public GatewayInference? Find(ClaimedAddress claim) => _inferences.TryGet(claim, out var inference) ? inference : null;

    /// <summary>A new one begins with the proven gateway of another address of the same device.</summary>
    public GatewayInference Of(ClaimedAddress claim)
    {
        if (Find(claim) is { } known)
        {
            return known;
        }

        var gateway = registry.GatewayOf(claim.Station);
        var inference = gateway == Ipv4Address.Any ? new GatewayInference(claim.Address) : GatewayInference.Inherited(claim.Address, gateway);
        Put(claim, inference);
        return inference;
    }

    public void Put(ClaimedAddress claim, GatewayInference inference) => _inferences.Put(claim, inference);
}
