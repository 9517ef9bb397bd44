using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The result of rules and the administrator's settings for a device in one VLAN, at one moment.</summary>
/// <param name="Policy">The policy that its bindings there are made and treated by.</param>
internal sealed record DeviceEvaluation(DeviceRecord Device, ProfileConfig Profile, BindingPolicy Policy)
{
    public bool IsBlocked => Device.Admission.State == AdmissionState.Blocked;
}

/// <summary>Device records, and the policies that follow from them by profiles and rules. Evaluates the rules once for each question.</summary>
/// <param name="leases">Null: DHCP leases no outside addresses.</param>
/// <param name="volumes">Null: no volume is counted.</param>
/// <param name="hasGarden">Held devices may reach some hosts: they share an outside address for that, whatever their profile says of admitted ones.</param>
internal sealed class PolicyService(
    ImmutableDictionary<string, ProfileConfig> configured, AdmissionPolicy admission, DeviceStore devices, ProfileProgrammer profiles, LeaseDatabase? leases, IStateStore store, Registry registry,
    AdmissionEnds ends, VolumeLimits? volumes, bool hasGarden, TimeProvider clock)
{
    private readonly bool _someIsolate = configured.Values.Any(p => p.Isolate);

    public DeviceStore Devices => devices;

    /// <summary>Whether a MAC has a binding of IPv6: its record is not displaced.</summary>
    public Func<MacAddress, bool> IsHereByIpv6 { get; set; } = _ => false;

    public AdmissionPolicy Admission => admission;

    /// <summary>Whether a decision may change with time alone.</summary>
    public bool DependsOnTime => admission.DependsOnTime;

    public DeviceRecord? Find(MacAddress mac) => devices.Find(mac);

    /// <summary>A device's record, known or new, with the facts learnt now. Stores nothing.</summary>
    public DeviceEvaluation Evaluate(Station station, Func<DeviceRecord, DeviceRecord> learn) =>
        Evaluate(learn(devices.FindOrNew(station.Mac, clock.GetUtcNow())), station.Vlan);

    public DeviceEvaluation Evaluate(DeviceRecord device, ushort vlan)
    {
        var evaluated = admission.Evaluate(device, vlan, clock.GetUtcNow(), out var profile);
        var isHeld = evaluated.Admission.State != AdmissionState.Admitted || volumes?.Of(profile, evaluated, vlan) is { IsHeld: true };
        return new DeviceEvaluation(evaluated, profile, new BindingPolicy(
            profiles.PlaceOf(profile.Name), profiles.GatewayOf(profile), profile.Addresses, profile.Legal != LegalPreference.Shared, isHeld ? hasGarden : profile.Legal != LegalPreference.OwnOnly,
            profile.Inbound, isHeld,
            device.PinnedLegal ?? leases?.AddressOf(new Station(vlan, device.Mac)), (evaluated.Machine?.Appear ?? profile.Appear) == CallerAppearance.Local,
            LimitGroup.Of(profile, evaluated, vlan)));
    }

    public ProfileConfig ProfileOf(DeviceRecord device, ushort vlan) => admission.ProfileOf(device, vlan, clock.GetUtcNow(), out _);

    /// <summary>Whether a station's profile keeps devices apart.</summary>
    public bool IsIsolated(Station station) => _someIsolate && ProfileOf(station).Isolate;

    /// <summary>Whether a station's profile lets it send to an address outside.</summary>
    public bool MayReach(Station station, Ipv4Address address) => MayReach(ProfileOf(station), address);

    /// <summary>Whether a profile lets its devices send to an address outside.</summary>
    public bool MayReach(ProfileConfig profile, Ipv4Address address) => profiles.Allows(profile, address);

    /// <param name="isArrival">The administrator is still to be notified of the device.</param>
    public void Save(DeviceRecord device, bool isArrival = false)
    {
        ends.Note(devices.Find(device.Mac), device);
        foreach (var evicted in devices.Put(device, mac => registry.IsHere(mac) || IsHereByIpv6(mac)))
        {
            store.ForgetDevice(evicted.Mac);
        }

        store.SaveDevice(device, isArrival);
    }

    /// <summary>Takes over the records that an earlier process left.</summary>
    public void Load()
    {
        foreach (var device in store.LoadDevices().OrderBy(d => d.FirstSeen))
        {
            foreach (var evicted in devices.Put(device, _ => false))
            {
                store.ForgetDevice(evicted.Mac);
            }

            registry.Pin(device.Mac, devices.Find(device.Mac)?.PinnedLegal);
        }
    }

    /// <summary>Has everything written again: the database that it was in is gone.</summary>
    public void SaveAll()
    {
        foreach (var device in devices.Devices.Values)
        {
            store.SaveDevice(device);
        }
    }

    public void Forget(MacAddress mac)
    {
        registry.Pin(mac, null);
        devices.Forget(mac);
        store.ForgetDevice(mac);
    }

    /// <summary>The default profile for a station that has no record.</summary>
    private ProfileConfig ProfileOf(Station station) => devices.Find(station.Mac) is { } device ? ProfileOf(device, station.Vlan) : configured[ProfileConfig.DefaultName];
}
