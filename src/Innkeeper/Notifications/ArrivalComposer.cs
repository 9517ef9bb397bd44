using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>The facts for the notification of a new device, beside its record.</summary>
/// <param name="Binding">Null: the device has no address.</param>
/// <param name="DnsServers">The DNS servers that the device asks.</param>
/// <param name="Mask">Of the uplink's network.</param>
/// <param name="Router">Null: there is none.</param>
/// <param name="Resolvers">The servers that the gateway asks; null: DNS is off.</param>
internal sealed record ArrivalInfo(Binding? Binding, IReadOnlyList<Ipv4Address> DnsServers, Ipv4Address Mask, Ipv4Address? Router, IReadOnlyList<string>? Resolvers);

/// <summary>Composes the notification of a new device.</summary>
internal sealed class ArrivalComposer(InnkeeperConfig config, Vendors vendors)
{
    /// <summary>Adds the vendor. The first call reads the whole listing: not for the control plane's thread.</summary>
    public NewDevice WithVendor(NewDevice device) => device with { Vendor = vendors.Find(device.Mac) };

    /// <summary>All that is known of a device a moment after it came, but for its vendor. Does no I/O.</summary>
    public NewDevice Compose(DeviceRecord device, ArrivalInfo info)
    {
        var binding = info.Binding;
        var profile = device.Admission.State is AdmissionState.New or AdmissionState.Held ? config.Profiles.GetValueOrDefault(device.Profile) : null;
        return new NewDevice(device.FirstSeen, device.Mac, binding?.Claim.Station.Vlan ?? 0, device.Admission.State)
        {
            HostName = device.HostName.Length > 0 ? device.HostName : null,
            Claimed = binding?.Claim.Address,
            Gateway = binding is null || binding.Gateway == Ipv4Address.Any ? null : binding.Gateway,
            DnsServers = info.DnsServers,
            UsesDhcp = device.Uses is { } use ? use == DeviceUse.Dhcp : null,
            Legal = binding is null || binding.Policy.IsHeld || binding.Outside == Ipv4Address.Any ? null : binding.Outside,
            IsShared = binding is { HasOwn: false, Share: not 0, Policy.IsHeld: false },
            Lan = new LanSettings(
                config.Pool.Addresses.IsEmpty ? null : string.Join(", ", config.Pool.Addresses), info.Mask.ToString(), info.Router?.ToString(),
                info.Resolvers is null ? null : string.Join(", ", info.Resolvers)),
            Profile = device.Profile,
            Reason = device.Admission.Reason,
            IsBack = device.Admission is { State: AdmissionState.Held, Origin: DecisionSource.Time },
            IsClosed = profile?.Admission == AdmissionMode.Closed,
            IsGuest = profile?.Admission == AdmissionMode.Approve && !profile.WaysIn.Has(WayIn.Ask),
        };
    }
}
