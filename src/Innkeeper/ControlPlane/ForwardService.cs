using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// The one owner of the forwards: after the start, and after each change of a binding, it compares what the data plane has with what the file wants, and
/// writes the difference. So a forward follows its device, and forwards that an earlier process left go on without a gap.
/// </summary>
/// <param name="hostSockets">The sockets of this host that listen.</param>
internal sealed class ForwardService(
    InnkeeperConfig config, BindingService bindings, NaptAllocator napt, ForwardTargets targets, IBindingMap bindingMap, IForwardMap map, Func<IReadOnlySet<HostSocket>> hostSockets,
    EventLog events) : ITimed, IForwardStatus
{
    /// <summary>Between two comparisons when nothing changed: names, approvals and busy ports are looked at again.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Many bindings may change at once.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The list of the host's sockets counts for so long: it may be long.</summary>
    private static readonly TimeSpan s_socketsAge = TimeSpan.FromSeconds(5);

    private readonly Dictionary<ForwardPort, Written> _written = [];
    private readonly HashSet<Station> _placed = [];

    private bool _isStarted;
    private TimeSpan _next;
    private TimeSpan _earliest;
    private long _seen = -1;
    private (IReadOnlySet<HostSocket> Sockets, TimeSpan Until)? _sockets;

    /// <summary>Replaced whole: other threads read it.</summary>
    private volatile List<ForwardStatus> _status = [];

    /// <inheritdoc/>
    public IReadOnlyList<ForwardStatus> Forwards => _status;

    private Registry Registry => bindings.Registry;

    public TimeSpan NextDue(TimeSpan now) => config.Forwards.IsEmpty && _isStarted ? TimeSpan.MaxValue : bindings.Changes == _seen ? _next : _earliest;

    public void Tick(TimeSpan now)
    {
        if (now < NextDue(now))
        {
            return;
        }

        (_next, _earliest) = (now + Interval, now + s_pause);
        if (!_isStarted)
        {
            _isStarted = true;
            Adopt();
        }

        Compare(now);
        _seen = bindings.Changes;
    }

    /// <summary>Forwards of an earlier process. Those of bindings that did not continue lead nowhere.</summary>
    private void Adopt()
    {
        foreach (var (port, target) in map.Read())
        {
            var binding = BindingOf(target);
            _written[port] = new Written(target, binding?.Claim, TimeSpan.MinValue);
        }
    }

    private void Compare(TimeSpan now)
    {
        var placed = new Dictionary<Station, (Ipv4Address Address, string By)>();
        var chosen = new Dictionary<MacAddress, (Binding? Binding, string? Reason)>();
        var wishes = config.Forwards.Select(f => WishOf(f, placed, chosen, now)).ToList();

        foreach (var station in _placed.Where(s => !placed.ContainsKey(s)).ToList())
        {
            bindings.Unplace(station);
        }

        _placed.Clear();
        _placed.UnionWith(placed.Keys);

        // Ports that no forward has any more go first: another device may get them.
        var left = new HashSet<(byte, ForwardTarget)>();
        var kept = wishes.Where(w => w.Address is not null).SelectMany(w => PortsOf(w.Forward, w.Address!.Value)).ToHashSet();
        foreach (var port in _written.Keys.Where(p => !kept.Contains(p)).ToList())
        {
            map.End(port, now);
            Leave(port, left, now);
            _written.Remove(port);
        }

        var status = wishes.Select((wish, i) => Write(wish, _status.Count > i ? _status[i] : null, left, now)).ToList();

        // A device's port may have had several forwards; the way out is by one that is left.
        foreach (var (port, written) in _written.Where(w => w.Value.Since < now && left.Contains((w.Key.Protocol, w.Value.Target))))
        {
            _ = map.Put(port, written.Target, now, out _);
        }

        _status = status;
    }

    /// <summary>Where a forward is to lead, as far as that can be now.</summary>
    private Wish WishOf(ForwardConfig forward, Dictionary<Station, (Ipv4Address Address, string By)> placed, Dictionary<MacAddress, (Binding? Binding, string? Reason)> chosen, TimeSpan now)
    {
        var wanted = ForwardsCheck.AddressOf(config, forward) ?? napt.Pools.FirstOrDefault(p => p.Uplink == 0)?.Addresses.Own;
        if (wanted is not { } address || !napt.Pools.Any(p => p.Addresses.IsUsable(address)))
        {
            return new Wish(forward, null, null, null, ForwardState.Waits, wanted is { } unused ? $"the shared address {unused} is not in use yet" : "the uplink has no address");
        }

        var device = targets.DeviceOf(forward.To, out var reason, out var isRefused);
        if (device is not { } mac)
        {
            return new Wish(forward, address, null, null, isRefused ? ForwardState.Refused : ForwardState.Waits, reason);
        }

        if (!chosen.TryGetValue(mac, out var choice))
        {
            // Known before the binding is made: then it has the right address from the start, and does not end before it was heard.
            void Expect(ClaimedAddress claim)
            {
                if (placed.TryAdd(claim.Station, (address, forward.Id)))
                {
                    Registry.Ports.Place(claim.Station, address);
                }
            }

            choice = (targets.BindingOf(mac, HolderOf(forward, address, mac), Expect, now, out reason), reason);
            chosen[mac] = choice;
        }

        if (choice.Binding is not { } binding)
        {
            return new Wish(forward, address, mac, null, ForwardState.Waits, choice.Reason);
        }

        var station = binding.Claim.Station;
        var obstacle = binding.IsLocal ? "the device is a host of this LAN; reach it at its own address"
            : placed.TryGetValue(station, out var other) && other.Address != address ? $"the device shares {other.Address} because of {other.By}, and a device shares one address"
            : Registry.Ports.SharedOf(binding.Policy)?.IsUsable(address) != true ? $"the device's profile leaves by a gateway that does not have {address}"
            : Registry.Ports.CanPlace(binding, address) ? null
            : "the data plane has no room for one more device that shares an address";
        if (obstacle is not null)
        {
            return new Wish(forward, address, mac, null, ForwardState.Refused, obstacle);
        }

        placed.TryAdd(station, (address, forward.Id));
        if (binding.Shared == address)
        {
            Registry.Ports.Place(station, address);
        }
        else
        {
            bindings.Place(binding, address);
            binding = Registry.Find(binding.Claim)!;
            chosen[mac] = (binding, null);
        }

        return new Wish(forward, address, mac, binding, ForwardState.Open, null);
    }

    /// <summary>Brings a forward's ports into the data plane.</summary>
    private ForwardStatus Write(Wish wish, ForwardStatus? before, HashSet<(byte, ForwardTarget)> left, TimeSpan now)
    {
        var (forward, state, reason) = (wish.Forward, wish.State, wish.Reason);
        string? obstacle = null;
        var begun = new List<ushort>();
        foreach (var port in wish.Address is { } shared ? PortsOf(forward, shared) : [])
        {
            var target = wish.Binding is { } binding ? new ForwardTarget(binding.Number, bindingMap.GenerationOf(binding.Number), forward.PortFor(port.Port)) : ForwardTarget.None;
            var isWritten = _written.TryGetValue(port, out var written);
            if (isWritten && written!.Target == target)
            {
                continue;
            }

            if ((isWritten ? null : HostConflict(port, now)) is { } conflict)
            {
                obstacle ??= conflict;
                continue;
            }

            var outcome = map.Put(port, target, now, out var holder);
            if (outcome != ForwardOutcome.Done)
            {
                obstacle ??= outcome == ForwardOutcome.Full ? "the data plane's table of mappings is full ([dataplane] mappings)"
                    : $"{NameOf(port)} is in use {(Registry.Bindings.TryGetValue(holder, out var user) ? $"by {targets.NameOf(user.Claim.Station.Mac)}, which got it before" : "still")}; it is tried again until it is free";
                continue;
            }

            if (isWritten)
            {
                Leave(port, left, now);
            }

            _written[port] = new Written(target, wish.Binding?.Claim, now);
            if (target.Binding != 0)
            {
                begun.Add(port.Port);
            }
        }

        foreach (var (first, last) in RunsOf(begun))
        {
            Log(wish.Address!.Value, (byte)forward.Protocol!, first, last, wish.Binding!.Claim, isEnd: false, now);
        }

        if (obstacle is not null)
        {
            (state, reason) = (ForwardState.Refused, obstacle);
        }

        if (state == ForwardState.Refused && before?.Reason != reason)
        {
            events.Add(new ForwardRefused(forward.Id, forward.To, reason!));
        }
        else if (state == ForwardState.Open && before?.State != ForwardState.Open && begun.Count > 0)
        {
            events.Add(new ForwardOpened(forward.Id, forward.To, wish.Device!.Value, wish.Binding!.Claim.Address));
        }

        return new ForwardStatus(forward, state, reason, wish.Address, wish.Device, wish.Binding?.Claim.Address);
    }

    /// <summary>A port leads elsewhere, or nowhere, from now on.</summary>
    private void Leave(ForwardPort port, HashSet<(byte, ForwardTarget)> left, TimeSpan now)
    {
        var former = _written[port];
        if (former.Target.Binding == 0)
        {
            return;
        }

        left.Add((port.Protocol, former.Target));
        Log(port.Address, port.Protocol, port.Port, port.Port, former.Owner, isEnd: true, now);
    }

    private void Log(Ipv4Address address, byte protocol, ushort first, ushort last, ClaimedAddress? owner, bool isEnd, TimeSpan now) => napt.Report(
        new PortsRecord { Time = (ulong)(now.Ticks * 100), Address = address, First = first, Last = last, Protocol = protocol, Ended = isEnd ? (byte)1 : (byte)0 }, owner?.Station, owner?.Address, TimeSpan.Zero);

    /// <summary>Whether a service of this host has a port of the uplink's own address: then the host comes first.</summary>
    private string? HostConflict(ForwardPort port, TimeSpan now)
    {
        if (!napt.Pools.Any(p => p.Addresses.Own == port.Address))
        {
            return null;
        }

        if (_sockets is not { } read || now >= read.Until)
        {
            _sockets = read = (hostSockets(), now + s_socketsAge);
        }

        return read.Sockets.Contains(new HostSocket(port.Protocol, port.Address, port.Port)) || read.Sockets.Contains(new HostSocket(port.Protocol, Ipv4Address.Any, port.Port))
            ? $"a service of this host has {NameOf(port)} (`ss -{(port.Protocol == IpProtocol.Tcp ? "t" : "u")}lnp 'sport = :{port.Port}'` names it); it is tried again until it is free"
            : null;
    }

    /// <summary>The binding that a forward's ports lead to now, if it is still the device's.</summary>
    private Binding? HolderOf(ForwardConfig forward, Ipv4Address address, MacAddress mac) =>
        PortsOf(forward, address).Select(p => _written.GetValueOrDefault(p)?.Owner).FirstOrDefault(o => o is not null) is { } owner && owner.Station.Mac == mac && Registry.Find(owner) is { Policy.IsHeld: false } binding
            ? binding
            : null;

    private Binding? BindingOf(ForwardTarget target) =>
        Registry.Bindings.TryGetValue(target.Binding, out var binding) && bindingMap.GenerationOf(target.Binding) == target.Generation ? binding : null;

    private static IEnumerable<ForwardPort> PortsOf(ForwardConfig forward, Ipv4Address address)
    {
        var (first, last) = (forward.Ports!.Value.First, forward.Ports.Value.Last);
        for (int port = first; port <= last; port++)
        {
            yield return new ForwardPort(address, (byte)forward.Protocol!, (ushort)port);
        }
    }

    /// <summary>Rows of ports without a gap.</summary>
    private static IEnumerable<(ushort First, ushort Last)> RunsOf(List<ushort> ports)
    {
        for (int first = 0, next; first < ports.Count; first = next)
        {
            for (next = first + 1; next < ports.Count && ports[next] == ports[next - 1] + 1;)
            {
                next++;
            }

            yield return (ports[first], ports[next - 1]);
        }
    }

    private static string NameOf(ForwardPort port) => $"{(port.Protocol == IpProtocol.Tcp ? "TCP" : "UDP")} port {port.Port} of {port.Address}";

    /// <summary>A port as the data plane has it.</summary>
    /// <param name="Owner">Null: no device, or one that is not known any more.</param>
    /// <param name="Since">When it was written.</param>
    private sealed record Written(ForwardTarget Target, ClaimedAddress? Owner, TimeSpan Since);

    /// <summary>A forward as the file wants it, as far as that can be now.</summary>
    /// <param name="Address">The shared address; null: it cannot be used now.</param>
    private sealed record Wish(ForwardConfig Forward, Ipv4Address? Address, MacAddress? Device, Binding? Binding, ForwardState State, string? Reason);
}
