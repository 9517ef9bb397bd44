using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>[access]: the LAN on which devices with arbitrary addresses appear.</summary>
internal sealed record AccessConfig
{
    public string Interface { get; init; } = "";

    /// <summary>VLAN numbers served beside untagged frames.</summary>
    public ImmutableArray<ushort> Vlans { get; init; } = [];

    /// <summary>Null: read from the interface.</summary>
    public Ipv4Network? Address { get; init; }

    /// <summary>EtherTypes that go to the host's own stack, in host byte order.</summary>
    public ImmutableArray<ushort> PassEtherTypes { get; init; } = [];

    /// <summary>MACs of gateways that this one replaced: devices may still send to them.</summary>
    public ImmutableArray<MacAddress> FormerGateways { get; init; } = [];

    /// <summary>One arm: whether hosts of the LAN itself are helped when their gateway does not exist.</summary>
    public bool ServesWrongGateways { get; init; } = true;
}
