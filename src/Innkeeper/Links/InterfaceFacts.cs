using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>What the kernel says of one network interface.</summary>
/// <param name="Mtu">Octets of the longest IPv4 packet.</param>
/// <param name="Gateway">Of the default route with the lowest metric through this interface.</param>
internal sealed record InterfaceFacts(
    int Index, string Name, MacAddress Mac, int Mtu, bool IsUp, bool HasCarrier, ImmutableArray<Ipv4Network> Addresses, Ipv4Address? Gateway);
