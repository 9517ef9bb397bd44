using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.DataPlane;
using Innkeeper.Interfaces;
using Innkeeper.Ipv6;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Storage;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>The facts that do not change while the process runs.</summary>
internal sealed record GatewayStart(DateTimeOffset Time, AdoptionReport Adopted);

/// <summary>The gateway's status, from snapshots and the data plane's counters.</summary>
/// <param name="memory">Null: no control group limits it.</param>
internal sealed class StatusQuery(
    GatewayStart start, NetworkStatus network, AddressStatus addresses, CounterStatus counters, ServiceStatus services, SettingsStatus settings, IMemoryStatus? memory = null) : IStatusQueries
{
    private const int Schema = 1;
    private static readonly string s_version = typeof(StatusQuery).Assembly.GetName().Version!.ToString(3);

    public Result<StatusReport> Get(Actor actor)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        var now = network.Now;
        var report = new StatusReport(
            Schema, s_version, "running", start.Time, network.Access, network.Uplink, now.HasAddress ? now.UplinkAddress.ToString() : "none", now.Gateway?.ToString(),
            addresses.Pool, addresses.Devices, addresses.Bindings, start.Adopted, counters.StorageFailure, counters.Drops, counters.Counted, counters.Events,
            services.Dns, addresses.Napt, network.Mode, network.Peer, services.Portal, services.Dhcp, services.Mail, services.Webhook, settings.Report,
            memory is null ? null : new MemoryReport(memory.Now.Used, memory.Now.Limit, memory.Level > 0),
            network.Firewall, now.Inside.ToString(), Known: addresses.Known, HasVendors: counters.HasVendors, Accounts: services.Accounts, Web: services.Web, Exports: services.Exports, Ipv6: network.Ipv6, Volumes: addresses.Volumes);
        var problems = StatusProblems.Of(report, now, network.Down, network.Attention);
        return report with { Problems = [.. problems.Select(p => p.Text)], Health = Problem.HealthOf(problems), Faults = [.. problems.Select(p => p.Report)] };
    }
}

/// <summary>The part of the status about the interfaces.</summary>
/// <param name="state">The interfaces now.</param>
/// <param name="lan">Null with two arms.</param>
/// <param name="closed">The paths that a firewall closes.</param>
/// <param name="attention">The things that the gateway waits for or lacks.</param>
internal sealed class NetworkStatus(
    InnkeeperConfig config, Func<NetworkState> state, GatewayHealth health, OneArmController? lan, Func<IReadOnlyList<ClosedPath>> closed, Func<IReadOnlyList<Problem>> attention,
    Ipv6Routers routers)
{
    public IReadOnlyList<FirewallReport> Firewall =>
        [.. closed().Select(c => new FirewallReport(c.Interface == FirewallWatch.InputInterface ? FirewallReport.Input : "forward", c.Interface, c.Commands))];

    public NetworkState Now => state();

    /// <summary>Gateways that do not answer.</summary>
    public IEnumerable<(string Name, string NextHop)> Down => config.Gateways.Select(g => (g.Name, NextHop: g.NextHop.ToString()))
        .Prepend((GatewayConfig.MainName, Now.Gateway?.ToString() ?? "none"))
        .Where((_, number) => health.StateOf(number).IsDown);

    public string Access => config.Access.Interface;

    public string Uplink => config.Uplink.Interface;

    public string Mode => config.IsOneArmed ? "one-armed" : "two-armed";

    public IReadOnlyList<Problem> Attention => attention();

    public Ipv6Report Ipv6 => new(
        Outside6() is not null ? Ipv6Report.Carried : config.RefusesIpv6 ? Ipv6Report.Refused : config.IsOneArmed ? Ipv6Report.LeftAlone : config.PassesIpv6 ? Ipv6Report.Host : Ipv6Report.Dropped,
        [.. routers.Known.Select(r => new Ipv6RouterReport(r.Station.Mac.ToString(), r.Station.Vlan, r.Address.ToString()))], Outside6()?.Prefix.ToString(), Outside6()?.Router.ToString());

    /// <summary>The IPv6 outside; null: there is none. Any thread.</summary>
    public Func<Ipv6Outside?> Outside6 { get; init; } = () => null;

    public PeerReport? Peer => lan?.Peer is { } peer ? new PeerReport(peer.IsPassive ? "passive" : "active", peer.Mac.ToString(), peer.Priority) : null;
}

/// <summary>The part of the status about addresses and the devices that have them.</summary>
/// <param name="bindings">The snapshot of the bindings, by number.</param>
/// <param name="volumes">Null: none is counted.</param>
internal sealed class AddressStatus(AddressPools pools, INaptStatistics napt, DeviceStore records, Func<IReadOnlyDictionary<uint, Binding>> bindings, VolumeLimits? volumes = null)
{
    private const int MostVolumes = 20;

    public VolumesReport? Volumes
    {
        get
        {
            if (volumes is not { IsUsed: true })
            {
                return null;
            }

            var now = volumes.Uses.Select(u => volumes.Of(u.Key)).OfType<VolumeStanding>().Where(v => v.Use.Octets > 0).ToList();
            return new VolumesReport(
                now.Count, now.Count(v => v.IsUsedUp), [.. now.OrderByDescending(v => (double)v.Use.Octets / v.Limit).Take(MostVolumes).Select(DeviceQueries.ReportOf)]);
        }
    }

    public IReadOnlyDictionary<string, int> Known
    {
        get
        {
            var states = records.Devices.Values.CountBy(d => DeviceQueries.NameOf(d.Admission.State)).ToDictionary();
            return DevicesReport.States.ToDictionary(s => s, s => states.GetValueOrDefault(s));
        }
    }

    public PoolReport Pool => new(
        pools.Total, pools.Count(AddressState.Ready), pools.Count(AddressState.Bound), pools.Count(AddressState.Probing), pools.Count(AddressState.Quarantined));

    /// <summary>The stations that have a binding of IPv6.</summary>
    public Func<IEnumerable<Station>> Ipv6 { get; init; } = () => [];

    public int Devices => bindings().Values.Select(b => b.Claim.Station).Union(Ipv6()).Count();

    public int Bindings => bindings().Count;

    public NaptReport Napt
    {
        get
        {
            var sharers = bindings().Values.Where(b => b.Share != 0 && !b.Policy.IsHeld).Select(b => (b.Shared, b.Claim.Station)).Distinct().CountBy(b => b.Shared).ToDictionary();
            var (found, addresses) = (napt.Found, napt.Addresses);
            return new NaptReport(
                [
                    .. addresses.Select(s => new SharedAddressReport(
                        ((Ipv4Address)s.Address).ToString(), s.Flags.HasFlag(SharedFlags.Usable) ? "usable" : "given up", sharers.GetValueOrDefault(s.Address))),
                ],
                found.Live, found.Resting, napt.Capacity, found.Blocks, napt.Ports.Room.Ports, napt.Ports.Room.Free,
                PortWatch.NeededFor(napt.Ports.Devices, napt.Ports.Room.Addresses == 0 ? 0 : napt.Ports.Room.Ports / napt.Ports.Room.Addresses), napt.Ports.Refused,
                addresses.Where(s => s.Flags.HasFlag(SharedFlags.Usable) && s.BlockPorts > 0).Sum(s => s.Layout.Blocks));
        }
    }
}

/// <summary>The part of the status that counts what happened.</summary>
/// <param name="drops">Reads how many packets the data plane dropped for a reason.</param>
/// <param name="storage">Whether state is being written.</param>
internal sealed class CounterStatus(Counters counters, Func<DropReason, ulong> drops, EventLog log, EventStream events, Func<StorageHealth> storage, Vendors vendors)
{
    public bool HasVendors => vendors.IsThere;

    public string? StorageFailure => storage() is { IsOk: false } health ? $"{health.Reason} ({health.Path}), since {health.FailingSince:u}" : null;

    public IReadOnlyDictionary<string, ulong> Drops =>
        Enum.GetValues<DropReason>().Where(r => r != DropReason.None).ToDictionary(r => Counters.ToSnakeCase(r.ToString()), drops);

    public IReadOnlyDictionary<string, ulong> Counted
    {
        get
        {
            var counted = counters.Snapshot();
            counted["events_suppressed"] = (ulong)log.Suppressed;
            return counted;
        }
    }

    public IReadOnlyList<EventReport> Events => events.Recent;
}
