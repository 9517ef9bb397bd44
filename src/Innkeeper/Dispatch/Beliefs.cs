using Innkeeper.Devices;

namespace Innkeeper.Dispatch;

/// <summary>What each claim's ARP told of its gateway, bound or not yet. Bounded: the oldest go first.</summary>
internal sealed class Beliefs(int capacity)
{
    private readonly Dictionary<Claim, GatewayBelief> _beliefs = [];
    private readonly Queue<Claim> _order = new();

    public GatewayBelief? Find(Claim claim) => _beliefs.GetValueOrDefault(claim);

    public void Put(Claim claim, GatewayBelief belief)
    {
        if (!_beliefs.ContainsKey(claim))
        {
            if (_beliefs.Count >= capacity)
            {
                _beliefs.Remove(_order.Dequeue());
            }

            _order.Enqueue(claim);
        }

        _beliefs[claim] = belief;
    }
}
