using Innkeeper.DataPlane;

namespace Innkeeper.Management;

/// <summary>Kinds of drop reasons that belong together in a chart.</summary>
internal enum DropGroup
{
    /// <summary>You decided so: rules, profiles, approvals.</summary>
    Policy,

    /// <summary>The packet is broken, forged, or not allowed on any network.</summary>
    Invalid,

    /// <summary>A device, or all together, is above a limit.</summary>
    Limits,

    /// <summary>Ordinary traffic that a gateway like this does not carry.</summary>
    Unserved,

    /// <summary>The gateway or its surroundings cannot carry it, and should.</summary>
    Faults,
}

internal static class DropGroups
{
    public static DropGroup Of(DropReason reason) => reason switch
    {
        DropReason.Isolated or DropReason.InboundRefused or DropReason.Denied or DropReason.Held or DropReason.Blocked or DropReason.Rate => DropGroup.Policy,
        DropReason.Malformed or DropReason.BadSourceMac or DropReason.BogusSource or DropReason.BogusDestination or DropReason.IcmpQuote or DropReason.SpoofedInside
            or DropReason.Impostor or DropReason.DhcpServer or DropReason.OwnSource or DropReason.SourceRoute or DropReason.Redirect or DropReason.IcmpMtu => DropGroup.Invalid,
        DropReason.PuntLimit or DropReason.PuntTooLong or DropReason.PortLimit or DropReason.MappingRate or DropReason.PortsExhausted or DropReason.MappingsFull
            or DropReason.RemoteTaken or DropReason.FragmentLimit or DropReason.Appearance => DropGroup.Limits,
        DropReason.NotForUs or DropReason.Broadcast or DropReason.Vlan or DropReason.Ipv6 or DropReason.NoIpv6 or DropReason.HopLimit or DropReason.TooLong or DropReason.Ethertype or DropReason.GatewayService or DropReason.NoBinding
            or DropReason.StackOther or DropReason.NoMapping or DropReason.Unmappable => DropGroup.Unserved,
        DropReason.PuntFull or DropReason.NoRoute or DropReason.Failed or DropReason.NoLegal or DropReason.NoGateway or DropReason.WrongUplink or DropReason.SlowPath => DropGroup.Faults,
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "is in no group"),
    };
}
