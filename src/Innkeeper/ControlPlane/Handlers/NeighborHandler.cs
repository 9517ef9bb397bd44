using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>
/// Two arms: IPv6 neighbour discovery from the access side. Owns what is known of neighbours there; <see cref="NeighborFindings"/> decides. The data plane itself
/// answers devices that ask at the gateway's MAC whether their router is still there.
/// </summary>
/// <param name="arrivals">Null: IPv6 is not carried, as is <paramref name="advertiser"/>, which is also null where the settings want no router advertisements.</param>
internal sealed class NeighborHandler(Ipv6Sender sender, Ipv6Routers routers, ListenerQueries queries, Ipv6Arrivals? arrivals, RouterAdvertiser? advertiser, DailyEvents daily, Counters counters) : IPuntHandler, ITimed
{
    private readonly NeighborFindings _findings = new();

    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Neighbor];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        var station = new Station(punt.Vlan, ethernet.Source);
        if (!NeighborDiscoveryMessage.TryParse(ethernet.Payload, out var message))
        {
            var isQuery = RouterPortPackets.TryReadQuery(ethernet.Payload, out var asker);
            if (isQuery)
            {
                queries.OnQuery(punt.Vlan, asker, now);
            }

            return isQuery;
        }

        switch (message.Kind)
        {
            case NeighborDiscoveryKind.NeighborSolicitation:
                Act(new NeighborAsker(station, message.Source, message.Target), now);
                break;
            case NeighborDiscoveryKind.NeighborAdvertisement:
                _findings.OnOwner(station, message.Target, now);
                arrivals?.OnAnswer(new Ipv6Claim(station, message.Target), now);
                break;
            case NeighborDiscoveryKind.RouterSolicitation:
                advertiser?.OnSolicitation(station, message.Source, now);
                break;
            case NeighborDiscoveryKind.RouterAdvertisement when routers.OnAdvertisement(station, message.Source, message.RouterLifetime, now) is { } router:
                daily.TryAdd(new Ipv6RouterFound(router.Station.Mac, router.Station.Vlan, router.Address), now);
                break;
        }

        return true;
    }

    public TimeSpan NextDue(TimeSpan now) => _findings.NextDue < routers.NextDue ? _findings.NextDue : routers.NextDue;

    public void Tick(TimeSpan now)
    {
        foreach (var asker in _findings.TakeDue(now))
        {
            Answer(asker);
        }

        routers.Expire(now);
    }

    private void Act(NeighborAsker asker, TimeSpan now)
    {
        if (asker.Source != Ipv6Address.Any && asker.Target == sender.Address)
        {
            Answer(asker);
            return;
        }

        var verdict = _findings.OnAsked(asker, now);

        // Where another router serves, devices have IPv6 by it; which stations there are is still learnt.
        if (verdict is NeighborVerdict.Answer or NeighborVerdict.AskFirst && routers.IsServed(asker.Station.Vlan))
        {
            counters.Add(Counter.NeighborOwned);
            return;
        }

        counters.Add(CounterOf(verdict));
        if (verdict == NeighborVerdict.Answer)
        {
            sender.Answer(asker);
        }
        else if (verdict == NeighborVerdict.AskFirst)
        {
            sender.Ask(asker.Station.Vlan, asker.Target);
        }
    }

    private void Answer(NeighborAsker asker)
    {
        if (!routers.IsServed(asker.Station.Vlan) || asker.Target == sender.Address)
        {
            counters.Add(Counter.NeighborAnswered);
            sender.Answer(asker);
        }
    }

    private static Counter CounterOf(NeighborVerdict verdict) => verdict switch
    {
        NeighborVerdict.Answer => Counter.NeighborAnswered,
        NeighborVerdict.AskFirst or NeighborVerdict.StillAsking => Counter.NeighborAsked,
        NeighborVerdict.Limit => Counter.NeighborLimit,
        NeighborVerdict.DuplicateDetection => Counter.NeighborProbe,
        _ => Counter.NeighborOwned,
    };
}
