using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>Finds the device of an inside address and its admission; from snapshots, so any thread may call it.</summary>
/// <param name="network">The inside network now.</param>
/// <param name="isTold">Whether the administrator has a message about a device. Any thread may call it.</param>
/// <param name="volumes">Null: none is counted.</param>
internal sealed class PortalDeviceLookup(
    InnkeeperConfig config, Func<Ipv4Network> network, Func<ImmutableDictionary<uint, Binding>> bindings, Func<ImmutableDictionary<MacAddress, DeviceRecord>> devices,
    Func<MacAddress, bool> isTold, VolumeLimits? volumes, TimeProvider clock)
{
    private readonly AdmissionPolicy _policy = new(config.Profiles, config.Rules, time => clock.ToWall(time));

    /// <returns>Null: no device has it, or no longer.</returns>
    public PortalGuest? Find(Ipv4Address inside)
    {
        if (!bindings().TryGetValue(inside.Value - network().NetworkId.Value, out var binding) || !devices().TryGetValue(binding.Claim.Station.Mac, out var device))
        {
            return null;
        }

        var (admission, vlan) = (device.Admission, binding.Claim.Station.Vlan);
        var ways = _policy.WaysFor(device, vlan, clock.GetUtcNow());
        if (volumes?.Of(device, vlan) is { IsHeld: true } volume)
        {
            // Another code is of use where it leads to another group.
            return new PortalGuest(device.Mac, vlan, AdmissionState.Held, clock.ToWall(volume.Use.UsedUp ?? admission.Since), volume.End, PortalWait.Volume)
            {
                Ways = config.Profiles[volume.Group.Profile].LimitsPer == LimitsPer.Code ? ways : [],
            };
        }

        return new PortalGuest(device.Mac, vlan, admission.State, clock.ToWall(admission.Since), clock.ToWall(admission.Until), WaitOf(device))
        {
            Ways = ways,
            End = admission.Origin == DecisionSource.Time ? device.Grant?.End : null,
        };
    }

    private PortalWait WaitOf(DeviceRecord device)
    {
        var isClosed = config.Profiles.TryGetValue(device.Profile, out var profile) && profile.Admission == AdmissionMode.Closed;
        return device.Admission.Origin switch
        {
            DecisionSource.Administrator => PortalWait.Ordered,
            DecisionSource.Time => !isClosed && isTold(device.Mac) ? PortalWait.EndedTold : PortalWait.Ended,
            _ => isClosed ? PortalWait.Closed : isTold(device.Mac) ? PortalWait.Told : PortalWait.Untold,
        };
    }
}
