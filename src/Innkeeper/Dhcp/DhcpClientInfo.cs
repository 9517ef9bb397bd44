using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Dhcp;

/// <summary>The text that a device sends about itself by DHCP. The device chooses all of it.</summary>
/// <param name="HostName">Option 12; empty: none.</param>
/// <param name="VendorClass">Option 60; empty: none.</param>
/// <param name="Client">Its client identifier.</param>
internal sealed record DhcpClientInfo(GuestText HostName, GuestText VendorClass, ClientId Client)
{
    public static DhcpClientInfo Of(in DhcpPacket packet, ClientId client) => new(TextOf(packet, DhcpOption.HostName), TextOf(packet, DhcpOption.VendorClass), client);

    /// <summary>RFC 2132 section 2: a zero at the end is not part of the text, but clients send it.</summary>
    private static GuestText TextOf(in DhcpPacket packet, DhcpOption option) =>
        packet.TryGet(option, out var value) ? GuestText.Of(value.TrimEnd((byte)0)) : default;
}
