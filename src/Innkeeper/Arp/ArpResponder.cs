using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Arp;

/// <summary>What to do about an ARP message from the access side. Names double as counters in <c>status --json</c>.</summary>
internal enum ArpVerdict
{
    /// <summary>Say that the target is at the access interface's MAC.</summary>
    Answer,

    /// <summary>Ask for the target on the wire first; the asker's repeated request finds the result.</summary>
    AskFirst,

    /// <summary>Asked already, too early to tell.</summary>
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

    /// <summary>One arm: no address that a device could have, or ask for: 0/8, 127/8, 169.254/16 (RFC 3927 section 2.7), 224/4, 240/4.</summary>
    BogusAddress,

    /// <summary>One arm: a host of the LAN itself, which is none of our business.</summary>
    RegularHost,

    /// <summary>One arm: another gateway serves this LAN.</summary>
    Passive,

    /// <summary>One arm: claims the router's address, or ours.</summary>
    Impostor,

    /// <summary>One arm: so much has been asked for of late that the wire is not asked now; the asker's next request may be luckier.</summary>
    QuestionLimit,
}

/// <summary>What the decision needs to know of the gateway.</summary>
/// <param name="AccessNetwork">The access interface's address and mask, if it has any.</param>
/// <param name="Dhcp">Our DHCP server's address on the access side, if it serves there, and the router that it names.</param>
internal sealed record ArpNetworks(MacAddress AccessMac, Ipv4Network? AccessNetwork, Ipv4Network UplinkNetwork, (Ipv4Address Server, Ipv4Address Router)? Dhcp = null);

/// <summary>
/// DESIGN "ARP: when to answer", for two arms, in its order. Pure: message, knowledge and time in, verdict out.
/// </summary>
internal static class ArpResponder
{
    /// <param name="isOwn">Whether the asker itself is known to use the target too.</param>
    /// <param name="isIsolated">Whether the asker's profile keeps devices apart.</param>
    /// <param name="isLive">Whether a device other than the asker claims the target and was seen lately.</param>
    public static ArpVerdict Decide(
        in ArpMessage message, MacAddress frameDestination, MacAddress frameSource, ushort vlan,
        ArpNetworks networks, NeighborTable owners, Func<ClaimedAddress, bool> isOwn, Func<ClaimedAddress, bool> isLive, TimeSpan now, bool isIsolated = false)
    {
        var (sender, target) = (message.SenderIp, message.TargetIp);
        if (message.Operation != ArpOperation.Request)
        {
            return ArpVerdict.NotARequest;
        }

        if (message.SenderMac != frameSource)
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

        // 2. An address that this very device uses.
        var asked = new ClaimedAddress(new Station(vlan, frameSource), target);
        if (isOwn(asked) || owners.OwnerOf(vlan, target, now) == frameSource)
        {
            return ArpVerdict.OwnAddress;
        }

        // 7. Unicast: to us, a device checks that we are still there (RFC 1122, 2.3.2.1); to another, RFC 4436 asks it.
        if (!frameDestination.IsMulticast)
        {
            return frameDestination == networks.AccessMac ? ArpVerdict.Answer : ArpVerdict.UnicastToOther;
        }

        // Whom our leases name as server and router, we are, whoever else claims that.
        if (networks.Dhcp is var (server, router) && (target == server || target == router))
        {
            return ArpVerdict.Answer;
        }

        var mustAsk = false;

        // 3. The uplink network is not here, so an outsider gets no answer. A device that believes itself in that
        //    network can mean only its gateway or its neighbours: it is served once nobody here owns the target.
        if (networks.UplinkNetwork.Contains(target))
        {
            if (!networks.UplinkNetwork.Contains(sender))
            {
                return ArpVerdict.UplinkNetwork;
            }

            mustAsk = true;
        }

        // 4. The access interface's own network: as before, but for the gateway's own address.
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

        // 5. Another device's address: that device answers, unless devices are kept apart. One not heard for a while may
        //    have gone: it is asked, and gives the address up by its silence.
        if (isIsolated)
        {
            return ArpVerdict.Answer;
        }

        if (owners.IsFresh(vlan, target, frameSource, now))
        {
            return ArpVerdict.LiveOwner;
        }

        var ownership = owners.Look(vlan, target, frameSource, now);
        mustAsk |= ownership == Ownership.Owned || isLive(asked);

        // 6. Nobody's here.
        if (!mustAsk)
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
