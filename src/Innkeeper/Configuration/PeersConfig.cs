namespace Innkeeper.Configuration;

/// <summary>[peers]: several gateways on one LAN (one arm).</summary>
internal sealed record PeersConfig
{
    /// <summary>The gateway with the highest priority serves.</summary>
    public ushort Priority { get; init; } = 100;
}
