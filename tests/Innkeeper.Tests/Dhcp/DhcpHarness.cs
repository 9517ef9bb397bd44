using System.Text;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Tests.Dhcp;

/// <summary>A server without wire, disk or clock, and clients that speak to it.</summary>
internal sealed class DhcpHarness
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly Ipv4Address Server = Ipv4Address.Parse("10.203.0.1");
    public static readonly MacAddress Mac = MacAddress.Parse("00:1b:21:00:00:01");
    public static readonly MacAddress Other = MacAddress.Parse("00:1b:21:00:00:02");

    private uint _transaction;

    public DhcpHarness(string network = "10.203.0.0/24", Func<DhcpSettings, DhcpSettings>? change = null)
    {
        var settings = DhcpSettings.Of(Ipv4Network.Parse(network)) with { NameServers = [Server], Domain = "guest.lan" };
        settings = change?.Invoke(settings) ?? settings;
        Database = new LeaseDatabase(DhcpSettings.SpaceOf(settings.Network));
        Responder = new DhcpResponder(Database, settings);
    }

    public LeaseDatabase Database { get; }

    public DhcpResponder Responder { get; }

    public DhcpSettings Settings => Responder.Settings;

    public TimeSpan Now { get; set; } = TimeSpan.FromDays(1);

    /// <summary>By how much the wall clock was set.</summary>
    public TimeSpan ClockSet { get; set; }

    public DateTimeOffset Wall => Start + Now + ClockSet;

    public bool IsAlone { get; set; } = true;

    public DhcpClientPolicy Policy { get; set; } = new();

    public HashSet<MacAddress> Known { get; } = [];

    public HashSet<ClaimedAddress> Claimed { get; } = [];

    public static LeaseKey KeyOf(MacAddress mac, string? client = null) =>
        new(new Station(0, mac), new ClientId(client ?? "01" + mac.ToString().Replace(":", "", StringComparison.Ordinal)));

    /// <summary>A message as a client writes it.</summary>
    public byte[] Message(DhcpMessageType type, MacAddress mac, Action<DhcpFill>? fill = null)
    {
        var header = new DhcpHeader(false, ++_transaction, mac);
        var content = new DhcpFill();
        fill?.Invoke(content);
        var buffer = new byte[1400];
        var writer = new DhcpWriter(buffer, header with { ClientAddress = content.ClientAddress, RelayAddress = content.Relay, IsBroadcast = content.IsBroadcast });
        Assert.True(writer.TryAdd(DhcpOption.MessageType, (byte)type));
        foreach (var (code, value) in content.Options)
        {
            Assert.True(writer.TryAdd(code, value));
        }

        return buffer[..writer.Finish()];
    }

    public DhcpDecision Decide(byte[] message, MacAddress? frameSource = null, ushort vlan = 0)
    {
        Assert.True(DhcpPacket.TryParse(message, out var packet));
        var sender = new DhcpSender(
            new Station(vlan, frameSource ?? packet.ClientMac), Policy, IsAlone, s => Known.Contains(s.Mac), c => Claimed.Any(o => o.Address == c.Address && o.Station != c.Station));
        return Responder.Decide(packet, sender, Now, Wall);
    }

    public DhcpDecision Discover(MacAddress mac, Action<DhcpFill>? fill = null) => Decide(Message(DhcpMessageType.Discover, mac, fill));

    /// <summary>As a client that takes an offer.</summary>
    public DhcpDecision Select(MacAddress mac, Ipv4Address address, Action<DhcpFill>? fill = null) => Decide(Message(DhcpMessageType.Request, mac, f =>
    {
        f.Address(DhcpOption.ServerIdentifier, Server).Address(DhcpOption.RequestedAddress, address);
        fill?.Invoke(f);
    }));

    public DhcpDecision Reboot(MacAddress mac, Ipv4Address address) =>
        Decide(Message(DhcpMessageType.Request, mac, f => f.Address(DhcpOption.RequestedAddress, address)));

    public DhcpDecision Renew(MacAddress mac, Ipv4Address address) => Decide(Message(DhcpMessageType.Request, mac, f => f.ClientAddress = address));

    public DhcpDecision Release(MacAddress mac, Ipv4Address address, Action<DhcpFill>? fill = null) => Decide(Message(DhcpMessageType.Release, mac, f =>
    {
        f.ClientAddress = address;
        f.Address(DhcpOption.ServerIdentifier, Server);
        fill?.Invoke(f);
    }));

    public DhcpDecision Decline(MacAddress mac, Ipv4Address address) => Decide(Message(DhcpMessageType.Decline, mac, f =>
        f.Address(DhcpOption.ServerIdentifier, Server).Address(DhcpOption.RequestedAddress, address)));

    /// <summary>From nothing to a lease that is on disk.</summary>
    public Ipv4Address Lease(MacAddress mac, Action<DhcpFill>? fill = null)
    {
        var offer = Discover(mac, fill);
        Assert.Equal(DhcpVerdict.Offered, offer.Verdict);
        var ack = Select(mac, offer.Address, fill);
        Assert.Equal((DhcpVerdict.Acknowledged, offer.Address), (ack.Verdict, ack.Address));
        ack.Save!.Row.Stored(ack.Save.Expires, isReleased: false);
        return ack.Address;
    }

    public static MacAddress MacOf(int number) => new(0x001b22000000UL + (ulong)number);
}

/// <summary>What a message says beyond its type.</summary>
internal sealed class DhcpFill
{
    public Ipv4Address ClientAddress { get; set; }

    public Ipv4Address Relay { get; set; }

    public bool IsBroadcast { get; set; }

    public List<(DhcpOption Code, byte[] Value)> Options { get; } = [];

    public DhcpFill Add(DhcpOption code, params byte[] value)
    {
        Options.Add((code, value));
        return this;
    }

    public DhcpFill Address(DhcpOption code, Ipv4Address address)
    {
        var value = new byte[4];
        address.Write(value);
        return Add(code, value);
    }

    public DhcpFill Text(DhcpOption code, string text) => Add(code, Encoding.UTF8.GetBytes(text));
}
