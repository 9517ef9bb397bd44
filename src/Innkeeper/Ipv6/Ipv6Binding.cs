using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Ipv6;

/// <summary>An IPv6 address that a device uses, right or wrong; two devices may claim the same one.</summary>
internal readonly record struct Ipv6Claim(Station Station, Ipv6Address Address);

/// <summary>A claimed IPv6 address and the address that stands for it outside.</summary>
/// <param name="Number">Its slot in the data plane.</param>
/// <param name="Outside">"::": there is no IPv6 outside for it now.</param>
internal sealed record Ipv6Binding(uint Number, Ipv6Claim Claim, Ipv6Address Outside, DateTimeOffset FirstSeen) : ICountedBinding
{
    uint ICountedBinding.Counter => Number | ICountedBinding.Ipv6;

    Station ICountedBinding.Station => Claim.Station;

    /// <summary>The policy that the binding was made by, and is treated by.</summary>
    public BindingPolicy Policy { get; init; } = BindingPolicy.Default;

    /// <summary>The number of its meter in the data plane, the same for all addresses of the device in both families, or of the group that has its limits together.</summary>
    public uint Meter { get; init; }

    /// <summary>How many outside addresses before this one were another host's.</summary>
    public int Salt { get; init; }

    public bool HasOutside => Outside != Ipv6Address.Any;
}
