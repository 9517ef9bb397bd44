using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>
/// Infers which gateway a device uses, from the targets of its ARP requests and the MACs it then sends to: a packet for a
/// destination that it never asked for went to its gateway's MAC. Without such a packet there are guesses, so that even the
/// first ping of a gateway is answered: a lone target numbered as gateways are, or one that is pinged and that no host
/// outside answers for. No I/O, clock or log.
/// </summary>
internal sealed class GatewayInference(Ipv4Address claimed)
{
    /// <summary>A host outside that exists has answered an echo by then.</summary>
    public static readonly TimeSpan AnswerTime = TimeSpan.FromMilliseconds(300);

    private const int MaxAsked = 8;

    private readonly List<Ipv4Address> _asked = new(2);
    private readonly List<Ipv4Address> _answering = new(0);
    private (Ipv4Address Target, TimeSpan Since) _pinged;
    private bool _inherited;

    /// <summary>0.0.0.0 while unknown.</summary>
    public Ipv4Address Gateway { get; private set; }

    /// <summary>A packet proved it; before that it is a guess.</summary>
    public bool IsProven { get; private set; }

    /// <summary>Starts from what was known before a restart.</summary>
    public static GatewayInference Known(Ipv4Address claimed, Ipv4Address gateway, bool proven) =>
        new(claimed) { Gateway = gateway, IsProven = proven };

    /// <summary>
    /// Starts from the proven gateway of another address of the same device, which asks only once for both. Its own ARP may correct that.
    /// </summary>
    public static GatewayInference Inherited(Ipv4Address claimed, Ipv4Address gateway) =>
        new(claimed) { Gateway = gateway, IsProven = true, _inherited = true };

    /// <summary>The device asked for <paramref name="target"/> and was answered.</summary>
    /// <returns>Whether the inferred gateway changed.</returns>
    public bool OnArpRequest(Ipv4Address target)
    {
        _asked.Remove(target);
        Keep(_asked, target);
        if (_inherited)
        {
            _inherited = false;
            if (target != Gateway)
            {
                IsProven = false;
                return Forget();
            }
        }

        // A device that asks for far targets itself (mask /0) has no gateway that could be inferred.
        return !IsProven && Gateway != Ipv4Address.Any && target != Gateway && !new Ipv4Network(claimed, 24).Contains(target) && Forget();
    }

    /// <summary>The device sent a packet by way of this gateway.</summary>
    /// <returns>Whether the inferred gateway changed.</returns>
    public bool OnPacket(Ipv4Address destination, bool isEcho, TimeSpan now)
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

        if (_answering.Contains(destination))
        {
            return false;
        }

        if (_asked.Count == 1 && (byte)destination.Value is 1 or 254)
        {
            Gateway = destination;
        }
        else if (isEcho && _pinged.Target != destination)
        {
            _pinged = (destination, now);
        }
        else if (isEcho && now - _pinged.Since >= AnswerTime)
        {
            Gateway = destination;
        }

        return Gateway != before;
    }

    /// <summary>A host outside answered as <paramref name="source"/>: it is real, and not the device's gateway.</summary>
    /// <returns>Whether the inferred gateway changed.</returns>
    public bool OnAnswered(Ipv4Address source)
    {
        if (_asked.Contains(source) && !_answering.Contains(source))
        {
            Keep(_answering, source);
        }

        return !IsProven && Gateway == source && Gateway != Ipv4Address.Any && Forget();
    }

    private bool Forget()
    {
        Gateway = Ipv4Address.Any;
        return true;
    }

    private static void Keep(List<Ipv4Address> list, Ipv4Address address)
    {
        if (list.Count == MaxAsked)
        {
            list.RemoveAt(0);
        }

        list.Add(address);
    }
}
