using Innkeeper.Addresses;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.ControlPlane;

/// <summary>Probes and announces the outside addresses on the uplink LAN, and detects conflicts there (RFC 5227).</summary>
/// <param name="router">The router that these addresses are behind; null: there is none.</param>
/// <param name="yields">One arm: an address that a host of the LAN takes is its own at once; a defense would disturb the host's neighbors.</param>
internal sealed class AddressConflictDetector(
    CurrentNetwork network, int uplink, Func<Ipv4Address?> router, bool yields, AddressPool pool, IStateStore store, Counters counters, EventLog events, TimeProvider clock, ILogger log)
{
    /// <summary>RFC 5227 ANNOUNCE_INTERVAL, and DEFEND_INTERVAL.</summary>
    private static readonly TimeSpan s_announceInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_defendInterval = TimeSpan.FromSeconds(10);

    private readonly Queue<(TimeSpan Due, Ipv4Address Address)> _announcements = new();
    private readonly Dictionary<Ipv4Address, TimeSpan> _lastConflict = [];
    private readonly List<Ipv4Address> _probes = [];
    private readonly RouterIntroductions _introductions = new();
    private bool _isBegun;
    private readonly byte[] _frame = new byte[64];

    /// <summary>Null while the interface is not there.</summary>
    private UplinkLink? Port => network.Current.Ports[uplink];

    private MacAddress Mac => Port?.Mac ?? default;

    /// <summary>Neighbors on the uplink may know outside addresses by another MAC or port: all are announced again.</summary>
    public void OnNetworkChanged(TimeSpan now)
    {
        _announcements.Clear();
        foreach (var address in pool.BoundAddresses)
        {
            _announcements.Enqueue((now, address));
        }

        _introductions.Restart(pool.BoundAddresses);
    }

    /// <summary>An address is bound to a device from now on (RFC 5227, 2.3: two announcements).</summary>
    public void Bound(Ipv4Address legal, TimeSpan now)
    {
        Announce(legal);
        _announcements.Enqueue((now + s_announceInterval, legal));
        _introductions.Add(legal);
    }

    /// <summary>Handles ARP of the uplink that may be about an address of the pool.</summary>
    /// <returns>The address that must be given up, as another host uses it.</returns>
    public Ipv4Address? OnArp(in ArpMessage message, TimeSpan now)
    {
        var address = message.SenderIp == Ipv4Address.Any ? message.TargetIp : message.SenderIp;
        if (message.SenderMac == Port?.Mac || !pool.Contains(address))
        {
            return null;
        }

        var state = pool.StateOf(address);
        if (state == AddressState.Quarantined)
        {
            pool.Quarantine(address, now);
            return null;
        }

        if (state == AddressState.Bound)
        {
            // A probe for an address in use is answered by the data plane (RFC 5227 2.1.1); that settles it.
            if (message.SenderIp == Ipv4Address.Any)
            {
                return null;
            }

            // RFC 5227 2.4 (b): defend once; on the second conflict within DEFEND_INTERVAL, give way.
            var repeated = _lastConflict.TryGetValue(address, out var last) && now - last < s_defendInterval;
            _lastConflict[address] = now;
            if (!repeated && !yields)
            {
                counters.Add(Counter.Conflicts);
                events.Add(new AddressDefended(address, message.SenderMac));
                Announce(address);
                return null;
            }
        }

        counters.Add(Counter.Conflicts);
        _lastConflict.Remove(address);
        events.Add(new AddressQuarantined(address, message.SenderMac, AddressPool.QuarantineTime));
        store.Quarantine(address, clock.GetUtcNow() + AddressPool.QuarantineTime);
        log.AddressQuarantined(address.ToString(), message.SenderMac.ToString());
        return address;
    }

    /// <summary>Sends the probes and announcements that are due.</summary>
    /// <returns>Whether the devices that wait for an address may ask again.</returns>
    public bool Tick(TimeSpan now)
    {
        if (!_isBegun)
        {
            // The addresses that devices have from an earlier process.
            _isBegun = true;
            _introductions.Restart(pool.BoundAddresses);
        }

        _probes.Clear();
        var isNews = pool.Tick(now, _probes);
        foreach (var address in _probes)
        {
            counters.Add(Counter.ProbesSent);
            Send(ArpMessage.Probe(Mac, address));
        }

        while (_announcements.TryPeek(out var next) && next.Due <= now)
        {
            _announcements.Dequeue();
            if (pool.StateOf(next.Address) == AddressState.Bound)
            {
                Announce(next.Address);
            }
        }

        while (router() is { } hop && _introductions.TryTake(now, address => pool.StateOf(address) == AddressState.Bound, out var legal))
        {
            counters.Add(Counter.RouterIntroductions);
            Send(ArpMessage.Request(Mac, legal, hop));
        }

        return isNews;
    }

    /// <summary>When <see cref="Tick"/> has something to do next.</summary>
    public TimeSpan NextDue(TimeSpan now)
    {
        var due = pool.NextDue(now);
        due = router() is not null && _introductions.NextDue(now) is var introduction && introduction < due ? introduction : due;
        return _announcements.TryPeek(out var next) && next.Due < due ? next.Due : due;
    }

    private void Announce(Ipv4Address legal)
    {
        counters.Add(Counter.AnnouncementsSent);
        Send(ArpMessage.Announcement(Mac, legal));
    }

    private void Send(ArpMessage message)
    {
        var length = ArpFrame.Write(_frame, MacAddress.Broadcast, Mac, 0, message);
        if (Port?.Socket.TrySend(_frame.AsSpan(0, length)) != true)
        {
            counters.Add(Counter.SendFailed);
        }
    }
}
