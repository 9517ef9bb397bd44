using Innkeeper.Bindings;
using Innkeeper.Simulation.World;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Simulation;

/// <summary>A device on the access side: an address of its own, or one from DHCP, right or wrong.</summary>
internal sealed class Device(MacAddress mac)
{
    public MacAddress Mac => mac;

    public ushort Vlan { get; set; }

    /// <summary>0.0.0.0: none yet.</summary>
    public Ipv4Address Address { get; set; }

    /// <summary>The gateway that it uses.</summary>
    public Ipv4Address Gateway { get; set; }

    public bool UsesDhcp { get; set; }

    public uint Transaction { get; set; }

    public Station Station => new(Vlan, mac);
}

/// <summary>All devices: what they send, and how they take what the gateway sends.</summary>
internal sealed class DeviceCrowd(Gateway gateway, DataPlaneModel plane, Cable wire, LeaseLedger ledger, Random random, Action<string> log)
{
    /// <summary>Addresses by which devices clash with each other, with the uplink LAN, with the pool and with leases.</summary>
    private static readonly (uint First, int Count)[] s_ranges =
    [
        (Ipv4Address.Parse("192.168.1.2").Value, 20), (Ipv4Address.Parse("10.0.0.2").Value, 2000), (Ipv4Address.Parse("47.31.128.190").Value, 10),
        (Ipv4Address.Parse("137.118.196.8").Value, 20), (Ipv4Address.Parse("10.203.0.2").Value, 12), (Ipv4Address.Parse("137.118.193.5").Value, 20),
    ];

    private static readonly Ipv4Address s_remote = Ipv4Address.Parse("8.8.8.8");
    private readonly List<Device> _devices = [];
    private readonly Dictionary<MacAddress, Device> _byMac = [];
    private uint _lastMac;
    private uint _transaction;

    public IReadOnlyList<Device> All => _devices;

    public Device Any => _devices[random.Next(_devices.Count)];

    public Device Join()
    {
        var device = new Device(new MacAddress(0x00163e000000UL + ++_lastMac)) { Vlan = AnyVlan() };
        _devices.Add(device);
        _byMac[device.Mac] = device;
        GoStatic(device);
        return device;
    }

    public void Leave(Device device)
    {
        _devices.Remove(device);
        _byMac.Remove(device.Mac);
        log($"{device.Mac} leaves");
    }

    public void Roam(Device device)
    {
        device.Vlan = AnyVlan();
        log($"{device.Mac} roams to VLAN {device.Vlan}");
    }

    public void GoStatic(Device device)
    {
        var (first, count) = s_ranges[random.Next(s_ranges.Length)];
        SetAddress(device, new Ipv4Address(first + (uint)random.Next(count)));
        log($"{device.Mac} has {device.Address} in VLAN {device.Vlan}");
    }

    /// <summary>The device takes an address that another has.</summary>
    public void Usurp(Device device)
    {
        var victim = Any;
        SetAddress(device, victim.Address == Ipv4Address.Any ? Ipv4Address.Parse("10.203.0.2") : victim.Address);
        device.Vlan = random.Next(4) == 0 ? device.Vlan : victim.Vlan;
        log($"{device.Mac} claims {device.Address} of {victim.Mac}");
    }

    public void Discover(Device device)
    {
        device.UsesDhcp = true;
        device.Transaction = ++_transaction;
        log($"{device.Mac} discovers");
        SendDhcp(device, DhcpMessageType.Discover, Ipv4Address.Any, random.Next(3) == 0 && device.Address != Ipv4Address.Any ? device.Address : null, null);
    }

    /// <summary>Half of the lease is over, or the device was restarted.</summary>
    public void Renew(Device device)
    {
        if (device.Address == Ipv4Address.Any)
        {
            Discover(device);
            return;
        }

        device.Transaction = ++_transaction;
        var isReboot = random.Next(3) == 0;
        log($"{device.Mac} {(isReboot ? "reboots with" : "renews")} {device.Address}");
        SendDhcp(device, DhcpMessageType.Request, isReboot ? Ipv4Address.Any : device.Address, isReboot ? device.Address : null, null);
    }

    public void Release(Device device)
    {
        if (gateway.Network.Networks.Dhcp is not var (server, _) || device.Address == Ipv4Address.Any)
        {
            return;
        }

        var isDecline = random.Next(3) == 0;
        log($"{device.Mac} {(isDecline ? "declines" : "releases")} {device.Address}");
        ledger.GaveBack(device.Station);
        SendDhcp(
            device, isDecline ? DhcpMessageType.Decline : DhcpMessageType.Release, isDecline ? Ipv4Address.Any : device.Address, isDecline ? device.Address : null, server);
        SetAddress(device, Ipv4Address.Any);
    }

    /// <summary>The device asks for its gateway, and sends a packet.</summary>
    public void Speak(Device device)
    {
        if (device.Address == Ipv4Address.Any)
        {
            Discover(device);
            return;
        }

        if (random.Next(3) > 0 || gateway.IsOneArmed)
        {
            SendFrame(device, Packets.Arp(MacAddress.Broadcast, ArpMessage.Request(device.Mac, device.Address, device.Gateway)));
        }

        var to = gateway.IsOneArmed ? gateway.UplinkMac : Gateway.AccessMac;
        SendFrame(device, Packets.Udp(to, device.Mac, device.Address, random.Next(5) == 0 ? device.Gateway : s_remote));
    }

    /// <summary>A probe and an announcement (RFC 5227).</summary>
    public void Announce(Device device)
    {
        SendFrame(device, Packets.Arp(MacAddress.Broadcast, ArpMessage.Probe(device.Mac, device.Address)));
        SendFrame(device, Packets.Arp(MacAddress.Broadcast, ArpMessage.Announcement(device.Mac, device.Address)));
    }

    /// <summary>A host invents devices, which answer nothing.</summary>
    public void Flood(int count)
    {
        log($"{count} invented devices");
        for (var i = 0; i < count; i++)
        {
            var mac = new MacAddress(0x00ff00000000UL + (uint)random.Next(1 << 20));
            var (first, length) = s_ranges[random.Next(s_ranges.Length)];
            plane.FromAccess(Packets.Udp(Gateway.AccessMac, mac, new Ipv4Address(first + (uint)random.Next(length)), s_remote), 0);
        }
    }

    /// <summary>A frame of the gateway is on the access wire.</summary>
    public void Receive(byte[] frame)
    {
        if (!EthernetPacket.TryParse(frame, out var ethernet))
        {
            return;
        }

        var vlan = ethernet.HasVlan ? ethernet.VlanId : (ushort)0;
        if (Packets.TryReadArp(frame, out var message))
        {
            foreach (var device in ethernet.Destination.IsMulticast ? _devices.Where(d => d.Address == message.TargetIp).ToList() : Addressee(ethernet.Destination))
            {
                OnArp(device, vlan, message);
            }
        }
        else if (Packets.TryReadDhcp(frame, out var answer) && _byMac.TryGetValue(answer.Station.Mac, out var client) && client.Station == answer.Station
            && answer.Transaction == client.Transaction && client.UsesDhcp)
        {
            OnDhcp(client, answer);
        }
    }

    private List<Device> Addressee(MacAddress mac) => _byMac.TryGetValue(mac, out var device) ? [device] : [];

    private void OnArp(Device device, ushort vlan, in ArpMessage message)
    {
        if (message.Operation == ArpOperation.Request && message.TargetIp == device.Address && device.Vlan == vlan && device.Address != Ipv4Address.Any)
        {
            SendFrame(device, Packets.Arp(message.SenderMac, ArpMessage.Reply(device.Mac, device.Address, message.SenderMac, message.SenderIp)));
        }
    }

    private void OnDhcp(Device client, in DhcpAnswer answer)
    {
        switch (answer.Type)
        {
            case DhcpMessageType.Offer:
                SendDhcp(client, DhcpMessageType.Request, Ipv4Address.Any, answer.Address, answer.Server);
                break;
            case DhcpMessageType.Ack:
                log($"{client.Mac} takes {answer.Address}");
                client.Address = answer.Address;
                client.Gateway = answer.Server;
                break;
            case DhcpMessageType.Nak:
                SetAddress(client, Ipv4Address.Any);
                client.UsesDhcp = true;
                break;
        }
    }

    private void SetAddress(Device device, Ipv4Address address)
    {
        device.UsesDhcp = false;
        device.Address = address;
        device.Gateway = new Ipv4Address((address.Value & 0xffffff00) | (random.Next(4) == 0 ? 254u : 1u));
    }

    private void SendDhcp(Device device, DhcpMessageType type, Ipv4Address ciaddr, Ipv4Address? requested, Ipv4Address? server) =>
        SendFrame(device, Packets.Dhcp(type, device.Mac, device.Transaction, ciaddr, requested, server));

    private void SendFrame(Device device, byte[] frame)
    {
        var vlan = device.Vlan;
        wire.Send(() => plane.FromAccess(frame, vlan));
    }

    private ushort AnyVlan()
    {
        var vlans = gateway.Settings.Config.Access.Vlans;
        return random.Next(2) == 0 || vlans.IsEmpty ? (ushort)0 : vlans[random.Next(vlans.Length)];
    }
}
