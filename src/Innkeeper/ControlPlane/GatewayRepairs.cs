using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Two arms: corrects devices to which another station said by ARP that their gateway is at that station's MAC. Each of them is sent the true answer, at once and
/// every second for as long as the other station goes on. On a switch that isolates its ports no device hears the false message. Bounded: each gateway is
/// looked at once a second, and few answers go out in a second; one thread.
/// </summary>
internal sealed class GatewayRepairs(CurrentNetwork network, BindingService bindings, ArpSender arp, DailyEvents daily) : ITimed
{
    /// <summary>Between two answers to one device.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Answers go on for this long after the last false message: the station may answer requests that the gateway does not hear.</summary>
    public static readonly TimeSpan Persistence = TimeSpan.FromSeconds(15);

    /// <summary>Answers in one second, to all devices together.</summary>
    public const int MostAnswers = 512;

    /// <summary>Gateways that are repaired at one time.</summary>
    public const int MostGateways = 64;

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<(ushort Vlan, Ipv4Address Gateway), Claimant> _claimants = [];
    private ImmutableDictionary<uint, Binding>? _seen;
    private ILookup<(ushort Vlan, Ipv4Address Gateway), Binding>? _users;
    private TimeSpan _usersUntil;
    private TimeSpan _window;
    private int _answers;

    public TimeSpan NextDue(TimeSpan now) => _claimants.Count == 0 ? TimeSpan.MaxValue : _claimants.Values.Min(c => c.Next);

    /// <summary>A station says by ARP that an address is its own.</summary>
    public void OnClaim(ClaimedAddress claim, TimeSpan now)
    {
        var gateway = (claim.Station.Vlan, claim.Address);
        if (_claimants.TryGetValue(gateway, out var known))
        {
            _claimants[gateway] = known with { Mac = claim.Station.Mac, Last = now };
            return;
        }

        var users = UsersOf(gateway, claim.Station.Mac, now);
        if (_claimants.Count == MostGateways || users.Count == 0)
        {
            return;
        }

        daily.TryAdd(new GatewayAddressClaimed(claim.Station.Mac, claim.Address, users.Count), now);
        _claimants[gateway] = new Claimant(claim.Station.Mac, now, now);
        Tick(now);
    }

    public void Tick(TimeSpan now)
    {
        foreach (var (gateway, claimant) in _claimants.Where(c => c.Value.Next <= now).ToList())
        {
            if (now - claimant.Last > Persistence)
            {
                _claimants.Remove(gateway);
                continue;
            }

            _claimants[gateway] = claimant with { Next = now + Interval };
            Repair(gateway, claimant.Mac, now);
        }
    }

    private void Repair((ushort Vlan, Ipv4Address Address) gateway, MacAddress claimant, TimeSpan now)
    {
        if (now - _window >= Interval)
        {
            (_window, _answers) = (now, 0);
        }

        foreach (var user in UsersOf(gateway, claimant, now))
        {
            if (_answers++ >= MostAnswers)
            {
                return;
            }

            var device = user.Claim.Station.Mac;
            arp.SendToAccess(gateway.Vlan, device, ArpMessage.Reply(network.Current.Networks.AccessMac, gateway.Address, device, user.Claim.Address));
        }
    }

    /// <summary>The bindings whose devices use a gateway; those heard last come first. The table is read again when it changed, ten times a second at most.</summary>
    private List<Binding> UsersOf((ushort Vlan, Ipv4Address Gateway) gateway, MacAddress claimant, TimeSpan now)
    {
        if (_users is null || (now >= _usersUntil && !ReferenceEquals(_seen, bindings.Registry.Bindings)))
        {
            _seen = bindings.Registry.Bindings;
            _users = _seen.Values.Where(b => b.Gateway != Ipv4Address.Any).ToLookup(b => (b.Claim.Station.Vlan, b.Gateway));
            _usersUntil = now + s_lookInterval;
        }

        return [.. _users[gateway].Where(b => b.Claim.Station.Mac != claimant && b.Claim.Address != gateway.Gateway).OrderBy(b => bindings.IdleFor(b, now))];
    }

    private readonly record struct Claimant(MacAddress Mac, TimeSpan Last, TimeSpan Next);
}
