using Innkeeper.ControlPlane;
using Innkeeper.Events;
using Innkeeper.Dns;
using Innkeeper.Dns.Sockets;
using Innkeeper.Management.Contracts;
using Innkeeper.Notifications;
using Innkeeper.Portal;

namespace Innkeeper.Management;

/// <summary>The users and tokens, for the status.</summary>
internal interface IAccountStatus
{
    AccountsReport Report { get; }
}

/// <summary>The exports, for the status.</summary>
internal interface IExportStatus
{
    IReadOnlyList<ExportReport> Exports { get; }
}

/// <summary>The part of the status about the services. Each is null when it is off.</summary>
/// <param name="web">The web console now; it is made after the status.</param>
/// <param name="gardenPackets">Packets of held devices to the hosts of their walled garden.</param>
internal sealed class ServiceStatus(DnsService? dns, PortalService? portal, DhcpServer? dhcp, Notifier? notifier, IAccountStatus? accounts = null, Func<WebReport?>? web = null, IExportStatus? exports = null, Func<ulong>? gardenPackets = null)
{
    public IReadOnlyList<ExportReport>? Exports => exports?.Exports;

    public AccountsReport? Accounts => accounts?.Report;

    public WebReport? Web => web?.Invoke();

    public DnsReport? Dns => dns is null ? null : DnsOf(dns);

    public PortalReport? Portal => portal is null ? null : new PortalReport(
        Enum.GetValues<PortalCounter>().ToDictionary(c => Counters.ToSnakeCase(c.ToString()), portal.Counters.Counted), portal.Connections, gardenPackets?.Invoke() ?? 0);

    public DhcpReport? Dhcp => dhcp is null ? null : new DhcpReport(
        dhcp.Settings.Server.ToString(), $"{dhcp.Settings.Network.NetworkId}/{dhcp.Settings.Network.PrefixLength}", dhcp.Settings.LeasesLegal ? "legal" : "private",
        dhcp.Leases.Capacity, dhcp.Leases.Active, dhcp.Leases.Offered, dhcp.Leases.Quarantined);

    public OutboxReport? Mail => OutboxOf(notifier?.Mail);

    public OutboxReport? Webhook => OutboxOf(notifier?.Webhook);

    private static OutboxReport? OutboxOf(NotificationChannel? channel) => channel is null ? null : new OutboxReport(
        channel.Outbox.State.Waiting, channel.Sender.Sent, channel.Sender.Dead, channel.Sender.Last?.Text, channel.Sender.Last?.Time, channel.Sender.Last?.IsTaken);

    private static DnsReport DnsOf(DnsService dns) => new(
        Enum.GetValues<DnsCounter>().ToDictionary(c => Counters.ToSnakeCase(c.ToString()), dns.Resolver.Counted),
        dns.Resolver.Cache.Count, dns.Resolver.Cache.Size, dns.Resolver.PendingCount,
        [
            .. dns.Resolver.Upstreams.Select(u => new UpstreamReport(
                u.Address.ToString(), u.IsDead ? "dead" : "alive", Math.Round(u.Latency.TotalMilliseconds, 2), u.Queries, u.Answers, u.Timeouts, u.Failures)),
        ],
        dns.Resolver.Budgets.Pending.Capacity, [.. Enum.GetValues<AnswerSource>().Select(s => TimesOf(dns.Resolver.Times, s))]);

    private static AnswerTimesReport TimesOf(AnswerTimes times, AnswerSource source)
    {
        var (counts, sum) = times.Read(source);
        return new AnswerTimesReport(source.ToString().ToLowerInvariant(), sum.TotalSeconds, [.. counts.Select((c, i) => new AnswerBucket(i < AnswerTimes.Bounds.Count ? AnswerTimes.Bounds[i] : null, c))]);
    }
}
