using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Bindings;
using Innkeeper.Dns;

namespace Innkeeper.Control;

/// <content>Who is here, and what is known and decided about them.</content>
internal sealed partial class Reporter
{
    public DevicesReport Devices()
    {
        var (records, bindings) = (control.Policy.Devices.Devices, control.Registry.Bindings);
        var present = bindings.Values.GroupBy(b => b.Claim.Station)
            .Select(g => DeviceOf(g.Key, records.GetValueOrDefault(g.Key.Mac), [.. g.OrderBy(b => b.Claim.Address).Select(BindingOf)])).ToList();

        // In which VLAN a device was that has no address, its record does not tell.
        var macs = bindings.Values.Select(b => b.Claim.Station.Mac).ToHashSet();
        present.AddRange(records.Values.Where(r => !macs.Contains(r.Mac)).Select(r => DeviceOf(new Station(0, r.Mac), r, [])));
        return new DevicesReport(DevicesReport.CurrentSchema, [.. present.OrderBy(d => d.Vlan).ThenBy(d => d.Mac, StringComparer.Ordinal)]);
    }

    private DeviceReport DeviceOf(Station station, DeviceRecord? record, IReadOnlyList<BindingReport> bindings)
    {
        var mac = station.Mac;
        var firstSeen = record?.FirstSeen ?? bindings.Min(b => b.FirstSeen);
        return new DeviceReport(
            mac.ToString(), station.Vlan, _vendors.Find(mac), mac.IsLocallyAdministered, StateOf(record?.Admission.State ?? AdmissionState.New),
            bindings.Count == 0 ? firstSeen : bindings.Min(b => b.FirstSeen), bindings.Count == 0 ? firstSeen : bindings.Max(b => b.LastSeen), bindings,
            Sum(b => b.PacketsOut), Sum(b => b.BytesOut), Sum(b => b.PacketsIn), Sum(b => b.BytesIn),
            dns is null || _config.Dns.Zone == "" ? null : $"{DeviceNames.LabelOf(station)}.{_config.Dns.Zone}",
            record?.Profile, NullIfEmpty(record?.Name), record is null ? null : [.. record.Tags], NullIfEmpty(record?.HostName),
            record?.Uses is { } uses ? uses == DeviceUse.Dhcp : null,
            record is null ? null : new StandingReport(StateOf(record.Admission.State), record.Admission.Reason, record.Admission.By, record.Admission.Since, record.Admission.Until),
            record?.PinnedProfile, record?.PinnedLegal?.ToString());

        ulong Sum(Func<BindingReport, ulong> count) => bindings.Aggregate(0UL, (sum, binding) => sum + count(binding));
    }

    private static string? NullIfEmpty(string? text) => text is "" ? null : text;

    private static string StateOf(AdmissionState state) => state switch
    {
        AdmissionState.Held => "held",
        AdmissionState.Admitted => "admitted",
        AdmissionState.Blocked => "blocked",
        _ => "new",
    };
}
