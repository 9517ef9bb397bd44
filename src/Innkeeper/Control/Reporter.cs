using Innkeeper.Addresses;
using Innkeeper.Interfaces;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.Dns;
using Innkeeper.Dns.Sockets;
using Innkeeper.Events;
using Innkeeper.Interop;
using Innkeeper.Notifications;
using Innkeeper.Portal;
using Innkeeper.Storage;
using Innkeeper.Wire;
using Stopwatch = System.Diagnostics.Stopwatch;

namespace Innkeeper.Control;

/// <summary>Puts reports together from snapshots and from the data plane's counters; disturbs nobody.</summary>
internal sealed partial class Reporter(
    ConfigurationResult configuration, DateTimeOffset started, InterfaceMonitor arms, DnsService? dns, PortalService? portal, BpfPlane plane, BindingTable table, SharedTable shared,
    ControlCore control, Administration administration, Counters counters, EventLog events, StateStore store, StateWriter writer, AdoptionReport adopted, Notifier? notifier, TimeProvider clock) : IControlSource
{
    /// <summary>Has the process take new settings by replacing itself.</summary>
    public Action? Replace { get; init; }

    public required SettingsReport Settings { get; init; }

    /// <summary>Until the sockets are closed that nobody wants any more, who asks is not told that new settings are in force.</summary>
    private SettingsReport SettingsNow => ProcessHandover.IsUnderWay ? Settings with { Number = Settings.Number - 1 } : Settings;

    private const int Schema = 1;
    private static readonly string s_version = typeof(Reporter).Assembly.GetName().Version!.ToString(3);
    private readonly InnkeeperConfig _config = configuration.Config!;
    private readonly Vendors _vendors = new(Vendors.DefaultDirectory);

    public StatusReport Status()
    {
        var bindings = control.Registry.Bindings;
        var drops = new Dictionary<string, ulong>();
        foreach (var reason in Enum.GetValues<DropReason>().Where(r => r != DropReason.None))
        {
            ulong sum = 0;
            foreach (var count in plane.Drops.Read((uint)reason))
            {
                sum += count;
            }

            drops[Counters.ToSnakeCase(reason.ToString())] = sum;
        }

        var counted = counters.Snapshot();
        counted["events_suppressed"] = (ulong)events.Suppressed;
        return new StatusReport(
            Schema, s_version, "running", started, _config.Access.Interface, _config.Uplink.Interface, arms.NetworkState.UplinkAddress.ToString(), arms.NetworkState.Gateway?.ToString(),
            new PoolReport(control.Pools.Total, control.Pools.Count(AddressState.Ready), control.Pools.Count(AddressState.Bound), control.Pools.Count(AddressState.Probing), control.Pools.Count(AddressState.Quarantined)),
            bindings.Values.Select(b => b.Claim.Station).Distinct().Count(), bindings.Count, adopted, writer.Health is { IsOk: false } health ? $"{health.Reason} ({health.Path}), since {health.FailingSince:u}" : null,
            drops, counted, [.. events.Latest().Select(ReportOf)], dns is null ? null : DnsOf(dns), NaptNow(),
            control.OneArm is null ? "two-armed" : "one-armed", control.OneArm?.Peer is { } peer ? new PeerReport(peer.IsPassive ? "passive" : "active", peer.Mac.ToString(), peer.Priority) : null,
            Portal: portal is null ? null : PortalOf(portal), Dhcp: Dhcp is null ? null : DhcpOf(Dhcp), Mail: OutboxOf(notifier?.Mail), Webhook: OutboxOf(notifier?.Webhook), Settings: SettingsNow);
    }

    public ConfigReport ConfigShow() => ConfigReporter.Of(configuration, arms.NetworkState);

    private BindingReport BindingOf(Binding binding)
    {
        var traffic = table.TrafficOf(binding.Number);
        var silent = Stopwatch.GetElapsedTime(0) - TimeSpan.FromTicks((long)(traffic.LastOut / 100));
        var inside = new Ipv4Address(_config.Inside.Network.NetworkId.Value + binding.Number);
        return new BindingReport(
            binding.Claim.Address.ToString(), binding.Outside.ToString(), inside.ToString(),
            binding.Gateway == Ipv4Address.Any ? null : binding.Gateway.ToString(), "active",
            binding.FirstSeen, clock.GetUtcNow() - silent, traffic.OutPackets, traffic.OutBytes, traffic.InPackets, traffic.InBytes,
            dns is null ? null : [.. dns.Asked.Of(inside).Select(s => s.ToString())],
            binding.Share == 0 ? null : SharedOf(binding));
    }

    private SharedReport SharedOf(Binding binding)
    {
        var used = shared.UsedOf(binding.Share);
        return new SharedReport(binding.Shared.ToString(), used[(int)PortKind.Tcp], used[(int)PortKind.Udp], used[(int)PortKind.Icmp], used[(int)PortKind.None]);
    }

    private NaptReport NaptNow()
    {
        var sharers = control.Registry.Bindings.Values.Where(b => b.Share != 0).Select(b => (b.Shared, b.Claim.Station)).Distinct().GroupBy(b => b.Shared).ToDictionary(g => g.Key, g => g.Count());
        return new NaptReport(
            [.. shared.Read().Select(s => new SharedAddressReport(((Ipv4Address)s.Slot.Address).ToString(), s.Slot.Flags.HasFlag(SharedFlags.Usable) ? "usable" : "given up", sharers.GetValueOrDefault(s.Slot.Address)))],
            control.Napt.Found.Live, control.Napt.Found.Resting, shared.Mappings, control.Napt.Found.Blocks);
    }

    private static PortalReport PortalOf(PortalService portal) =>
        new(Enum.GetValues<PortalCounter>().ToDictionary(c => Counters.ToSnakeCase(c.ToString()), portal.Counters.Counted), portal.Connections);

    private static OutboxReport? OutboxOf(NotificationChannel? desk) => desk is null ? null : new OutboxReport(
        desk.Outbox.State.Waiting, desk.Sender.Sent, desk.Sender.Dead, desk.Sender.Last?.Text, desk.Sender.Last?.Time, desk.Sender.Last?.IsTaken);

    private static DnsReport DnsOf(DnsService dns) => new(
        Enum.GetValues<DnsCounter>().ToDictionary(c => Counters.ToSnakeCase(c.ToString()), dns.Resolver.Counted),
        dns.Resolver.Cache.Count, dns.Resolver.Cache.Size, dns.Resolver.PendingCount,
        [
            .. dns.Resolver.Upstreams.Select(u => new UpstreamReport(
                u.Address.ToString(), u.IsDead ? "dead" : "alive", Math.Round(u.Latency.TotalMilliseconds, 2), u.Queries, u.Answers, u.Timeouts, u.Failures)),
        ]);
}
