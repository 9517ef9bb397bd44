using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Arp;

/// <summary>The verdict about an ARP message from the access side. Names double as counters in <c>status --json</c>.</summary>
internal enum ArpVerdict
{
    /// <summary>Answer that the target is at the access interface's MAC.</summary>
    Answer,

    /// <summary>Ask for the target on the wire first; the requester's next request finds the result.</summary>
    AskFirst,

    /// <summary>Asked already; an owner still has time to answer.</summary>
    StillAsking,

    NotARequest,
    SenderNotFrameSource,
    Probe,
    Announcement,
    OwnAddress,
    UnicastToOther,
    UplinkNetwork,
    AccessNetwork,
    LiveOwner,

    /// <summary>One arm: no address that a device could have or ask for: 0/8, 127/8, 169.254/16 (RFC 3927 section 2.7), 224/4, 240/4.</summary>
    BogusAddress,

    /// <summary>One arm: the requester is a host of the LAN itself, which needs no help.</summary>
    RegularHost,

    /// <summary>One arm: another gateway serves this LAN.</summary>
    Passive,

    /// <summary>One arm: the sender claims the router's address, or the gateway's own.</summary>
    Impostor,

    /// <summary>One arm: too many questions were asked recently, so the wire is not asked now; the requester's next request may succeed.</summary>
    QuestionLimit,
}

/// <summary>The facts about the gateway that the decision depends on.</summary>
/// <param name="AccessNetwork">The access interface's address and mask, if it has one.</param>
/// <param name="Dhcp">Our DHCP server's address on the access side, if it serves there, and the router that its leases name.</param>
internal sealed record ArpNetworks(MacAddress AccessMac, Ipv4Network? AccessNetwork, Ipv4Network UplinkNetwork, (Ipv4Address Server, Ipv4Address Router)? Dhcp = null)
{
    /// <summary>MACs of gateways that this one replaced: a device may still ask there.</summary>
    public ImmutableArray<MacAddress> FormerGateways { get; init; } = [];
}

/// <summary>
/// Decides when to answer ARP with two arms: each step below gives its reason. Has no state, I/O, clock or log.
/// </summary>
internal static class ArpResponder
{
    /// <param name="station">The frame's source, in its VLAN.</param>
    /// <param name="isOwn">Whether the requester itself is known to use the target too.</param>
    /// <param name="isLive">Whether a device other than the requester claims the target and was seen lately.</param>
    /// <param name="isIsolated">Whether the requester's profile keeps devices apart.</param>
    /// <param name="mayReach">Whether the requester's profile lets it reach the target, if that is in the uplink network.</param>
    public static ArpVerdict Decide(
        in ArpMessage message, MacAddress frameDestination, Station station, ArpNetworks networks, NeighborTable neighbors, bool isOwn, bool isLive, bool isIsolated, TimeSpan now,
        bool mayReach = false)
    {
        var (sender, target) = (message.SenderIp, message.TargetIp);
        if (message.Operation != ArpOperation.Request)
        {
            return ArpVerdict.NotARequest;
        }

        if (message.SenderMac != station.Mac)
        {
            return ArpVerdict.SenderNotFrameSource;
        }

        // 1. A probe or an announcement (RFC 5227): an answer would make the device give up its own address.
        if (sender == Ipv4Address.Any)
        {
            return ArpVerdict.Probe;
        }

        if (sender == target)
        {
            return ArpVerdict.Announcement;
        }

        // 2. An address that the requester itself uses.
        if (isOwn || neighbors.OwnerOf(station.Vlan, target, now) == station.Mac)
        {
            return ArpVerdict.OwnAddress;
        }

        // 3. Unicast: to us, a device checks that its gateway is still there (RFC 1122, 2.3.2.1); to another station, the test of RFC 4436.
        if (!frameDestination.IsMulticast)
        {
            return frameDestination == networks.AccessMac || networks.FormerGateways.Contains(frameDestination) ? ArpVerdict.Answer : ArpVerdict.UnicastToOther;
        }

        // 4. Our leases name us as server and router: we answer for those addresses, whichever device claims them too.
        if (networks.Dhcp is var (server, router) && (target == server || target == router))
        {
            return ArpVerdict.Answer;
        }

        return DecideByNetwork(sender, target, networks, mayReach, out var mustAsk) ?? DecideByOwner(station, target, neighbors, mustAsk || isLive, isIsolated, now);
    }

    /// <param name="mustAsk">The wire must be asked for the target before it is answered for.</param>
    /// <returns>Null: the networks do not decide it.</returns>
    private static ArpVerdict? DecideByNetwork(Ipv4Address sender, Ipv4Address target, ArpNetworks networks, bool mayReach, out bool mustAsk)
    {
        mustAsk = false;

        // 5. The uplink network is not here, so a host there cannot answer: the gateway does for a device that may reach it. A device
        //    that takes itself to be in that network may mean a neighbor here: it is served once no station here owns the target.
        if (networks.UplinkNetwork.Contains(target))
        {
            mustAsk = networks.UplinkNetwork.Contains(sender);
            if (!mustAsk && !mayReach)
            {
                return ArpVerdict.UplinkNetwork;
            }
        }

        // 6. The access interface's own network: likewise, but for the gateway's own address.
        if (networks.AccessNetwork is { } access && access.Contains(target))
        {
            if (target == access.Address)
            {
                return ArpVerdict.Answer;
            }

            if (!access.Contains(sender))
            {
                return ArpVerdict.AccessNetwork;
            }

            mustAsk = true;
        }

        return null;
    }

    private static ArpVerdict DecideByOwner(Station station, Ipv4Address target, NeighborTable neighbors, bool mustAsk, bool isIsolated, TimeSpan now)
    {
        // 7. Another device's address: that device answers, unless devices are kept apart. One not heard for a while may
        //    have gone: it is asked, and gives the address up by its silence.
        if (isIsolated)
        {
            return ArpVerdict.Answer;
        }

        if (neighbors.IsFresh(station.Vlan, target, station.Mac, now))
        {
            return ArpVerdict.LiveOwner;
        }

        var ownership = neighbors.Lookup(station.Vlan, target, station.Mac, now);

        // 8. No station here has it.
        if (!mustAsk && ownership != Ownership.Owned)
        {
            return ArpVerdict.Answer;
        }

        return ownership switch
        {
            Ownership.Unowned => ArpVerdict.Answer,
            Ownership.Asking => ArpVerdict.StillAsking,
            _ => ArpVerdict.AskFirst,
        };
    }
}
