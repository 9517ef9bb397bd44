using Innkeeper.DataPlane;
using Innkeeper.Tests.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Tests.ControlPlane.World;

/// <summary>Devices that speak DHCP by frames, and what they are sent.</summary>
internal sealed class DhcpClients(ControlHarness world)
{
    private readonly DhcpHarness _messages = new();

    /// <summary>The options of a client that takes an offer of the usual server.</summary>
    public static Action<DhcpFill> Select(Ipv4Address address) =>
        f => f.Address(DhcpOption.ServerIdentifier, DhcpHarness.Server).Address(DhcpOption.RequestedAddress, address);

    /// <summary>From nothing to an acknowledged lease.</summary>
    public Ipv4Address Lease(int device)
    {
        var server = world.Core.Dhcp!.Settings.Server;
        var offer = Assert.Single(Send(DhcpMessageType.Discover, device));
        var ack = Assert.Single(Send(
            DhcpMessageType.Request, device, f => f.Address(DhcpOption.ServerIdentifier, server).Address(DhcpOption.RequestedAddress, offer.Address)));
        Assert.Equal((DhcpMessageType.Ack, offer.Address), (ack.Type, ack.Address));
        return ack.Address;
    }

    /// <returns>What the access side was sent then.</returns>
    public List<(DhcpMessageType Type, Ipv4Address Address, MacAddress Client, ushort Vlan)> Send(
        DhcpMessageType type, int device, Action<DhcpFill>? fill = null, ushort vlan = 0) => [.. SendRaw(type, device, fill, vlan).Select(Read)];

    public IReadOnlyList<byte[]> SendRaw(DhcpMessageType type, int device, Action<DhcpFill>? fill = null, ushort vlan = 0)
    {
        world.Access.Take();
        var message = _messages.Message(type, Frames.Mac(device), fill);
        world.Punt(PuntReason.Dhcp, FrameOf(message, MacAddress.Broadcast, Frames.Mac(device), DhcpHeader.ServerPort, DhcpHeader.ClientPort), vlan);
        return world.Access.Take();
    }

    /// <summary>192.168.1.1, at the MAC of device 66, answers the gateway's own question.</summary>
    public static byte[] OfferOfAnotherServer()
    {
        var buffer = new byte[600];
        var writer = new DhcpWriter(buffer, new DhcpHeader(true, 7, ControlHarness.AccessMac));
        Assert.True(writer.TryAdd(DhcpOption.MessageType, (byte)DhcpMessageType.Offer));
        Assert.True(writer.TryAdd(DhcpOption.ServerIdentifier, Frames.Ip("192.168.1.1")));
        return FrameOf(buffer[..writer.Finish()], ControlHarness.AccessMac, Frames.Mac(66), DhcpHeader.ClientPort, DhcpHeader.ServerPort);
    }

    public static (DhcpMessageType Type, Ipv4Address Address, MacAddress Client, ushort Vlan) Read(byte[] frame)
    {
        Assert.True(EthernetPacket.TryParse(frame, out var ethernet));
        Assert.True(Ipv4Packet.TryParse(ethernet.Payload, out var packet));
        Assert.True(UdpPacket.TryParse(packet.Payload, out var datagram));
        Assert.True(DhcpPacket.TryParse(datagram.Payload, out var message));
        return (message.MessageType, message.YourAddress, message.ClientMac, ethernet.HasVlan ? ethernet.VlanId : (ushort)0);
    }

    public static byte[] FrameOf(byte[] message, MacAddress to, MacAddress from, ushort toPort, ushort fromPort)
    {
        var frame = new byte[DhcpFrame.MaxSize];
        message.CopyTo(frame.AsSpan(DhcpFrame.MessageOffset(0)));
        return frame[..DhcpFrame.Write(frame, message.Length, new DhcpEnd(to, Ipv4Address.Broadcast, toPort), new DhcpEnd(from, Ipv4Address.Any, fromPort), 0)];
    }
}
