using Innkeeper.Bindings;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Dhcp;

/// <summary>The identity of a client on its station (RFC 2131 section 4.2).</summary>
/// <param name="Hex">The octets of option 61 in lower-case hexadecimal.</param>
internal readonly record struct ClientId(string Hex)
{
    /// <summary>Octets of the longest accepted identifier: as many as one option holds.</summary>
    public const int MaxSize = 255;

    /// <summary>
    /// A client without option 61 is the one whose identifier is its hardware address (type 1, RFC 2132 section 9.14): so a boot ROM
    /// and the system that it starts are mostly one.
    /// </summary>
    /// <returns>Null if it is longer than any client's.</returns>
    public static ClientId? Of(in DhcpPacket packet)
    {
        if (!packet.TryGet(DhcpOption.ClientIdentifier, out var value) || value.IsEmpty)
        {
            Span<byte> octets = stackalloc byte[1 + MacAddress.Size];
            octets[0] = 1;
            packet.ClientMac.Write(octets[1..]);
            return new ClientId(Convert.ToHexStringLower(octets));
        }

        return value.Length > MaxSize ? null : new ClientId(Convert.ToHexStringLower(value));
    }

    public override string ToString() => Hex;
}

/// <summary>The holder of a lease: a client of a station. No other client renews, releases or declines it.</summary>
internal readonly record struct LeaseKey(Station Station, ClientId Client);
