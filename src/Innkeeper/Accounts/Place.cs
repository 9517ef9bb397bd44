using System.Net;
using System.Net.Sockets;

namespace Innkeeper.Accounts;

/// <summary>Where a client is, for counting its failures. No I/O, clock or log.</summary>
/// <param name="Host">Its IPv4 address; of IPv6 the network of 64 bits, as a host there has any number of addresses (RFC 8981).</param>
/// <param name="Block">Its IPv4 network of 24 bits; of IPv6 the same as <paramref name="Host"/>.</param>
internal readonly record struct Place(string Host, string Block)
{
    private const int BlockOctets = 3;
    private const int PrefixOctets = 8;

    public static Place Of(IPAddress address)
    {
        var octets = (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes();
        if (octets.Length == 4)
        {
            var host = new IPAddress(octets).ToString();
            octets.AsSpan(BlockOctets).Clear();
            return new Place(host, $"{new IPAddress(octets)}/24");
        }

        octets.AsSpan(PrefixOctets).Clear();
        var network = $"{new IPAddress(octets)}/64";
        return new Place(network, network);
    }

    /// <summary>The address as people read it.</summary>
    public static string TextOf(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4().ToString()
        : address.AddressFamily == AddressFamily.InterNetworkV6 ? new IPAddress(address.GetAddressBytes()).ToString() : address.ToString();
}
