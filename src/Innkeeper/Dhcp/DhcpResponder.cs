using Innkeeper.Bindings;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Dhcp;

/// <summary>The facts about the sender, apart from the message.</summary>
/// <param name="IsAlone">Whether this is the only server of the access side, as far as is known.</param>
internal readonly record struct DhcpSender(Station Station, DhcpClientPolicy Policy, bool IsAlone, Func<Station, bool> IsKnown, Func<ClaimedAddress, bool> IsClaimed);

/// <summary>
/// Decides the answer to a client's message (RFC 2131 section 4.3). No I/O, clock or log: message, leases, settings and time in, decision out.
/// </summary>
internal sealed class DhcpResponder(LeaseDatabase leases, DhcpSettings settings)
{
    private static readonly TimeSpan s_shortestLease = TimeSpan.FromMinutes(1);

    /// <summary>A lease of which less than this part has passed is acknowledged again unchanged, without a write.</summary>
    private const int FreshPart = 8;

    public DhcpSettings Settings => settings;

    public DhcpDecision Decide(in DhcpPacket packet, in DhcpSender sender, TimeSpan now, DateTimeOffset wall)
    {
        if (packet.IsReply)
        {
            return new DhcpDecision(DhcpVerdict.Malformed);
        }

        // There are no relays on the access side: a guest's giaddr would send answers, and leases, elsewhere.
        if (packet.RelayAddress != Ipv4Address.Any)
        {
            return new DhcpDecision(DhcpVerdict.Relayed);
        }

        if (packet.ClientMac != sender.Station.Mac && (!sender.Policy.IsExtender || packet.ClientMac.IsMulticast || packet.ClientMac == MacAddress.Zero))
        {
            return new DhcpDecision(DhcpVerdict.ForeignMac);
        }

        if (ClientId.Of(packet) is not { } client)
        {
            return new DhcpDecision(DhcpVerdict.Malformed);
        }

        if (!sender.Policy.IsServed)
        {
            return new DhcpDecision(DhcpVerdict.NotServed);
        }

        var key = new LeaseKey(sender.Station, client);
        var asks = new LeaseRequest(key, DhcpClientInfo.Of(packet, client), sender.Policy.MaxAddresses, sender.IsKnown, sender.IsClaimed);
        if (packet.IsBootp)
        {
            return OnBootp(packet, asks, sender.Policy, now, wall);
        }

        return packet.MessageType switch
        {
            DhcpMessageType.Discover => OnDiscover(packet, asks, sender.Policy.Address, now, wall),
            DhcpMessageType.Request => OnRequest(packet, asks, sender.IsAlone, now, wall),
            DhcpMessageType.Decline => OnDecline(packet, key, now),
            DhcpMessageType.Release => OnRelease(packet, key, now, wall),
            DhcpMessageType.Inform => new DhcpDecision(packet.ClientAddress == Ipv4Address.Any ? DhcpVerdict.Malformed : DhcpVerdict.Informed),
            _ => new DhcpDecision(DhcpVerdict.Malformed),
        };
    }

    /// <summary>RFC 2131 section 4.3.1.</summary>
    private DhcpDecision OnDiscover(in DhcpPacket packet, in LeaseRequest asks, Ipv4Address? given, TimeSpan now, DateTimeOffset wall) =>
        leases.Offer(asks, given ?? packet.AddressOf(DhcpOption.RequestedAddress), now, wall) is { } offer
            ? new DhcpDecision(DhcpVerdict.Offered, offer.Address, DurationFor(packet))
            : new DhcpDecision(DhcpVerdict.Exhausted);

    /// <summary>RFC 951 section 7.3, RFC 1534 section 2: one request, one reply, and the client has its address.</summary>
    private DhcpDecision OnBootp(in DhcpPacket packet, in LeaseRequest asks, DhcpClientPolicy policy, TimeSpan now, DateTimeOffset wall)
    {
        if (settings.Bootp == BootpMode.None || (settings.Bootp == BootpMode.Pinned && !policy.IsPinned))
        {
            return new DhcpDecision(DhcpVerdict.BootpRefused);
        }

        return leases.Offer(asks, policy.Address ?? packet.ClientAddress, now, wall) is { } offer
            && Lease(asks, offer.Address, policy.IsPinned ? DhcpSettings.PinnedBootpLease : DurationFor(packet), now, wall) is { } leased
                ? leased with { Verdict = DhcpVerdict.BootpServed }
                : new DhcpDecision(DhcpVerdict.Exhausted);
    }

    /// <summary>RFC 2131 section 4.3.2: the options tell in which state the client is.</summary>
    private DhcpDecision OnRequest(in DhcpPacket packet, in LeaseRequest asks, bool isAlone, TimeSpan now, DateTimeOffset wall)
    {
        var server = packet.AddressOf(DhcpOption.ServerIdentifier);
        var requested = packet.AddressOf(DhcpOption.RequestedAddress);
        var address = packet.ClientAddress != Ipv4Address.Any ? packet.ClientAddress : requested;
        if (address == Ipv4Address.Any || (packet.ClientAddress != Ipv4Address.Any && requested != Ipv4Address.Any && requested != packet.ClientAddress))
        {
            return new DhcpDecision(DhcpVerdict.Malformed);
        }

        // SELECTING, and clients that name their server when they renew, too.
        if (server != Ipv4Address.Any)
        {
            if (server != settings.Server)
            {
                leases.Withdraw(asks.Key);
                return new DhcpDecision(DhcpVerdict.OtherServer);
            }

            return Lease(asks, address, DurationFor(packet), now, wall) ?? new DhcpDecision(DhcpVerdict.Refused);
        }

        // INIT-REBOOT, RENEWING, REBINDING: a lease of this server is renewed. An unknown lease is another server's, or was forgotten;
        // if there is no other server, the client keeps the address if it is free, and otherwise gets a NAK at once.
        var isOurs = leases.Find(asks.Key) is { State: not LeaseState.Offered } known && known.Address == address;
        if (!isOurs && !isAlone)
        {
            return new DhcpDecision(DhcpVerdict.Unknown);
        }

        return Lease(asks, address, DurationFor(packet), now, wall) ?? new DhcpDecision(isAlone ? DhcpVerdict.Refused : DhcpVerdict.Unknown);
    }

    private DhcpDecision? Lease(in LeaseRequest asks, Ipv4Address address, TimeSpan duration, TimeSpan now, DateTimeOffset wall)
    {
        var before = leases.Find(asks.Key);
        if (before is { State: LeaseState.Active, IsDurable: true } && before.Address == address && before.Until - now is var left
            && left <= duration && left >= duration - (duration / FreshPart))
        {
            return new DhcpDecision(DhcpVerdict.Acknowledged, address, left);
        }

        return leases.Grant(asks, address, duration, now, wall) is { } lease
            ? new DhcpDecision(DhcpVerdict.Acknowledged, address, duration, lease) { MayGoAhead = before is { State: LeaseState.Active } && lease.Row.IsInForce(wall) }
            : null;
    }

    private DhcpDecision OnDecline(in DhcpPacket packet, LeaseKey key, TimeSpan now) =>
        IsForUs(packet) && leases.Decline(key, packet.AddressOf(DhcpOption.RequestedAddress), now)
            ? new DhcpDecision(DhcpVerdict.Declined)
            : new DhcpDecision(DhcpVerdict.NotItsLease);

    private DhcpDecision OnRelease(in DhcpPacket packet, LeaseKey key, TimeSpan now, DateTimeOffset wall) =>
        IsForUs(packet) && leases.Release(key, packet.ClientAddress, now, wall) is { } over
            ? new DhcpDecision(DhcpVerdict.Released, Save: over)
            : new DhcpDecision(DhcpVerdict.NotItsLease);

    private bool IsForUs(in DhcpPacket packet) => packet.AddressOf(DhcpOption.ServerIdentifier) is var server && (server == Ipv4Address.Any || server == settings.Server);

    /// <summary>As set, or less if the client asks for less (RFC 2131 section 4.3.1).</summary>
    private TimeSpan DurationFor(in DhcpPacket packet)
    {
        var most = packet.ClientMac.IsLocallyAdministered ? settings.RandomisedLease : settings.Lease;
        return packet.NumberOf(DhcpOption.LeaseTime) is { } seconds && seconds < most.TotalSeconds
            ? TimeSpan.FromSeconds(Math.Max(seconds, Math.Min(s_shortestLease.TotalSeconds, most.TotalSeconds)))
            : most;
    }
}
