using System.Net;
using System.Net.Sockets;

namespace Innkeeper.Management;

/// <summary>Where a client is, for counting its failures and connections. No I/O, clock or log.</summary>
/// <param name="Host">Its IPv4 address; of IPv6 the network of 64 bits, as a host there has any number of addresses (RFC 8981).</param>
/// <param name="Block">Its IPv4 network of 24 bits; of IPv6 the same as <paramref name="Host"/>.</param>
internal readonly record struct Place(string Host, string Block)
{
    private const int BlockOctets = 3;
    private const int PrefixOctets = 8;

    public static Place Of(IPAddress address)
    {
        var host = NetworkOf(address);
        if (host.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return new Place($"{host}/64", $"{host}/64");
        }

        var octets = host.GetAddressBytes();
        octets.AsSpan(BlockOctets).Clear();
        return new Place(host.ToString(), $"{new IPAddress(octets)}/24");
    }

    /// <summary>The network of one client: an IPv4 address, or an IPv6 network of 64 bits, by its first address.</summary>
    public static IPAddress NetworkOf(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            return address.MapToIPv4();
        }

        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return address;
        }

        Span<byte> octets = stackalloc byte[2 * PrefixOctets];
        address.TryWriteBytes(octets, out _);
        octets[PrefixOctets..].Clear();
        return new IPAddress(octets);
    }

    /// <summary>The address as people read it.</summary>
    public static string TextOf(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString();
}
