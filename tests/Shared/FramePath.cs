using Innkeeper.Wire;

namespace Innkeeper.TestFrames;

/// <summary>Where a test frame comes from and goes to, and what its IPv4 header says besides.</summary>
internal sealed record FramePath(MacAddress SourceMac, MacAddress DestinationMac, Ipv4Address Source, Ipv4Address Destination)
{
    /// <summary>0 for an untagged frame.</summary>
    public ushort Vlan { get; init; }

    public byte Ttl { get; init; } = 64;

    public byte TypeOfService { get; init; }

    public ushort Identification { get; init; }

    public bool DontFragment { get; init; }

    public bool MoreFragments { get; init; }

    /// <summary>Octets, a multiple of 8.</summary>
    public int FragmentOffset { get; init; }

    /// <summary>A multiple of 4 octets, at most 40.</summary>
    public byte[] Options { get; init; } = [];

    /// <summary>The way back: both pairs of addresses swapped, all else as it is.</summary>
    public FramePath Reversed() => this with
    {
        SourceMac = DestinationMac,
        DestinationMac = SourceMac,
        Source = Destination,
        Destination = Source,
    };

    public Ipv4Header Header(byte protocol) => new(Source, Destination, protocol)
    {
        TypeOfService = TypeOfService,
        Identification = Identification,
        DontFragment = DontFragment,
        MoreFragments = MoreFragments,
        FragmentOffset = FragmentOffset,
        Ttl = Ttl,
    };
}
