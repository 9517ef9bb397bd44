namespace Innkeeper.Wire;

/// <summary>
/// Writes solicitations and neighbours' advertisements with their IPv6 headers (RFC 4861 sections 4.1, 4.3 and 4.4); <see cref="NeighborDiscoveryMessage"/> shows their
/// layout.
/// </summary>
public static class NeighborDiscoveryWriter
{
    /// <summary>Octets of the longest packet: header, message and one option.</summary>
    public const int MaxSize = Ipv6Header.Size + NeighborDiscoveryMessage.TargetMessageSize + NeighborDiscoveryMessage.LinkLayerOptionSize;

    /// <summary>
    /// Writes a question for the MAC of <paramref name="target"/>, to its group. From <see cref="Ipv6Address.Any"/> it is duplicate address detection, which must not
    /// carry a MAC (RFC 4861 section 4.3).
    /// </summary>
    /// <param name="buffer">At least <see cref="MaxSize"/> octets.</param>
    /// <param name="sender">The MAC that answers are to go to.</param>
    /// <param name="source">The asker's address.</param>
    /// <param name="target">The address asked about.</param>
    /// <returns>Octets written.</returns>
    public static int NeighborSolicitation(Span<byte> buffer, MacAddress sender, Ipv6Address source, Ipv6Address target) =>
        Write(
            buffer,
            new NeighborDiscoveryMessage(NeighborDiscoveryKind.NeighborSolicitation, source, target.SolicitedNode(), target)
            {
                LinkLayer = source == Ipv6Address.Any ? null : sender,
            });

    /// <summary>Writes an advertisement: <paramref name="owner"/> has <paramref name="target"/>, from which the packet comes.</summary>
    /// <param name="buffer">At least <see cref="MaxSize"/> octets.</param>
    /// <param name="owner">The MAC of the target.</param>
    /// <param name="target">The address told of.</param>
    /// <param name="destination">The asker, or <see cref="Ipv6Address.AllNodes"/>: then without <see cref="NeighborBits.Solicited"/>.</param>
    /// <param name="bits">How the receiver is to take it.</param>
    /// <returns>Octets written: <see cref="MaxSize"/>.</returns>
    public static int NeighborAdvertisement(Span<byte> buffer, MacAddress owner, Ipv6Address target, Ipv6Address destination, NeighborBits bits) =>
        Write(
            buffer,
            new NeighborDiscoveryMessage(NeighborDiscoveryKind.NeighborAdvertisement, target, destination, target) { LinkLayer = owner, Bits = bits });

    /// <summary>
    /// Asks the link's routers for advertisements (RFC 4861 section 4.1). From <see cref="Ipv6Address.Any"/> the question must not carry a MAC.
    /// </summary>
    /// <param name="buffer">At least <see cref="MaxSize"/> octets.</param>
    /// <param name="sender">The MAC that answers are to go to.</param>
    /// <param name="source">The asker's link-local address, or none.</param>
    /// <returns>Octets written.</returns>
    public static int RouterSolicitation(Span<byte> buffer, MacAddress sender, Ipv6Address source) =>
        Write(
            buffer,
            new NeighborDiscoveryMessage(NeighborDiscoveryKind.RouterSolicitation, source, Ipv6Address.AllRouters, Ipv6Address.Any)
            {
                LinkLayer = source == Ipv6Address.Any ? null : sender,
            });

    private static int Write(Span<byte> buffer, NeighborDiscoveryMessage message)
    {
        var hasTarget = message.Kind != NeighborDiscoveryKind.RouterSolicitation;
        var size = hasTarget ? NeighborDiscoveryMessage.TargetMessageSize : NeighborDiscoveryMessage.SolicitationSize;
        var length = size + (message.LinkLayer is null ? 0 : NeighborDiscoveryMessage.LinkLayerOptionSize);
        new Ipv6Header(message.Source, message.Destination, Icmp6Types.NextHeader, (ushort)length) { HopLimit = NeighborDiscoveryMessage.HopLimit }.Write(buffer);

        var octets = buffer.Slice(Ipv6Header.Size, length);
        octets.Clear();
        octets[0] = (byte)message.Kind;
        octets[NeighborDiscoveryMessage.BitsOffset] = (byte)message.Bits;
        if (hasTarget)
        {
            message.Target.Write(octets[NeighborDiscoveryMessage.TargetOffset..]);
        }

        if (message.LinkLayer is { } mac)
        {
            var option = octets[size..];
            option[0] = message.Kind == NeighborDiscoveryKind.NeighborAdvertisement
                ? NeighborDiscoveryMessage.TargetLinkLayerOption
                : NeighborDiscoveryMessage.SourceLinkLayerOption;
            option[1] = NeighborDiscoveryMessage.LinkLayerOptionSize / NeighborDiscoveryMessage.OptionUnit;
            mac.Write(option[2..]);
        }

        Icmp6Checksum.Write(message.Source, message.Destination, octets);
        return Ipv6Header.Size + length;
    }
}
