namespace Innkeeper.Bindings;

/// <summary>A binding of either family, as far as its traffic is counted.</summary>
internal interface ICountedBinding
{
    /// <summary>Where this bit is set in a counter's number, the number is that of an IPv6 binding (IPV6_NUMBER in bpf/ipv6.h).</summary>
    const uint Ipv6 = 0x8000_0000;

    /// <summary>The number of its counters.</summary>
    uint Counter { get; }

    Station Station { get; }

    BindingPolicy Policy { get; }

    DateTimeOffset FirstSeen { get; }
}
