using System.Diagnostics;
using System.Runtime.InteropServices;
using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Ipv6;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>The known devices, their details and the decisions about them.</summary>
/// <param name="inside">The inside network now.</param>
/// <param name="isTaken">Whether a foreign host uses an outside address.</param>
internal sealed class DeviceQueries(
    InnkeeperConfig config, Func<Ipv4Network> inside, DeviceDirectory directory, IBindingStatistics statistics, Vendors vendors, TimeProvider clock, Func<Ipv4Address, bool> isTaken) : IDeviceQueries
{
    public Result<DevicesReport> List(Actor actor, DeviceFilter? filter = null)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        filter ??= new DeviceFilter();
        if (filter.Check(config.Profiles.Keys.Order()) is { } wrong)
        {
            return wrong;
        }

        var selection = Selection(filter);
        DevicePlace? after = null;
        if (filter.Cursor is { } cursor && (after = DevicePlace.Of(cursor, selection.Order)) is null)
        {
            return new Invalid("cursor", cursor, "the \"next\" of the page before, with the same sort and reverse");
        }

        // Only devices of the page become reports: a report has statistics, which cost system calls.
        var selected = selection.Select();
        var first = after is { } place ? selection.IndexAfter(selected, place) : 0;
        var page = CollectionsMarshal.AsSpan(selected)[first..Math.Min(selected.Count, first + (filter.MostDevices ?? selected.Count))];
        var devices = new List<DeviceReport>(page.Length);
        foreach (var device in page)
        {
            devices.Add(DeviceOf(device.Device));
        }

        return new DevicesReport(DevicesReport.CurrentSchema, devices, selected.Count, first + page.Length < selected.Count ? page[^1].Place.ToCursor(selection.Order) : null);
    }

    /// <summary>The devices that a filter selects; the filter's fault.</summary>
    public Result<IReadOnlyList<KnownDevice>> Select(DeviceFilter filter) =>
        filter.Check(config.Profiles.Keys.Order()) is { } wrong ? wrong : Selection(filter).Select().ConvertAll(s => s.Device);

    public Result<DevicesReport> Find(Actor actor, string device)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        var found = directory.Find(device);
        return found.IsOk ? Report(directory.Of(found.Value.Mac)) : found.Failure;
    }

    /// <summary>The traffic of a counter of IPv6.</summary>
    public Func<uint, Traffic> Ipv6TrafficOf { get; init; } = _ => default;

    public static string NameOf(AdmissionState state) => state switch
    {
        AdmissionState.Held => "held",
        AdmissionState.Admitted => "admitted",
        AdmissionState.Blocked => "blocked",
        _ => "new",
    };

    public static VolumeReport ReportOf(VolumeStanding volume) => new(
        volume.Group.Name, volume.Group.Profile, volume.Limit, volume.Use.Octets, Math.Max(0, volume.Limit - volume.Use.Octets), ProfileDefinitions.NameOf(volume.Period), volume.End.ToUniversalTime(),
        volume.IsUsedUp);

    private static string? EndOf(DeviceRecord record) => record.Admission is not { State: AdmissionState.Held, Origin: DecisionSource.Time } ? null : record.Grant?.End switch
    {
        GrantEnd.Revoked => "revoked",
        GrantEnd.CheckOut => "check_out",
        GrantEnd.Data => "data",
        _ => "time",
    };

    private static string? NullIfEmpty(string? text) => text is "" ? null : text;

    private string? Zone => !config.Dns.Enabled || config.Dns.Zone == "" ? null : config.Dns.Zone;

    private DevicesReport Report(KnownDevice[] devices) => new(DevicesReport.CurrentSchema, [.. devices.Select(DeviceOf)], devices.Length);

    private DeviceSelection Selection(DeviceFilter filter) =>
        new(filter, filter.Text is null ? null : new DeviceText(filter.Text, Zone, vendors), directory, statistics, CauseOf, clock.GetUtcNow());

    private string? CauseOf(KnownDevice device) => DeviceCause.Of(device.Record, config.Profiles, directory.RefusalOf(device.Station.Mac, clock.GetUtcNow()), directory.VolumeOf(device) is { IsHeld: true });

    private DeviceReport DeviceOf(KnownDevice device)
    {
        var (mac, record) = (device.Station.Mac, device.Record);
        BindingReport[] bindings = [.. device.Bindings.Select(BindingOf)];
        var firstSeen = clock.ToWall(device.FirstSeen);
        var heard = clock.ToWall(directory.LastSeenOf(mac));
        Ipv6AddressReport[] ipv6 = [.. device.Ipv6.Select(AddressOf)];
        var lastSeen = bindings.Select(b => b.LastSeen).Concat(ipv6.Select(a => a.LastSeen)).Append(heard ?? firstSeen).Max();
        var isPinLost = record?.PinnedLegal is { } pinned && isTaken(pinned);
        return new DeviceReport(
            mac.ToString(), device.Station.Vlan, vendors.Find(mac), mac.IsLocallyAdministered, NameOf(device.State),
            firstSeen, lastSeen < firstSeen ? firstSeen : lastSeen, bindings,
            Sum(b => b.PacketsOut, a => a.PacketsOut), Sum(b => b.BytesOut, a => a.BytesOut), Sum(b => b.PacketsIn, a => a.PacketsIn), Sum(b => b.BytesIn, a => a.BytesIn),
            Zone is { } zone ? $"{DeviceNames.LabelOf(device.Station)}.{zone}" : null,
            record?.Profile, NullIfEmpty(record?.Name), record is null ? null : [.. record.Tags], NullIfEmpty(record?.HostName),
            record?.Uses is { } uses ? uses == DeviceUse.Dhcp : null,
            record is null ? null : new AdmissionReport(
                NameOf(record.Admission.State), record.Admission.Reason, record.Admission.By, clock.ToWall(record.Admission.Since), clock.ToWall(record.Admission.Until), EndOf(record)),
            record?.PinnedProfile, record?.PinnedLegal?.ToString(), IsSeen: directory.IsSeen(device),
            PinnedProblem: isPinLost ? "a host on the uplink uses it; the device gets it back when that host is gone" : null, Etag: DeviceVersion.Of(record), DnsName: Zone is { } given && directory.Names.LabelOf(mac) is { } label ? $"{label}.{given}" : null, Cause: CauseOf(device),
            LimitsWith: device.AllBindings.Select(b => b.Policy.Group).FirstOrDefault(g => g is not null),
            Volume: directory.VolumeOf(device) is { } volume ? ReportOf(volume) : null, Ipv6: ipv6.Length > 0 ? ipv6 : null);

        ulong Sum(Func<BindingReport, ulong> count, Func<Ipv6AddressReport, ulong> ofIpv6) =>
            ipv6.Aggregate(bindings.Aggregate(0UL, (sum, binding) => sum + count(binding)), (sum, address) => sum + ofIpv6(address));
    }

    private Ipv6AddressReport AddressOf(Ipv6Binding binding)
    {
        var traffic = Ipv6TrafficOf(((ICountedBinding)binding).Counter);
        var seen = traffic.LastOut == 0 ? binding.FirstSeen : clock.GetUtcNow() - traffic.IdleFor(Stopwatch.GetElapsedTime(0));
        return new Ipv6AddressReport(
            binding.Claim.Address.ToString(), binding.HasOutside ? binding.Outside.ToString() : null, clock.ToWall(binding.FirstSeen), clock.ToWall(seen < binding.FirstSeen ? binding.FirstSeen : seen),
            traffic.OutPackets, traffic.OutBytes, traffic.InPackets, traffic.InBytes);
    }

    /// <summary>A binding without a packet yet was last seen when it began.</summary>
    public static DateTimeOffset LastSeenOf(Binding binding, TimeSpan idle, DateTimeOffset now) => idle < now - binding.FirstSeen ? now - idle : binding.FirstSeen;

    private BindingReport BindingOf(Binding binding)
    {
        var seen = statistics.Of(binding);
        var ports = seen.Ports;
        return new BindingReport(
            binding.Claim.Address.ToString(), binding.Outside.ToString(), inside().AddressOf(binding).ToString(),
            binding.Gateway == Ipv4Address.Any ? null : binding.Gateway.ToString(), "active",
            clock.ToWall(binding.FirstSeen), clock.ToWall(LastSeenOf(binding, seen.Idle, clock.GetUtcNow())), seen.Traffic.OutPackets, seen.Traffic.OutBytes, seen.Traffic.InPackets, seen.Traffic.InBytes,
            seen.DnsServers?.Select(s => s.ToString()).ToList(),
            binding.Share == 0 ? null : new SharedReport(binding.Shared.ToString(), ports[(int)PortKind.Tcp], ports[(int)PortKind.Udp], ports[(int)PortKind.Icmp], ports[(int)PortKind.None]));
    }
}
