using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Ipv6;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// IPv6 outside by the main uplink: hears its routers, asks them to show themselves, and has the bindings follow what they say. The findings of an earlier process
/// hold until a router had time to answer.
/// </summary>
/// <param name="join">Joins the uplink's group by which outside addresses are asked for, as a host does; the group may be joined already.</param>
/// <param name="isOn">Whether the kernel has IPv6 on the uplink's interface: it finds the router's MAC, and without it no packet leaves.</param>
/// <param name="onLink">Takes the networks of IPv6 on the uplink's link: profiles may deny them.</param>
internal sealed class UplinkIpv6(
    UplinkPrefix prefix, Ipv6BindingService bindings, Ipv6Address group, UplinkIpv6Sender sender, CurrentNetwork network, Func<bool> isOn, Action<Ipv6Address> join,
    Action<IReadOnlyList<Ipv6Network>> onLink, EventLog events) : ITimed, INetworkListener
{
    /// <summary>A router answers within this: it may wait half a second before, and three seconds between two answers (RFC 4861 section 6.2.6).</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromSeconds(5);

    private Ipv6Outside? _adopted;
    private TimeSpan _nextLook;
    private bool _isOn = isOn();
    private TimeSpan _adoptedUntil;
    private UplinkLink _link = network.Current.Uplink;
    private int _mtu = network.Current.Uplink.Mtu;

    /// <summary>Takes over the findings of an earlier process, if they are of the kind that the settings want.</summary>
    /// <param name="configured">The prefix that the settings name; null: the link's is taken.</param>
    public void Adopt(Ipv6Network? configured, TimeSpan now)
    {
        if (bindings.Bindings.Outside is { } outside && (configured is { } named ? outside.Prefix == named && !outside.IsOnLink : outside.IsOnLink))
        {
            (_adopted, _adoptedUntil) = (outside, now + Patience);
        }

        prefix.Solicit(now);
        Tell(_adopted);
        Follow(now);
        join(group);
    }

    /// <summary>A router on the uplink shows itself.</summary>
    public void OnAdvertisement(RouterAdvertisement advertisement, TimeSpan now)
    {
        prefix.OnAdvertisement(advertisement, now);
        Follow(now);
    }

    public TimeSpan NextDue(TimeSpan now)
    {
        var due = _adopted is not null && _adoptedUntil < prefix.NextDue ? _adoptedUntil : prefix.NextDue;
        return _nextLook < due ? _nextLook : due;
    }

    public void Tick(TimeSpan now)
    {
        if (now >= _nextLook)
        {
            Look(now);
        }

        prefix.Expire(now);
        if (prefix.TryTakeSolicitation(now) && _isOn)
        {
            sender.SolicitRouters();
        }

        if (now >= _adoptedUntil)
        {
            _adopted = null;
        }

        Follow(now);
    }

    public void OnNetworkChanged(NetworkContext next, TimeSpan now)
    {
        var before = _link;
        _link = next.Uplink;
        if (_link.Mac != before.Mac)
        {
            _adopted = null;
            prefix.Reset(now);
        }
        else if (_link.IsConnected && !before.IsConnected)
        {
            prefix.Solicit(now);
        }

        join(group);
        Follow(now);
    }

    private void Look(TimeSpan now)
    {
        var wasOn = _isOn;
        (_isOn, _nextLook) = (isOn(), now + s_lookInterval);
        if (_isOn && !wasOn)
        {
            join(group);
            prefix.Solicit(now);
        }
    }

    private void Tell(Ipv6Outside? outside) => onLink(outside is { IsOnLink: true } ? [outside.Prefix] : []);

    private void Follow(TimeSpan now)
    {
        var outside = !_isOn ? null : prefix.Current ?? (now < _adoptedUntil ? _adopted : null);
        if (outside == bindings.Bindings.Outside && _mtu == _link.Mtu)
        {
            return;
        }

        var before = bindings.Bindings.Outside?.Prefix;
        _mtu = _link.Mtu;
        Tell(outside);
        bindings.Follow(outside, _mtu);
        if (outside?.Prefix != before)
        {
            events.Add(new Ipv6OutsideChanged(outside?.Prefix, outside?.Router));
        }
    }
}
