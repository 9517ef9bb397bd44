using Innkeeper.Wire;

namespace Innkeeper.Tests.Wire.Ipv6;

/// <summary>Addresses, and messages of neighbour discovery that the product does not write.</summary>
internal static class Ipv6Samples
{
    public static readonly Ipv6Address Router = Ipv6Address.Parse("fe80::1");
    public static readonly Ipv6Address Host = Ipv6Address.Parse("2a01:4f8:1:2::5");

    /// <summary>An IPv6 packet around an ICMPv6 message; the checksum is written, the rest is as given.</summary>
    /// <param name="message">Hexadecimal, with four digits for the checksum.</param>
    public static byte[] Packet(Ipv6Address source, Ipv6Address destination, string message, byte hopLimit = 255) =>
        Packet(source, destination, WireSamples.Hex(message), hopLimit);

    /// <inheritdoc cref="Packet(Ipv6Address, Ipv6Address, string, byte)"/>
    public static byte[] Packet(Ipv6Address source, Ipv6Address destination, byte[] message, byte hopLimit = 255)
    {
        byte[] packet = [.. new byte[Ipv6Header.Size], .. message];
        new Ipv6Header(source, destination, Icmp6Types.NextHeader, (ushort)message.Length) { HopLimit = hopLimit }.Write(packet);
        if (message.Length >= 4)
        {
            Icmp6Checksum.Write(source, destination, packet.AsSpan(Ipv6Header.Size));
        }

        return packet;
    }

    /// <summary>The address as hexadecimal digits.</summary>
    public static string Hex(string address) => $"{Ipv6Address.Parse(address).Value:x32}";
}
