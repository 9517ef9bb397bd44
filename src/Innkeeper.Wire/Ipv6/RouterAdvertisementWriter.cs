using System.Buffers.Binary;
using System.Text;

namespace Innkeeper.Wire;

/// <summary>
/// Writes one router advertisement with its IPv6 header, option by option (RFC 4861 section 4.2). An option that no longer fits is left out as a whole, and the
/// method returns false: neighbour discovery is never fragmented (RFC 6980 section 5).
/// </summary>
public ref struct RouterAdvertisementWriter
{
    /// <summary>Octets of the longest packet: what every link carries (RFC 8200 section 5).</summary>
    public const int MaxSize = 1280;

    private const byte DnsServersOption = 25;
    private const byte CaptivePortalOption = 37;

    private const int DnsLifetimeOffset = 4;
    private const int DnsServersOffset = 8;
    private const int CaptivePortalOffset = 2;
    private const int MaxUnits = 255;

    private readonly Span<byte> _packet;
    private readonly Ipv6Address _source;
    private readonly Ipv6Address _destination;
    private int _length;

    /// <summary>Begins an advertisement.</summary>
    /// <param name="buffer">At least 64 octets; <see cref="MaxSize"/> of it are used at most.</param>
    /// <param name="advertisement">The router's address, lifetime, bits and hop limit; with its MAC and MTU, where given, and its prefixes, as many as fit.</param>
    /// <param name="destination">The asker, or <see cref="Ipv6Address.AllNodes"/>.</param>
    public RouterAdvertisementWriter(Span<byte> buffer, RouterAdvertisement advertisement, Ipv6Address destination)
    {
        _packet = buffer[..Math.Min(buffer.Length, MaxSize)];
        (_source, _destination) = (advertisement.Source, destination);
        _length = Ipv6Header.Size + NeighborDiscoveryMessage.RouterAdvertisementSize;

        var octets = _packet[Ipv6Header.Size.._length];
        octets.Clear();
        octets[0] = Icmp6Types.RouterAdvertisement;
        octets[RouterAdvertisement.HopLimitOffset] = advertisement.HopLimit;
        octets[RouterAdvertisement.BitsOffset] =
            (byte)((advertisement.IsManaged ? RouterAdvertisement.ManagedBit : 0) | (advertisement.HasOther ? RouterAdvertisement.OtherBit : 0));
        BinaryPrimitives.WriteUInt16BigEndian(octets[NeighborDiscoveryMessage.LifetimeOffset..], advertisement.LifetimeSeconds);

        if (advertisement.LinkLayer is { } mac && TryBegin(NeighborDiscoveryMessage.SourceLinkLayerOption, NeighborDiscoveryMessage.LinkLayerOptionSize, out var option))
        {
            mac.Write(option[2..]);
        }

        if (advertisement.Mtu is { } mtu && TryBegin(RouterAdvertisement.MtuOption, RouterAdvertisement.MtuOptionSize, out option))
        {
            BinaryPrimitives.WriteUInt32BigEndian(option[RouterAdvertisement.MtuOffset..], mtu);
        }

        foreach (var prefix in advertisement.Prefixes)
        {
            if (TryBegin(NeighborDiscoveryMessage.PrefixOption, PrefixInformation.Size, out option))
            {
                prefix.Write(option);
            }
        }
    }

    /// <summary>Adds the addresses of DNS servers (RFC 8106 section 5.1).</summary>
    /// <param name="servers">None: no option is added.</param>
    /// <param name="seconds">For how long they may be asked; 0: no longer.</param>
    public bool TryAddDnsServers(IReadOnlyList<Ipv6Address> servers, uint seconds)
    {
        if (servers.Count == 0)
        {
            return true;
        }

        if (!TryBegin(DnsServersOption, DnsServersOffset + (servers.Count * Ipv6Address.Size), out var option))
        {
            return false;
        }

        BinaryPrimitives.WriteUInt32BigEndian(option[DnsLifetimeOffset..], seconds);
        for (var i = 0; i < servers.Count; i++)
        {
            servers[i].Write(option[(DnsServersOffset + (i * Ipv6Address.Size))..]);
        }

        return true;
    }

    /// <summary>Adds the URI of the captive portal's API (RFC 8910 section 2.3), with zeros up to a multiple of 8 octets.</summary>
    /// <param name="uri">In ASCII, as a URI is (RFC 3986 section 2).</param>
    public bool TryAddCaptivePortal(string uri)
    {
        const int unit = NeighborDiscoveryMessage.OptionUnit;
        if (!TryBegin(CaptivePortalOption, (CaptivePortalOffset + uri.Length + unit - 1) / unit * unit, out var option))
        {
            return false;
        }

        Encoding.ASCII.GetBytes(uri, option[CaptivePortalOffset..]);
        return true;
    }

    /// <summary>Writes the header and the checksum.</summary>
    /// <returns>Octets of the whole packet.</returns>
    public readonly int Finish()
    {
        new Ipv6Header(_source, _destination, Icmp6Types.NextHeader, (ushort)(_length - Ipv6Header.Size)) { HopLimit = NeighborDiscoveryMessage.HopLimit }.Write(_packet);
        Icmp6Checksum.Write(_source, _destination, _packet[Ipv6Header.Size.._length]);
        return _length;
    }

    /// <summary>Begins an option, all zeros behind its length.</summary>
    private bool TryBegin(byte type, int size, out Span<byte> option)
    {
        option = default;
        if (size > _packet.Length - _length || size > MaxUnits * NeighborDiscoveryMessage.OptionUnit)
        {
            return false;
        }

        option = _packet.Slice(_length, size);
        option.Clear();
        option[0] = type;
        option[1] = (byte)(size / NeighborDiscoveryMessage.OptionUnit);
        _length += size;
        return true;
    }
}
