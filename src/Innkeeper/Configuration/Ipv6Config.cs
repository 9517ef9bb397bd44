using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>How IPv6 packets of devices are treated.</summary>
internal enum Ipv6Mode
{
    /// <summary>It is carried where there is IPv6 outside, and refused where there is none.</summary>
    Auto,

    /// <summary>It is refused at once.</summary>
    Refuse,

    /// <summary>It is dropped without an answer.</summary>
    Off,
}

/// <summary>Which devices' IPv6 addresses are translated.</summary>
internal enum Ipv6Translation
{
    /// <summary>All but those of <see cref="Ipv6Config.Prefix"/>.</summary>
    Foreign,

    /// <summary>All.</summary>
    Always,
}

/// <summary>[ipv6]: how devices' IPv6 is treated.</summary>
internal sealed record Ipv6Config
{
    public Ipv6Mode Mode { get; init; } = Ipv6Mode.Auto;

    /// <summary>A network that is routed to this gateway, from which devices get outside addresses; null: the network that the uplink's router advertises.</summary>
    public Ipv6Network? Prefix { get; init; }

    public Ipv6Translation Translate { get; init; } = Ipv6Translation.Foreign;

    /// <summary>Maximum number of IPv6 addresses of one device: with privacy addresses it has several (RFC 8981, 7934).</summary>
    public int Addresses { get; init; } = 16;

    /// <summary>The gateway sends router advertisements to devices while there is IPv6 outside (RFC 4861 section 6.2).</summary>
    public bool Advertises { get; init; } = true;
}
