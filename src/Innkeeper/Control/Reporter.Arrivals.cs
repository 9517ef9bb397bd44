using Innkeeper.Policy;
using Innkeeper.Configuration;
using Innkeeper.Notifications;
using Innkeeper.Wire;

namespace Innkeeper.Control;

/// <content>What the administrator is told of a newcomer.</content>
internal sealed partial class Reporter
{
    /// <summary>Whom the IEEE gave a MAC to. The first question reads the whole listing: not for the dispatcher's thread.</summary>
    public string? VendorOf(MacAddress mac) => _vendors.Find(mac);

    /// <summary>All that is known of a device a moment after it came, but for its vendor. Called by the dispatcher's thread.</summary>
    public NewDevice Introduce(DeviceRecord device)
    {
        var binding = control.Registry.BindingsOf(device.Mac) is [var first, ..] ? first : null;
        var inside = binding is null ? default : new Ipv4Address(_config.Inside.Network.NetworkId.Value + binding.Number);
        var footing = arms.NetworkState;
        return new NewDevice(device.FirstSeen, device.Mac, binding?.Claim.Station.Vlan ?? 0, device.Admission.State)
        {
            HostName = device.HostName.Length > 0 ? device.HostName : null,
            Claimed = binding?.Claim.Address,
            Gateway = binding is null || binding.Gateway == Ipv4Address.Any ? null : binding.Gateway,
            DnsServers = binding is null || dns is null ? [] : [.. dns.Asked.Of(inside)],
            UsesDhcp = device.Uses is { } use ? use == DeviceUse.Dhcp : null,
            Legal = binding is null || binding.Outside == Ipv4Address.Any ? null : binding.Outside,
            IsShared = binding is { HasOwn: false, Share: not 0 },
            Lan = new LanSettings(
                _config.Pool.Addresses.IsEmpty ? null : string.Join(", ", _config.Pool.Addresses), new Ipv4Address(footing.UplinkAddress.Mask).ToString(), footing.Gateway?.ToString(),
                dns is null ? null : string.Join(", ", dns.Resolver.Upstreams.Select(u => u.Address.ToString()))),
            Profile = device.Profile,
            Reason = device.Admission.Reason,
        };
    }
}
