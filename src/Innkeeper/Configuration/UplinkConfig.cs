using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>[uplink]: the LAN that leads to the Internet. Null: read from the interface.</summary>
internal sealed record UplinkConfig
{
    public string Interface { get; init; } = "";

    public Ipv4Network? Address { get; init; }

    public Ipv4Address? Gateway { get; init; }

    public MacAddress? Mac { get; init; }

    /// <summary>Octets.</summary>
    public int? Mtu { get; init; }

    /// <summary>TCP's segments are made to fit both MTUs.</summary>
    public bool ClampMss { get; init; } = true;
}
