using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management.Diagnosis;

/// <summary>The gateway's state beside the devices, as a diagnosis reads it. Any thread.</summary>
/// <param name="Network">The interfaces now.</param>
/// <param name="OneLan">Two arms that are one LAN, in a sentence; null: they are two.</param>
/// <param name="Attention">The things that the uplink lacks, in a sentence; null: none.</param>
/// <param name="Peer">Another gateway of this LAN.</param>
/// <param name="Closed">The paths that a firewall of this host closes.</param>
/// <param name="IsTaken">Whether a foreign host uses an outside address.</param>
internal sealed record DiagnosisSources(
    Func<NetworkState> Network, Func<string?> OneLan, Func<string?> Attention, Func<PeerReport?> Peer, Func<IReadOnlyList<ClosedPath>> Closed, Func<Ipv4Address, bool> IsTaken,
    GatewayHealth Health, INaptStatistics Napt, IStationDrops Drops, IDnsInspector? Dns);

/// <summary>Gathers the facts about a device, and has <see cref="Diagnoser"/> find the cause.</summary>
internal sealed class DiagnosisQueries(
    InnkeeperConfig config, Func<Ipv4Network> inside, DeviceDirectory directory, IControlInbox inbox, IDeviceInspector inspector, IBindingStatistics statistics, DiagnosisSources sources,
    TimeProvider clock) : IDiagnosisQueries
{
    private const int Schema = 1;

    /// <summary>Up to this number of devices are diagnosed with all steps.</summary>
    private const int MostWithSteps = 3;

    /// <summary>Up to this number of devices get a line.</summary>
    private const int MostDevices = 200;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly DeviceSelector _selector = new(directory);

    public async ValueTask<Result<DiagnosisReport>> DiagnoseAsync(Actor actor, string device, string? to)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        var host = await HostOfAsync(to).ConfigureAwait(false);
        var drops = sources.Drops.All;
        Result<SelectedStations> selected;
        StationFacts[] stations;
        try
        {
            (selected, stations) = await inbox.RunAsync(() => Inspect(device, host, drops)).WaitAsync(s_patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new Unavailable("the gateway's control loop does not answer, so that new devices get nothing; restart the gateway: known devices stay online");
        }

        if (!selected.IsOk)
        {
            return selected.Failure;
        }

        var diagnoses = new List<DeviceDiagnosis>();
        var hasSteps = selected.Value.Stations.Count <= MostWithSteps;
        for (var i = 0; i < stations.Length; i++)
        {
            diagnoses.Add(Diagnose(await FactsOfAsync(selected.Value.Stations[i], stations[i], host, drops, hasSteps).ConfigureAwait(false), hasSteps));
        }

        if (diagnoses.Count == 0)
        {
            diagnoses.Add(Unheard(device, selected.Value, host));
        }

        return new DiagnosisReport(Schema, SafeText.Shorten(device), host.Shown, clock.WallNow(), diagnoses, Math.Max(0, selected.Value.Stations.Count - MostDevices));
    }

    private (Result<SelectedStations> Selected, StationFacts[] Stations) Inspect(string device, DiagnosedHost host, IReadOnlyList<StationDrop> drops)
    {
        var selected = _selector.Select(device, inspector, drops);
        return (selected, selected.IsOk ? [.. selected.Value.Stations.Take(MostDevices).Select(s => inspector.Inspect(s, host.Address))] : []);
    }

    private async Task<DiagnosedHost> HostOfAsync(string? to)
    {
        if (to is null)
        {
            return DiagnosedHost.Internet;
        }

        if (Ipv4Address.TryParse(to, out var address))
        {
            return HostAt(to, address);
        }

        var resolved = sources.Dns is { } dns ? await dns.ResolveAsync(to).ConfigureAwait(false) : await HostNames.ResolveAsync(to).ConfigureAwait(false);
        return resolved.Address is { } found ? HostAt(to, found) : new DiagnosedHost(to, null, resolved.Problem);
    }

    private DiagnosedHost HostAt(string name, Ipv4Address address) =>
        new(name, address) { Device = directory.All().FirstOrDefault(d => d.Bindings.Any(b => b.Legal == address))?.Station.Mac };

    private async Task<DiagnosisFacts> FactsOfAsync(Station station, StationFacts known, DiagnosedHost host, IReadOnlyList<StationDrop> drops, bool asksDns)
    {
        var mac = station.Mac;
        var record = directory.RecordOf(mac);
        var device = directory.Of(mac).FirstOrDefault(d => d.Station == station) ?? new KnownDevice(station, record, []);
        var (use, isStuck) = asksDns ? await DnsUseOfAsync(device).ConfigureAwait(false) : (null, false);
        var peer = sources.Peer();
        return new DiagnosisFacts(clock.WallNow().ToLocalTime(), config, device with { Record = WithWallTimes(record) }, sources.Network(), WithWallTimes(known))
        {
            To = host.Device == mac ? host with { Device = null } : host,
            Activity = [.. device.Bindings.Select(statistics.Of)],
            LastSeen = clock.ToWall(directory.LastSeenOf(mac)),
            Drops = [.. drops.Where(d => d.Station == station)],
            OneLan = sources.OneLan(),
            Attention = sources.Attention() is { } attention ? [attention] : [],
            ServedBy = peer is { State: "passive" } ? peer : null,
            Ports = sources.Napt.Ports,
            IsPinLost = record?.PinnedLegal is { } pinned && sources.IsTaken(pinned),
            Volume = directory.VolumeOf(device) is { } volume ? volume with { Use = volume.Use with { UsedUp = clock.ToWall(volume.Use.UsedUp) } } : null,
            Gateway = GatewayOf(known.Gateway),
            Closed = [.. sources.Closed()],
            DnsServers = [.. sources.Dns?.Servers ?? []],
            Dns = use,
            IsDnsStuck = isStuck,
        };
    }

    private async Task<(DnsUse? Use, bool IsStuck)> DnsUseOfAsync(KnownDevice device)
    {
        if (sources.Dns is not { } dns)
        {
            return (null, false);
        }

        DnsUse? latest = null;
        try
        {
            foreach (var binding in device.Bindings)
            {
                var use = await dns.UseOfAsync(inside().AddressOf(binding), clock.GetUtcNow() - binding.FirstSeen).ConfigureAwait(false);
                latest = latest?.Last?.AskedAgo <= (use.Last?.AskedAgo ?? TimeSpan.MaxValue) ? latest : use;
            }
        }
        catch (TimeoutException)
        {
            return (null, true);
        }

        return (latest, false);
    }

    private DiagnosedGateway GatewayOf(int number)
    {
        var network = sources.Network();
        var (isDown, since) = sources.Health.StateOf(number);
        var gateway = number == 0 ? null : config.Gateways[number - 1];
        return new DiagnosedGateway(
            gateway?.Name ?? GatewayConfig.MainName, gateway?.NextHop ?? network.Gateway, gateway?.Interface ?? network.Uplink.Name, isDown, clock.ToWall(since));
    }

    private DeviceRecord? WithWallTimes(DeviceRecord? record) => record is null ? null : record with
    {
        Admission = record.Admission with { Since = clock.ToWall(record.Admission.Since), Until = clock.ToWall(record.Admission.Until) },
    };

    private StationFacts WithWallTimes(StationFacts facts) => facts with { Leases = [.. facts.Leases.Select(l => l with { Expires = clock.ToWall(l.Expires) })] };

    private static DeviceDiagnosis Diagnose(DiagnosisFacts facts, bool hasSteps)
    {
        var diagnosed = Diagnoser.Of(facts);
        var record = facts.Device.Record;
        var isUnheard = record is null && facts.Heard() is null;
        return new DeviceDiagnosis(
            facts.Device.Station.Mac.ToString(), facts.Device.Station.Vlan,
            record is null ? null : record.Name.Length > 0 ? SafeText.OneLine(record.Name) : record.HostName.Length > 0 ? $"\"{SafeText.OneLine(record.HostName)}\"" : null,
            isUnheard ? DiagnosisReport.Unheard : diagnosed.Verdict, Safe(Diagnoser.ReportOf(diagnosed, facts)),
            hasSteps ? [.. diagnosed.Steps.Select(s => new StepReport(s.Id, NameOf(s.Verdict), SafeText.OneLine(s.Text), s.Time?.ToUniversalTime()))] : []);
    }

    /// <summary>Nothing matches: the VLAN or the interface may be why.</summary>
    private DeviceDiagnosis Unheard(string device, SelectedStations selected, DiagnosedHost host)
    {
        _ = MacText.TryParse(device, out var mac);
        var vlan = selected.Vlan ?? 0;
        var nothing = new StationFacts(TimeSpan.Zero, null, config.DefaultProfile, null, 0, null, []);
        var facts = new DiagnosisFacts(clock.WallNow().ToLocalTime(), config, new KnownDevice(new Station(vlan, mac), null, []), sources.Network(), nothing)
        {
            To = host,
            OneLan = sources.OneLan(),
        };
        var access = DeviceSteps.Access(facts);
        var cause = access.Cause ?? new Cause(
            "never-heard", selected.Unheard,
            vlan == 0 ? "Check that the device is on, its cable or Wi-Fi, and the VLAN of its switch port." : $"Check that VLAN {vlan} is tagged on the switch port of {config.Access.Interface}, and that devices are on it.");
        return new DeviceDiagnosis(
            mac == MacAddress.Zero ? null : mac.ToString(), vlan, null, DiagnosisReport.Unheard,
            Safe(new CauseReport(cause.Id, cause == access.Cause ? $"{selected.Unheard} {cause.Text}" : cause.Text, cause.WholeRemedy)), []);
    }

    private static CauseReport Safe(CauseReport cause) => cause with { Text = SafeText.OneLine(cause.Text), Remedy = SafeText.OneLine(cause.Remedy) };

    private static string NameOf(StepVerdict verdict) => verdict.ToString().ToLowerInvariant();
}
