namespace Innkeeper.Configuration;

/// <summary>[ipv6]: how devices' IPv6 is treated.</summary>
internal sealed record Ipv6Config
{
    /// <summary>Whether devices' IPv6 packets are refused at once; otherwise they are dropped without an answer.</summary>
    public bool Refuses { get; init; } = true;
}
