using Innkeeper.Simulation.World;
using Innkeeper.Wire;

namespace Innkeeper.Simulation;

/// <summary>The uplinks' LANs: routers that answer or are silent, and foreign hosts that take addresses of the pool.</summary>
internal sealed class UplinkLan(Gateway gateway, DataPlaneModel plane, Cable wire, Random random, Action<string> log)
{
    private readonly Dictionary<Ipv4Address, MacAddress> _hosts = [];
    private int _lastHost;

    /// <summary>By uplink: the router answers no ARP.</summary>
    public bool[] IsSilent { get; } = new bool[2];

    /// <summary>Nothing that a device claims to be is seen outside: only what is the gateway's own, and only under its own MAC.</summary>
    /// <exception cref="InvariantViolatedException">Something else leaves.</exception>
    public static void Inspect(Gateway gateway, int uplink, byte[] frame)
    {
        var mac = uplink == 0 ? gateway.Network.UplinkMac : Gateway.SecondMac;
        if (!Packets.TryReadArp(frame, out var message) || !EthernetPacket.TryParse(frame, out var ethernet))
        {
            throw new InvariantViolatedException($"a frame that is no ARP leaves by uplink {uplink}");
        }

        if (ethernet.Source != mac || message.SenderMac != mac)
        {
            throw new InvariantViolatedException($"a frame of {ethernet.Source} leaves by uplink {uplink}, whose MAC is {mac}");
        }

        var isOwn = message.SenderIp == Ipv4Address.Any || message.SenderIp == gateway.Network.Ports[uplink]!.Address;
        var config = gateway.Settings.Config;
        var ours = uplink == 0 ? config.Pool.Addresses.Concat(config.Napt.Addresses) : config.Gateways.SelectMany(g => g.Pool.Concat(g.Shared));
        if (!isOwn && !ours.Any(r => r.Contains(message.SenderIp)))
        {
            throw new InvariantViolatedException($"{message} leaves by uplink {uplink}, where that address is not ours");
        }

        if (message.IsProbe && !ours.Any(r => r.Contains(message.TargetIp)))
        {
            throw new InvariantViolatedException($"{message.TargetIp} is probed on uplink {uplink}, where it is not ours");
        }
    }

    /// <summary>A foreign host comes with an address of ours, or leaves.</summary>
    public void Change()
    {
        if (_hosts.Count > 0 && random.Next(3) == 0)
        {
            var gone = _hosts.Keys.ElementAt(random.Next(_hosts.Count));
            _hosts.Remove(gone);
            log($"foreign host {gone} leaves");
            return;
        }

        if (AnyOutside() is { } address)
        {
            _hosts[address] = new MacAddress(0x00aa00000000UL + (uint)++_lastHost);
            log($"a foreign host takes {address}");
            Announce(address);
        }
    }

    /// <summary>A foreign host speaks again.</summary>
    public void Repeat()
    {
        if (_hosts.Count > 0)
        {
            Announce(_hosts.Keys.ElementAt(random.Next(_hosts.Count)));
        }
    }

    /// <summary>A frame of the gateway is on an uplink's wire.</summary>
    public void Receive(int uplink, byte[] frame)
    {
        if (!Packets.TryReadArp(frame, out var message) || message.Operation != ArpOperation.Request)
        {
            return;
        }

        var router = uplink == 0 ? gateway.Router : Settings.SecondRouter;
        if (message.TargetIp == router && !IsSilent[uplink])
        {
            Reply(uplink, Gateway.RouterMac, message);
        }
        else if (_hosts.TryGetValue(message.TargetIp, out var host))
        {
            Reply(uplink, host, message);
        }
    }

    private void Announce(Ipv4Address address)
    {
        var uplink = Settings.SecondNetwork.Contains(address) ? 1 : 0;
        var mac = _hosts[address];
        var message = random.Next(2) == 0 ? ArpMessage.Probe(mac, address) : ArpMessage.Announcement(mac, address);
        wire.Send(() => plane.FromUplink(uplink, Packets.Arp(MacAddress.Broadcast, message)));
    }

    private void Reply(int uplink, MacAddress host, ArpMessage question) =>
        wire.Send(() => plane.FromUplink(uplink, Packets.Arp(question.SenderMac, ArpMessage.Reply(host, question.TargetIp, question.SenderMac, question.SenderIp))));

    private Ipv4Address? AnyOutside()
    {
        var config = gateway.Settings.Config;
        var ranges = config.Pool.Addresses.Concat(config.Napt.Addresses).Concat(config.Gateways.SelectMany(g => g.Pool.Concat(g.Shared))).ToList();
        if (ranges.Count == 0)
        {
            return null;
        }

        var addresses = ranges[random.Next(ranges.Count)].Addresses().ToList();
        return addresses[random.Next(addresses.Count)];
    }
}
