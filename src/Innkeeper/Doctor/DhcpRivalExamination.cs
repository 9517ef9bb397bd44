using System.Diagnostics;
using System.Security.Cryptography;
using Innkeeper.Links;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Doctor;

/// <summary>Whether another DHCP server answers on the devices' side: it is asked as a client would ask, and its offer is not taken.</summary>
internal sealed class DhcpRivalExamination : IExamination
{
    private const int MostVlans = 16;
    private const int MostServers = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    public string Name => "DHCP";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (examined is not { HasSettings: true, Access: { IsUp: true } access } || !examined.MayListen)
        {
            return Task.FromResult<IReadOnlyList<Finding>>([]);
        }

        ushort[] vlans = [0, .. examined.Config.Access.Vlans.Take(MostVlans)];
        return Task.FromResult<IReadOnlyList<Finding>>([Judge(access.Name, examined.Config.IsOneArmed, examined.Config.Dhcp.Enabled, Ask(access, vlans, stop))]);
    }

    internal static Finding Judge(string link, bool isOneArmed, bool isServed, IReadOnlyList<(Ipv4Address Server, MacAddress Mac)> servers)
    {
        var named = string.Join(", ", servers.Select(s => $"{s.Server} ({s.Mac})"));
        return isOneArmed
            ? servers.Count == 0 ? Finding.Ok("DHCP", $"no server answers on {link}") : Finding.Ok("DHCP", $"the LAN has {(servers.Count == 1 ? "a server" : "servers")}: {named}")
            : servers.Count == 0 ? Finding.Ok("DHCP", $"no other server answers on {link}")
            : !isServed ? Finding.Ok("DHCP", $"the server on {link} is {named}; the gateway serves none")
            : Finding.Warning("DHCP", $"another server answers on {link}: {named}", "switch it off there, or set [dhcp] enabled = false: devices get the addresses and the gateway of the one that is faster");
    }

    /// <summary>A message that servers answer to all stations, as the asking one has no address.</summary>
    internal static int WriteQuestion(Span<byte> frame, MacAddress mac, uint transaction, ushort vlan)
    {
        var writer = new DhcpWriter(frame[DhcpFrame.MessageOffset(vlan)..], new DhcpHeader(false, transaction, mac) { IsBroadcast = true });
        writer.TryAdd(DhcpOption.MessageType, (byte)DhcpMessageType.Discover);
        return DhcpFrame.Write(
            frame, writer.Finish(), new DhcpEnd(MacAddress.Broadcast, Ipv4Address.Broadcast, DhcpHeader.ServerPort), new DhcpEnd(mac, Ipv4Address.Any, DhcpHeader.ClientPort), vlan);
    }

    /// <summary>The server of an offer that answers the question; null: it is none.</summary>
    internal static (Ipv4Address Server, MacAddress Mac)? Read(ReadOnlySpan<byte> frame, uint transaction) =>
        EthernetPacket.TryParse(frame, out var ethernet) && ethernet.EtherType == EtherTypes.Ipv4 && Ipv4Packet.TryParse(ethernet.Payload, out var packet)
        && packet is { Protocol: IpProtocol.Udp, IsFragment: false } && UdpPacket.TryParse(packet.Payload, out var datagram) && datagram.SourcePort == DhcpHeader.ServerPort
        && DhcpPacket.TryParse(datagram.Payload, out var message) && message.IsReply && message.TransactionId == transaction
            ? (message.AddressOf(DhcpOption.ServerIdentifier) is var server && server == Ipv4Address.Any ? packet.Source : server, ethernet.Source)
            : null;

    private static List<(Ipv4Address, MacAddress)> Ask(LinkInfo link, ushort[] vlans, CancellationToken stop)
    {
        var transaction = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
        using var tap = LinkTap.Open(link.Index, TapFilter.Any().Type(EtherTypes.Ipv4));
        using var socket = PacketSocket.Open();
        socket.Bind(link.Index);
        var frame = new byte[DhcpFrame.MaxSize];
        foreach (var vlan in vlans)
        {
            socket.TrySend(frame.AsSpan(0, WriteQuestion(frame, link.Mac, transaction, vlan)));
        }

        var servers = new List<(Ipv4Address, MacAddress)>();
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < s_patience && !stop.IsCancellationRequested;)
        {
            tap.Wait(TimeSpan.FromMilliseconds(100));
            while (tap.TryReceive(out var received))
            {
                // The gateway's own offers leave by this interface: it does not hear the question.
                if (!received.IsOutgoing && Read(received.Octets, transaction) is { } server && server.Mac != link.Mac && !servers.Contains(server) && servers.Count < MostServers)
                {
                    servers.Add(server);
                }
            }
        }

        return servers;
    }
}
