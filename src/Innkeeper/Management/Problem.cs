using Innkeeper.Events;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>The kinds of present problems. Their names in reports, such as "router-down", are frozen: append only. docs/cli.md lists them.</summary>
internal enum ProblemKind
{
    InterfaceDown,
    UplinkWaits,
    OneLan,
    NoRouter,
    RouterDown,
    RouterRemembered,
    GatewayDown,
    SettingsFailed,
    Storage,
    FirewallInput,
    FirewallForward,
    MemoryLow,
    PortsExhausted,
    DnsUnset,
    DnsDown,
    LeasesExhausted,
    PoolExhausted,
    MailWaits,
    WebhookWaits,
    Accounts,
    WebAddress,
    ControlLoop,
    ExportWaits,
    ForwardRefused,
}

/// <summary>A problem that the gateway has now.</summary>
/// <param name="Text">One sentence, with what to do.</param>
internal sealed record Problem(ProblemKind Kind, string Text)
{
    /// <summary>Devices in general have no service.</summary>
    public const string Broken = "broken";

    /// <summary>Devices are served, but some are refused, or something that you asked for is not done.</summary>
    public const string Degraded = "degraded";

    public const string Healthy = "healthy";

    public string Severity => Kind switch
    {
        ProblemKind.InterfaceDown or ProblemKind.UplinkWaits or ProblemKind.OneLan or ProblemKind.NoRouter or ProblemKind.RouterDown or ProblemKind.FirewallInput
            or ProblemKind.DnsUnset or ProblemKind.DnsDown or ProblemKind.ControlLoop => Broken,
        _ => Degraded,
    };

    public FaultReport Report => new(NameOf(Kind), Severity, Text);

    public static string NameOf(ProblemKind kind) => Counters.ToSnakeCase(kind.ToString()).Replace('_', '-');

    /// <summary>The worst severity, or "healthy".</summary>
    public static string HealthOf(IReadOnlyList<Problem> problems) => problems.Count == 0 ? Healthy : problems.Any(p => p.Severity == Broken) ? Broken : Degraded;
}
