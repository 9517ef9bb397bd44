using System.Text;

namespace Innkeeper.Events;

/// <summary>The counters of the control plane; their names in <c>status --json</c>, in snake case, are frozen: append only.</summary>
internal enum Counter
{
    Punts,
    PuntsMalformed,
    ArpAnswered,
    ArpAskedFirst,
    ArpStillAsking,
    ArpNotARequest,
    ArpSenderNotFrameSource,
    ArpProbe,
    ArpAnnouncement,
    ArpOwnAddress,
    ArpUnicastToOther,
    ArpUplinkNetwork,
    ArpAccessNetwork,
    ArpLiveOwner,
    FirstPacketsHeld,
    FirstPacketsReinjected,
    FirstPacketsLost,
    BindingsMade,
    BindingsReleased,
    BindingsMoved,
    RefusedDeviceLimit,
    RefusedPoolExhausted,
    RefusedTableFull,
    ProbesSent,
    AnnouncementsSent,
    Conflicts,
    SendFailed,
    RefusalsSent,
    PrivateDnsSilent,
    PrivateDnsReset,
    RefusedMapping,
    FragmentsHeld,
    FragmentsBroughtBack,
    FragmentsLost,
    ArpBogusAddress,
    ArpRegularHost,
    ArpPassive,
    ArpImpostor,
    ArpGivenBack,
    ArpRepaired,
    ArpQuestionLimit,
    RefusedBlocked,
    RefusedByProfile,
    DhcpOffered,
    DhcpAcknowledged,
    DhcpInformed,
    DhcpRefused,
    DhcpReleased,
    DhcpDeclined,
    DhcpMalformed,
    DhcpRelayed,
    DhcpForeignMac,
    DhcpNotServed,
    DhcpOtherServer,
    DhcpUnknown,
    DhcpExhausted,
    DhcpNotItsLease,
    DhcpSent,
    DhcpNotDurable,
    DhcpServerHeard,
    StrangersAsked,
    StrangersProven,
    DhcpBootpServed,
    DhcpBootpRefused,
    RouterIntroductions,
    OneLanIgnored,
    NeighborAnswered,
    NeighborAsked,
    NeighborOwned,
    NeighborProbe,
    NeighborLimit,
    Ipv6Refused,
    Ipv6BindingsMade,
    Ipv6BindingsReleased,
    Ipv6BindingsMoved,
    Ipv6BindingsReplaced,
    Ipv6Conflicts,
    Dhcpv6Informed,
}

/// <summary>The counters' values. Any thread may add and read.</summary>
internal sealed class Counters
{
    private static readonly string[] s_names = [.. Enum.GetNames<Counter>().Select(ToSnakeCase)];

    private readonly long[] _values = new long[s_names.Length];

    public void Add(Counter counter, long amount = 1) => Interlocked.Add(ref _values[(int)counter], amount);

    public long Read(Counter counter) => Interlocked.Read(ref _values[(int)counter]);

    public Dictionary<string, ulong> Snapshot()
    {
        var snapshot = new Dictionary<string, ulong>(_values.Length);
        for (var i = 0; i < _values.Length; i++)
        {
            snapshot[s_names[i]] = (ulong)Interlocked.Read(ref _values[i]);
        }

        return snapshot;
    }

    internal static string ToSnakeCase(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0)
            {
                text.Append('_');
            }

            text.Append(char.ToLowerInvariant(c));
        }

        return text.ToString();
    }
}
