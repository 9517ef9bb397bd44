using System.Security.Cryptography;
using Innkeeper.Bindings;
using Innkeeper.Dhcp;
using Innkeeper.Events;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Does the I/O of the DHCP server: reads messages, lets <see cref="DhcpResponder"/> decide, has leases written, and sends the answers.
/// One thread, but an ACK that waited for the disk is sent by the storage thread, which waits for no other thread.
/// </summary>
internal sealed class DhcpServer(
    CurrentNetwork network, DhcpResponder responder, LeaseDatabase leases, ILeaseStore store, IDhcpDevices devices, IReadOnlyCollection<ushort> vlans, Counters counters, EventLog events,
    DailyEvents daily, StationTraces traces, TimeProvider clock)
{
    private static readonly Counter[] s_verdicts =
        [.. Enum.GetNames<DhcpVerdict>().Select(name => Enum.Parse<Counter>("Dhcp" + name))];

    private readonly RogueServerDetector _others = new();
    private readonly byte[] _packet = new byte[2048];
    private readonly byte[] _frame = new byte[DhcpFrame.MaxSize];

    /// <summary>Nothing is sent: the access side is not a LAN of our own. The storage thread reads it too.</summary>
    private volatile bool _isMute;

    public LeaseDatabase Leases => leases;

    public DhcpSettings Settings => responder.Settings;

    /// <summary>When to ask for other servers next.</summary>
    public TimeSpan NextDue => _others.NextProbe;

    /// <summary>Has everything written again: the database that it was in is gone.</summary>
    public void SaveAll()
    {
        foreach (var lease in leases.Leases.Where(l => l.State != LeaseState.Offered))
        {
            store.Save(lease, null);
        }
    }

    /// <summary>Takes over the leases that an earlier process left on disk.</summary>
    public void Load(TimeSpan now) => leases.Load(store.Load(), now, clock.GetUtcNow());

    /// <summary>Whether the server neither answers nor asks for others.</summary>
    public void Mute(bool isMute) => _isMute = isMute;

    /// <summary>A client's message.</summary>
    /// <returns>The address that the client will send from, if it got one.</returns>
    public ClaimedAddress? OnClient(in EthernetPacket ethernet, ushort vlan, TimeSpan now)
    {
        if (!TryRead(ethernet.Payload, out var packet))
        {
            counters.Add(Counter.DhcpMalformed);
            return null;
        }

        var station = new Station(vlan, ethernet.Source);
        var client = ClientId.Of(packet);
        var evaluation = client is not { } asking ? null
            : packet.ClientMac == station.Mac ? devices.OnHeard(station, DhcpClientInfo.Of(packet, asking), now) : devices.EvaluateSender(station);
        var policy = evaluation is null ? DhcpClientPolicy.NotServed : devices.PolicyOf(evaluation);
        var isOneTooMany = client is { } one && leases.IsFull(new LeaseKey(station, one), policy.MaxAddresses);
        var sender = new DhcpSender(station, policy, Settings.Authoritative ?? _others.IsAlone(now), devices.IsKnown, asked => devices.IsClaimedElsewhere(asked, now));
        var decision = responder.Decide(packet, sender, now, clock.GetUtcNow());
        counters.Add(s_verdicts[(int)decision.Verdict]);
        traces.OnDhcp(station, packet.MessageType, decision, now);
        Forget();
        switch (decision.Verdict)
        {
            case DhcpVerdict.Released:
                store.Save(decision.Save!, null);
                break;
            case DhcpVerdict.Declined:
                events.Add(new LeaseDeclined(station.Mac, packet.AddressOf(DhcpOption.RequestedAddress), LeaseDatabase.QuarantineTime));
                break;
            case DhcpVerdict.OtherServer:
                Note(packet.AddressOf(DhcpOption.ServerIdentifier), null, station.Mac, now);
                break;
            case DhcpVerdict.Exhausted:
                devices.OnExhausted(station);
                events.Add(new LeasesExhausted(station.Mac, leases.Active, leases.Capacity));
                break;
            case DhcpVerdict.ForeignMac:
                daily.TryAdd(new ClientBehindDevice(station.Mac, packet.ClientMac), now);
                break;
            case DhcpVerdict.BootpRefused:
                daily.TryAdd(new BootpRefused(station.Mac, Settings.Bootp == BootpMode.Pinned), now);
                break;
            case DhcpVerdict.Acknowledged or DhcpVerdict.BootpServed when isOneTooMany:
                daily.TryAdd(new DeviceLimitReached(station.Mac, decision.Address, policy.MaxAddresses), now);
                break;
            default:
                break;
        }

        if (!decision.IsAnswered)
        {
            return null;
        }

        var frame = _frame.AsSpan(0, DhcpReply.Write(packet, decision, Settings, policy, station, network.Current.Networks.AccessMac, _frame));
        if (decision.Save is { } lease)
        {
            var waiting = frame.ToArray();
            store.Save(lease, isOnDisk => Acknowledge(waiting, isOnDisk || decision.MayGoAhead));
        }
        else
        {
            Send(frame);
        }

        if (!decision.IsLeased || evaluation is null)
        {
            return null;
        }

        devices.OnLeased(evaluation, now);
        return new ClaimedAddress(station, decision.Address);
    }

    /// <summary>Another server's message.</summary>
    public void OnServer(in EthernetPacket ethernet, TimeSpan now)
    {
        counters.Add(Counter.DhcpServerHeard);
        if (TryRead(ethernet.Payload, out var packet) && packet.IsReply)
        {
            var server = packet.AddressOf(DhcpOption.ServerIdentifier);
            Note(server == Ipv4Address.Any ? packet.ServerAddress : server, ethernet.Source, null, now);
        }
    }

    public void Tick(TimeSpan now)
    {
        leases.Tick(now);
        if (_isMute || now < _others.NextProbe)
        {
            return;
        }

        // A rogue server may be where a switch keeps its answers from the gateway: so the gateway asks as a client would, and takes no offer.
        _others.Probed(now);
        foreach (var vlan in vlans.Append((ushort)0))
        {
            var mac = network.Current.Networks.AccessMac;
            var writer = new DhcpWriter(
                _frame.AsSpan(DhcpFrame.MessageOffset(vlan)), new DhcpHeader(false, (uint)RandomNumberGenerator.GetInt32(int.MaxValue), mac) { IsBroadcast = true });
            writer.TryAdd(DhcpOption.MessageType, (byte)DhcpMessageType.Discover);
            var length = DhcpFrame.Write(
                _frame, writer.Finish(), new DhcpEnd(MacAddress.Broadcast, Ipv4Address.Broadcast, DhcpHeader.ServerPort), new DhcpEnd(mac, Ipv4Address.Any, DhcpHeader.ClientPort), vlan);
            Send(_frame.AsSpan(0, length));
        }
    }

    public void Sweep(TimeSpan now) => leases.Sweep(now);

    /// <summary>The datagram, with the checksum completed if its sender's kernel left it to the card.</summary>
    private bool TryRead(ReadOnlySpan<byte> payload, out DhcpPacket packet)
    {
        packet = default;
        if (payload.Length > _packet.Length)
        {
            return false;
        }

        var copy = _packet.AsSpan(0, payload.Length);
        payload.CopyTo(copy);
        return TransportChecksum.TryComplete(copy) is not (TransportChecksumResult.Wrong or TransportChecksumResult.NotApplicable)
            && Ipv4Packet.TryParse(copy, out var ip) && UdpPacket.TryParse(ip.Payload, out var datagram) && DhcpPacket.TryParse(datagram.Payload, out packet);
    }

    private void Note(Ipv4Address server, MacAddress? mac, MacAddress? client, TimeSpan now)
    {
        if (_others.Heard(server, mac ?? MacAddress.Zero, now))
        {
            events.Add(new RogueDhcpServer(server, mac, client));
        }
    }

    /// <summary>Removes a device's leases.</summary>
    public void Erase(MacAddress mac)
    {
        leases.Erase(mac);
        Forget();
    }

    private void Forget()
    {
        foreach (var lease in leases.TakeForgotten())
        {
            store.Forget(lease);
        }
    }

    /// <summary>Called by the storage thread.</summary>
    private void Acknowledge(byte[] frame, bool maySend)
    {
        if (maySend)
        {
            Send(frame);
            return;
        }

        counters.Add(Counter.DhcpNotDurable);
        events.Add(new LeasesNotDurable());
    }

    private void Send(ReadOnlySpan<byte> frame)
    {
        if (!_isMute)
        {
            counters.Add(network.Current.Access.TrySend(frame) ? Counter.DhcpSent : Counter.SendFailed);
        }
    }
}
