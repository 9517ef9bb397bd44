namespace Innkeeper.Wire.Dhcp;

/// <summary>A route for a client (RFC 3442).</summary>
/// <param name="Destination">Where it leads; host bits are ignored.</param>
/// <param name="Router">The next hop; 0.0.0.0: the destination is on the client's own link.</param>
public readonly record struct DhcpRoute(Ipv4Network Destination, Ipv4Address Router)
{
    /// <summary>The most octets that one takes in the option.</summary>
    public const int MaxSize = 1 + Ipv4Address.Size + Ipv4Address.Size;

    /// <summary>Writes the prefix length, as many octets of the network as it covers, and the router.</summary>
    /// <param name="buffer">At least <see cref="MaxSize"/> octets.</param>
    /// <returns>Octets written: 5 to 9.</returns>
    public int Write(Span<byte> buffer)
    {
        Span<byte> network = stackalloc byte[Ipv4Address.Size];
        Destination.NetworkId.Write(network);
        var significant = (Destination.PrefixLength + 7) / 8;
        buffer[0] = (byte)Destination.PrefixLength;
        network[..significant].CopyTo(buffer[1..]);
        Router.Write(buffer[(1 + significant)..]);
        return 1 + significant + Ipv4Address.Size;
    }
}
