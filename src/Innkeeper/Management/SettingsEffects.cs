using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;

namespace Innkeeper.Management;

/// <summary>The effects of other settings on devices, before they are in force.</summary>
internal sealed class SettingsEffects(DeviceDirectory directory, TimeProvider clock)
{
    /// <summary>A report that names the devices whose access would change.</summary>
    /// <param name="report">Without them.</param>
    public ReloadReport Add(ReloadReport report, InnkeeperConfig next)
    {
        var policy = new AdmissionPolicy(next.Profiles, next.Rules, time => clock.ToWall(time));
        var (now, served) = (clock.GetUtcNow(), next.Access.Vlans.ToHashSet());
        var machines = next.Machines.Where(m => m.Mac is not null).ToDictionary(m => m.Mac!.Value);
        var places = next.Machines.Where(m => m.Mac is null).ToDictionary(m => m.Name);
        List<string> held = [], cut = [], admitted = [];
        foreach (var device in directory.All())
        {
            if (device.Record is not { } record)
            {
                continue;
            }

            var isOnline = device.IsOnline;
            var machine = machines.GetValueOrDefault(record.Mac) ?? (record.Machine is { Mac: null } place ? places.GetValueOrDefault(place.Name) : null);
            var after = policy.Evaluate(record with { Machine = machine }, device.Station.Vlan, now).Admission.State;
            var list = isOnline && device.Station.Vlan != 0 && !served.Contains(device.Station.Vlan) ? cut
                : isOnline && after != AdmissionState.Admitted ? held
                : record.Admission.State == AdmissionState.Held && after == AdmissionState.Admitted ? admitted
                : null;
            list?.Add(record.Name.Length > 0 ? record.Name : record.Mac.ToString());
        }

        return report with { Held = held, Cut = cut, Admitted = admitted };
    }
}
