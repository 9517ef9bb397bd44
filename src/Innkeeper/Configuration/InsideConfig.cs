using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>[inside]: addresses that exist only within the gateway.</summary>
internal sealed record InsideConfig
{
    public Ipv4Network Network { get; init; } = Ipv4Network.Parse("100.64.0.0/10");

    /// <summary>The gateway's own address in this network, where its services listen.</summary>
    public Ipv4Address ServiceAddress => new(Network.NetworkId.Value + 1);
}
