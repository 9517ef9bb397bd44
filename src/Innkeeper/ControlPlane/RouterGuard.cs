using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The part of the edge that only two arms have.</summary>
/// <param name="KnownRouter">The main router's station as an earlier process knew it; null: not known.</param>
/// <param name="IsSeparate">An earlier process knew both arms to be in separate LANs: devices need not wait until that is certain.</param>
internal sealed record TwoArmSeams(IOneArmProgrammer Programmer, IRouterNeighbors Neighbors, MacAddress? KnownRouter, bool IsSeparate);

/// <summary>
/// Two arms: keeps packets going to the routers when another host of the uplink answers ARP for one's address. <see cref="ArpSpoofGuard"/>
/// decides which of both is the router: the one that was there first, as long as it answers at its station. A router that moves (a spare that
/// takes over) is followed at once by the kernel, and by the guard when the former station is silent for a second.
/// The control loop's thread only.
/// </summary>
internal sealed class RouterGuard : ITimed, INetworkListener
{
    private readonly GatewayDirectory _gateways;
    private readonly CurrentNetwork _network;
    private readonly TwoArmSeams _seams;
    private readonly ArpSender _arp;
    private readonly EventLog _events;
    private readonly Watch?[] _watches;

    /// <param name="count">How many gateways there are.</param>
    public RouterGuard(GatewayDirectory gateways, int count, CurrentNetwork network, TwoArmSeams seams, ArpSender arp, EventLog events)
    {
        (_gateways, _network, _seams, _arp, _events) = (gateways, network, seams, arp, events);
        _watches = new Watch?[count];
        OnNetworkChanged(network.Current, TimeSpan.Zero);

        // An earlier process may have kept routers at their stations, and was killed.
        _seams.Neighbors.ReleaseAll();
        if (seams.KnownRouter is { } known && _watches[0] is { } main)
        {
            main.Guard.Know(known);
            _seams.Neighbors.Release(main.Uplink, main.Router, known);
        }
    }

    /// <summary>ARP of an uplink that may be about a router.</summary>
    public void OnArp(in ArpMessage message, int uplink, TimeSpan now)
    {
        foreach (var watch in _watches)
        {
            if (watch is not null && watch.Uplink == uplink && watch.Router == message.SenderIp)
            {
                Act(watch, watch.Guard.OnArp(message, now));
            }
        }
    }

    public TimeSpan NextDue(TimeSpan now) => _watches.Min(watch => watch?.Guard.NextDue ?? TimeSpan.MaxValue);

    public void Tick(TimeSpan now)
    {
        foreach (var watch in _watches.OfType<Watch>())
        {
            Act(watch, watch.Guard.Tick(now, out var freed));
            watch.Spoofers.ExceptWith(freed);
            if (watch.Spoofers.Count == 0)
            {
                Release(watch);
            }
        }
    }

    /// <summary>A router of another address, or behind another uplink, is looked for again.</summary>
    public void OnNetworkChanged(NetworkContext next, TimeSpan now)
    {
        for (var gateway = 0; gateway < _watches.Length; gateway++)
        {
            var before = _watches[gateway];
            var uplink = _gateways.UplinkOf(gateway);
            if (next.Ports[uplink] is not { } link || _gateways.NextHopOf(gateway) is not { } router)
            {
                _watches[gateway] = null;
            }
            else if (before is null || (before.Router, before.Mac, before.Address) != (router, link.Mac, link.Address))
            {
                _watches[gateway] = new Watch(gateway, uplink, router, link.Mac, link.Address);
            }

            if (before is not null && before != _watches[gateway])
            {
                Release(before);
            }
        }
    }

    /// <summary>The process stops: ARP decides again.</summary>
    public void Leave()
    {
        foreach (var watch in _watches.OfType<Watch>())
        {
            Release(watch);
        }
    }

    private void Act(Watch watch, GuardAction action)
    {
        switch (action)
        {
            case GuardAction.RouterKnown:
                watch.Spoofers.Remove(watch.Station);
                if (watch.Gateway == 0)
                {
                    _seams.Programmer.SetRouter(watch.Station);
                }

                watch.IsKept = watch.Spoofers.Count > 0;
                Put(watch);
                break;
            case GuardAction.Contested when !watch.Contenders.SetEquals(watch.Guard.Contenders):
                // Asked again and again, they answer again and again: one event is enough.
                watch.Contenders.Clear();
                watch.Contenders.UnionWith(watch.Guard.Contenders);
                _events.Add(new RouterContested(watch.Router, [.. watch.Guard.Contenders]));
                break;
            case GuardAction.AskRouter when _network.Current.Ports[watch.Uplink] is { } link:
                _arp.Send(link.Socket, 0, watch.Station, link.Mac, ArpMessage.Request(link.Mac, link.Address, watch.Router));
                break;
            case GuardAction.Correct or GuardAction.LeaveUncorrected:
                if (!watch.IsKept)
                {
                    watch.IsKept = true;
                    Put(watch);
                }

                if (watch.Spoofers.Add(watch.Guard.Spoofer.Mac))
                {
                    _events.Add(new RouterSpoofed(watch.Guard.Spoofer.Mac, watch.Router, watch.Station));
                }

                break;
        }
    }

    private void Release(Watch watch)
    {
        if (watch.IsKept)
        {
            watch.IsKept = false;
            Put(watch);
        }
    }

    private void Put(Watch watch)
    {
        if (watch.IsKept)
        {
            _seams.Neighbors.Keep(watch.Uplink, watch.Router, watch.Station);
        }
        else
        {
            _seams.Neighbors.Release(watch.Uplink, watch.Router, watch.Station);
        }
    }

    /// <summary>One gateway's router, with the gateway's own MAC and address there.</summary>
    private sealed class Watch(int gateway, int uplink, Ipv4Address router, MacAddress mac, Ipv4Address address)
    {
        public int Gateway => gateway;

        public int Uplink => uplink;

        public Ipv4Address Router => router;

        public MacAddress Mac => mac;

        public Ipv4Address Address => address;

        public ArpSpoofGuard Guard { get; } = new(mac, address, router);

        /// <summary>The router's station, once it is known.</summary>
        public MacAddress Station => Guard.RouterMac ?? MacAddress.Zero;

        public HashSet<MacAddress> Spoofers { get; } = [];

        /// <summary>The stations of the last event about several that claim the address before the router is known.</summary>
        public HashSet<MacAddress> Contenders { get; } = [];

        /// <summary>The kernel's entry is kept at the station, against ARP.</summary>
        public bool IsKept { get; set; }
    }
}
