using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>[pool]: the legal addresses of the main gateway.</summary>
internal sealed record PoolConfig
{
    public ImmutableArray<AddressRange> Addresses { get; init; } = [];

    /// <summary>How long a device is silent before its address is free again.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The router sends these addresses here, so they need not lie in the uplink subnet. Applies to the pools of all gateways.</summary>
    public bool Routed { get; init; }
}
