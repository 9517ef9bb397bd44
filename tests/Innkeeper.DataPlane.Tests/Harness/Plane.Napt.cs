using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>NAPT as a test wants it. Times in seconds; those not given are what the configuration has by default.</summary>
internal sealed record NaptSetup
{
    /// <summary>What devices share.</summary>
    public string Shared { get; init; } = Plane.SharedAddress;

    public PortLayout Layout { get; init; } = PortLayout.Whole(64);

    public uint Ports { get; init; } = 1000;

    public uint Ids { get; init; } = 1000;

    /// <summary>Between new mappings of a device, in ns; 0 = no limit.</summary>
    public ulong NewInterval { get; init; }

    public ulong NewBurst { get; init; }

    /// <summary>How many mappings there is room for.</summary>
    public uint Mappings { get; init; } = 4096;

    public int Udp { get; init; } = 300;

    public int Icmp { get; init; } = 60;

    public int Tcp { get; init; } = 7440;

    public int TcpTransitory { get; init; } = 240;

    public int Rest { get; init; } = 120;

    /// <summary>The uplink's own address, beside the host's ports.</summary>
    public static NaptSetup OnUplink => new() { Shared = Plane.UplinkAddress, Layout = PortLayout.Beside(10240, 32767, 64) };

    public NaptSettings Settings
    {
        get
        {
            var settings = new NaptSettings { NewInterval = NewInterval, NewBurst = NewBurst };
            for (var state = MappingState.Udp; state <= MappingState.Hold; state++)
            {
                settings.Timeout[(int)state] = (ulong)TimeoutOf(state) * 1_000_000_000;
            }

            settings.Limit[(int)PortKind.Tcp] = settings.Limit[(int)PortKind.Udp] = Ports;
            settings.Limit[(int)PortKind.Icmp] = settings.Limit[(int)PortKind.None] = Ids;
            return settings;
        }
    }

    public int TimeoutOf(MappingState state) => state switch
    {
        MappingState.Udp or MappingState.Other => Udp,
        MappingState.Icmp => Icmp,
        MappingState.Established or MappingState.FinOut or MappingState.FinIn or MappingState.Multi => Tcp,
        MappingState.Hold => Rest,
        _ => TcpTransitory,
    };
}

/// <summary>
/// With NAPT: devices 2 and 3 claim the same address and share one outside, 4 and 5 have legal addresses of their own.
/// </summary>
internal sealed unsafe partial class Plane
{
    public const string SharedAddress = "137.118.199.100";
    public const string OwnMac = "02:00:00:00:01:04";
    public const string OwnClaimed = "10.0.0.4";
    public const string OtherOwnMac = "02:00:00:00:01:05";
    public const string OtherOwnClaimed = "10.0.0.5";
    private const string LegalLast = "137.118.199.100";

    private readonly SharedTable _shared;

    public SharedTable Shared => _shared;

    private static TimeSpan Now => TimeProvider.System.GetElapsedTime(0);

    /// <summary>A port of a shared address leads to a binding's port.</summary>
    public ForwardOutcome Forward(ushort port, uint number, ushort devicePort, byte protocol = IpProtocol.Tcp, string shared = SharedAddress) => new ForwardTable(_plane).Put(
        new ForwardPort(Ipv4Address.Parse(shared), protocol, port), number == 0 ? ForwardTarget.None : new ForwardTarget(number, _table.GenerationOf(number), devicePort), Now, out _);

    public void EndForward(ushort port, byte protocol = IpProtocol.Tcp) => new ForwardTable(_plane).End(new ForwardPort(Ipv4Address.Parse(SharedAddress), protocol, port), Now);

    public void BindShared(uint number, string mac, string claimed, string shared, string? legal = null) => _table.Add(
        new Binding(number, new ClaimedAddress(new Station(0, MacAddress.Parse(mac)), Ipv4Address.Parse(claimed)),
            legal is null ? Ipv4Address.Any : Ipv4Address.Parse(legal), Ipv4Address.Parse(Gateway), true, default)
        {
            Shared = Ipv4Address.Parse(shared),
            Share = number,
            Policy = _terms,
        },
        TimeSpan.Zero);

    /// <summary>Other settings of the same binding: its mappings stay.</summary>
    public void Rewrite(uint number, string mac, string claimed, string shared, string? legal)
    {
        if (legal is null && _plane.Bindings.TryGet(number, out var slot) && slot.Legal.Raw != 0)
        {
            _plane.ExternalAddresses.Delete(slot.Legal);
        }

        _table.Write(new Binding(number, new ClaimedAddress(new Station(0, MacAddress.Parse(mac)), Ipv4Address.Parse(claimed)),
            legal is null ? Ipv4Address.Any : Ipv4Address.Parse(legal), Ipv4Address.Parse(Gateway), true, default)
        {
            Shared = Ipv4Address.Parse(shared),
            Share = number,
            Policy = _terms,
        });
    }

    /// <summary>Every mapping with its outside key.</summary>
    public List<(MappingKey Key, Mapping Mapping)> Mappings()
    {
        var all = new List<(MappingKey, Mapping)>();
        foreach (var key in _plane.Mappings.Keys())
        {
            if (_plane.Mappings.TryGet(key, out var mapping))
            {
                all.Add((key, mapping));
            }
        }

        return all;
    }

    /// <summary>
    /// Time passes: for the data plane it is that everything happened earlier. Where that is before the machine was started, times
    /// wrap around, and the data plane takes them by their difference.
    /// </summary>
    public void Age(int seconds)
    {
        var by = (ulong)seconds * 1_000_000_000;
        foreach (var (key, mapping) in Mappings())
        {
            var aged = mapping;
            aged.LastSeen = Earlier(mapping.LastSeen, by);
            aged.Since = Earlier(mapping.Since, by);
            _plane.Mappings.Set(key, aged);
        }

        foreach (var key in _plane.MappingHints.Keys())
        {
            if (_plane.MappingHints.TryGet(key, out var hint))
            {
                hint.Refreshed = 0;
                _plane.MappingHints.Set(key, hint);
            }
        }

        foreach (var key in _plane.Forwarded.Keys())
        {
            if (_plane.Forwarded.TryGet(key, out var caller))
            {
                caller.Time = Earlier(caller.Time, by);
                _plane.Forwarded.Set(key, caller);
            }
        }

        foreach (var key in _plane.SpokenTo.Keys())
        {
            if (_plane.SpokenTo.TryGet(key, out var last))
            {
                _plane.SpokenTo.Set(key, Earlier(last, by));
            }
        }

        foreach (var place in _remotes.SelectMany(PlacesOf).ToHashSet())
        {
            if (_plane.RecentRemotes.TryGet(place, out var recent) && recent.Time != 0)
            {
                recent.Time = Earlier(recent.Time, by);
                _plane.RecentRemotes.Set(place, recent);
            }
        }

        foreach (var key in _plane.Fragments.Keys())
        {
            if (_plane.Fragments.TryGet(key, out var fragment))
            {
                fragment.Time = Earlier(fragment.Time, by);
                _plane.Fragments.Set(key, fragment);
            }
        }

        ForBlocks((number, block) =>
        {
            block.Since = Earlier(block.Since, by);
            _plane.PortBlocks.Set(number, block);
        });
    }

    /// <summary>Calls for each block that has an owner.</summary>
    public void ForBlocks(Action<uint, PortBlock> act)
    {
        // By the owners' lists: to read all 16,384 is slow.
        for (uint number = 1; number < _plane.Shares.Capacity; number++)
        {
            if (!_plane.Shares.TryGet(number, out var share))
            {
                continue;
            }

            for (var slot = 0; slot < ShareBlocks.Length; slot++)
            {
                if ((share.Slots >> slot & 1) != 0 && _plane.PortBlocks.TryGet(share.Block[slot], out var block))
                {
                    act(share.Block[slot], block);
                }
            }
        }

        for (uint index = 0; index < SharedAddressSlot.Count; index++)
        {
            // No port of that kind is ever taken: it says whether there are common blocks.
            for (uint block = 0; _plane.CommonPorts.TryGet(index, out var common) && common.Free[(int)PortKind.None] > 0 && block < SharedAddressSlot.Blocks; block++)
            {
                var number = (index * SharedAddressSlot.Blocks) + block;
                if (_plane.PortBlocks.TryGet(number, out var state) && state.Owner == CommonPorts.Owner)
                {
                    act(number, state);
                }
            }
        }
    }

    /// <summary>What the control plane was handed since it was last asked.</summary>
    public List<(PuntReason Reason, byte[] Frame)> Punts() => Punts((in Punt punt, ReadOnlySpan<byte> frame) => (punt.Reason, frame.ToArray()));

    /// <summary>The same, with the number that came with each.</summary>
    public List<(PuntReason Reason, uint Binding)> PuntNumbers() => Punts((in Punt punt, ReadOnlySpan<byte> _) => (punt.Reason, punt.Binding));

    private List<T> Punts<T>(PuntReader<T> read)
    {
        var punts = new List<T>();
        using var ring = _plane.OpenPunts((in Punt punt, ReadOnlySpan<byte> frame) => punts.Add(read(punt, frame)));
        ring.Poll(TimeSpan.Zero);
        return punts;
    }

    private delegate T PuntReader<T>(in Punt punt, ReadOnlySpan<byte> frame);

    private static ulong Earlier(ulong time, ulong by) => unchecked(time - by);

    private void BindShared(NaptSetup napt)
    {
        Assert.True(_shared.Use(Ipv4Address.Parse(napt.Shared), napt.Layout));
        BindShared(2, DeviceMac, Claimed, napt.Shared);
        BindShared(3, TwinMac, Claimed, napt.Shared);
        _shared.OpenShare(2, Ipv4Address.Parse(napt.Shared));
        _shared.OpenShare(3, Ipv4Address.Parse(napt.Shared));
        Bind(4, OwnMac, OwnClaimed, Legal, Gateway);
        Bind(5, OtherOwnMac, OtherOwnClaimed, TwinLegal, Gateway);
    }

    /// <summary>Where the data plane may have noted that a device sent there (bpf/recent.h); to read the whole map is slow.</summary>
    private static IEnumerable<uint> PlacesOf((uint Address, byte Protocol) remote) =>
        from number in Enumerable.Range(2, 8)
        let hash = unchecked((remote.Address ^ ((uint)number * 0x85ebca6bu) ^ ((uint)remote.Protocol << 24)) * 0x9e3779b1u) >> 16
        from place in (uint[])[hash, hash ^ 1]
        select place;

    private static uint s_generation;

    /// <summary>As loaded just now, but for counters.</summary>
    private void Empty()
    {
        var generation = Interlocked.Add(ref s_generation, 1000);
        ForBlocks((number, _) => _plane.PortBlocks.Set(number, default));
        for (uint index = 0; index < SharedAddressSlot.Count; index++)
        {
            _plane.CommonPorts.Set(index, default);
        }

        EmptyIpv6((uint)generation);
        EmptyHash(_plane.BindingIndex);
        EmptyHash(_plane.ExternalAddresses);
        EmptyHash(_plane.SpokenTo);
        EmptyHash(_plane.Appearances);
        EmptyHash(_plane.DotUnanswered);
        EmptyHash(_plane.Stations);
        EmptyHash(_plane.Mappings);
        EmptyHash(_plane.MappingHints);
        EmptyHash(_plane.Forwards);
        EmptyHash(_plane.Forwarded);
        EmptyHash(_plane.Fragments);
        EmptyHash(_plane.CalledBy);
        EmptyHash(_plane.Garden);
        EmptyHash(_plane.Blocked);
        EmptyHash(_plane.Destinations);
        EmptyHash(_plane.PuntStations);
        EmptyHash(_plane.PoolNetworks);
        EmptyHash(_plane.Strays);
        EmptyHash(_plane.FormerGateways);
        EmptyHash(_plane.StationDrops);
        _plane.DropAdmission.Clear(0);
        _plane.StrayTotal.Set(0, 0);
        foreach (var reason in Enum.GetValues<DropReason>())
        {
            _plane.Drops.Clear((uint)reason);
        }

        for (uint number = 0; number < _plane.Bindings.Capacity; number++)
        {
            // Another generation: what is left in `recent_remotes` is of no binding.
            _plane.Bindings.Set(number, new BindingSlot { Generation = generation });
            _plane.Shares.Set(number, default);
            _plane.Meters.Set(number, default);
            _plane.DnsDetours.Set(number, default);
        }

        for (uint index = 0; index < SharedAddressSlot.Count; index++)
        {
            _plane.Shared.Set(index, default);
        }

        for (uint number = 0; number < ProfileSlot.Count; number++)
        {
            _plane.Profiles.Set(number, default);
        }

        for (uint vlan = 0; vlan < _plane.Vlans.Capacity; vlan++)
        {
            if (_plane.Vlans.TryGet(vlan, out var served) && served != 0)
            {
                _plane.Vlans.Set(vlan, 0);
            }
        }

        _ = Punts();
    }

    private static void EmptyHash<TKey, TValue>(BpfMap<TKey, TValue> map)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        foreach (var key in map.Keys())
        {
            map.Delete(key);
        }
    }
}
