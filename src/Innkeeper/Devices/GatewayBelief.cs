using Innkeeper.Wire;

namespace Innkeeper.Devices;

/// <summary>
/// Which gateway a device believes in, concluded from whom it asks for by ARP and whom it then sends to: a packet for a
/// destination that it never asked for went to its gateway's MAC. Pure.
/// </summary>
internal sealed class GatewayBelief(Ipv4Address claimed)
{
    private const int MaxAsked = 8;

    private readonly List<Ipv4Address> _asked = new(2);

    /// <summary>0.0.0.0 while nothing can be said.</summary>
    public Ipv4Address Gateway { get; private set; }

    /// <summary>A packet proved it. Before, it is the likely one: the only target asked for, near by or numbered as gateways are.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Starts from what was known before a restart.</summary>
    public static GatewayBelief Known(Ipv4Address claimed, Ipv4Address gateway, bool proven) =>
        new(claimed) { Gateway = gateway, IsProven = proven };

    /// <summary>The device asked for <paramref name="target"/> and was answered.</summary>
    /// <returns>Whether the belief changed.</returns>
    public bool Asked(Ipv4Address target)
    {
        _asked.Remove(target);
        if (_asked.Count == MaxAsked)
        {
            _asked.RemoveAt(0);
        }

        _asked.Add(target);

        // Who asks for far targets itself (mask /0) has no gateway that we know of.
        if (!IsProven && Gateway != Ipv4Address.Any && target != Gateway && !IsNear(target))
        {
            Gateway = Ipv4Address.Any;
            return true;
        }

        return false;
    }

    /// <summary>The device sent a packet by way of us.</summary>
    /// <returns>Whether the belief changed.</returns>
    public bool Sent(Ipv4Address destination)
    {
        if (IsProven || _asked.Count == 0)
        {
            return false;
        }

        var before = Gateway;
        if (!_asked.Contains(destination))
        {
            Gateway = _asked[^1];
            IsProven = true;
            return true;
        }

        if (_asked.Count == 1 && (IsNear(destination) || (byte)destination.Value is 1 or 254))
        {
            Gateway = destination;
        }

        return Gateway != before;
    }

    private bool IsNear(Ipv4Address address) => new Ipv4Network(claimed, 24).Contains(address);
}
