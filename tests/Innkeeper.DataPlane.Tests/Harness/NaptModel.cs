using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>What is to become of a packet.</summary>
/// <param name="Reason">Why it is dropped; null: it is forwarded.</param>
/// <param name="Out">As it leaves; <see cref="Datagram.SourcePort"/> of a new mapping is yet to be seen.</param>
/// <param name="To">The device it goes to; null: outside.</param>
/// <param name="New">The mapping that is made by it.</param>
/// <param name="IsHosts">It goes to the host's own stack.</param>
internal sealed record Fate(DropReason? Reason, Datagram? Out = null, ModelDevice? To = null, ModelMapping? New = null, bool IsHosts = false);

internal sealed class ModelDevice(uint number, string mac, string claimed)
{
    public uint Number => number;

    public string Mac => mac;

    public string Claimed => claimed;

    public string Inside => $"100.64.0.{number}";

    public string? Legal { get; set; }

    public bool Shares { get; init; }
}

internal sealed class ModelMapping(ModelDevice device, byte protocol, ushort inside, string? remote)
{
    public ModelDevice Device => device;

    public byte Protocol => protocol;

    public ushort Inside => inside;

    /// <summary>Of protocols without ports.</summary>
    public string? Remote => remote;

    public ushort Outside { get; set; }

    public MappingState State { get; set; }

    public (string Address, ushort Port) Session { get; set; }

    public double LastSeen { get; set; }

    /// <summary>Its binding ended.</summary>
    public bool Dead { get; set; }

    /// <summary>Refreshed so shortly before that the next packet is not looked at, unless its flags call for it.</summary>
    public bool Fresh { get; set; }
}

/// <summary>
/// A NAPT as the RFCs want it, with no care for speed: the truth that the data plane is held against. Times in seconds.
/// </summary>
internal sealed class NaptModel(NaptSetup setup, bool inbound, ModelDevice[] devices)
{
    /// <summary>A mapping's time is written at most so often, and it lives by so much longer.</summary>
    private const double Grace = 0.25;

    private readonly List<ModelMapping> _mappings = [];
    private readonly Dictionary<(uint Device, string Remote, byte Protocol, ushort Port), double> _contacts = [];
    private double _now = 1;

    public IReadOnlyList<ModelMapping> Mappings => _mappings;

    public ModelDevice[] Devices => devices;

    public void Age(int seconds)
    {
        _now += seconds;
        foreach (var mapping in _mappings)
        {
            mapping.Fresh = false;
        }
    }

    /// <summary>All the device's mappings are over, and whom it spoke to is forgotten; only a sweep lets the ports rest from then on.</summary>
    public void Rebind(ModelDevice device)
    {
        foreach (var contact in _contacts.Keys.Where(c => c.Device == device.Number).ToList())
        {
            _contacts.Remove(contact);
        }

        foreach (var mapping in _mappings.Where(m => m.Device == device && m.State != MappingState.Hold))
        {
            mapping.Dead = true;
        }
    }

    public (int Live, int Resting) Sweep()
    {
        foreach (var mapping in _mappings.Where(m => m.Dead && m.State != MappingState.Hold))
        {
            mapping.State = MappingState.Hold;
            mapping.LastSeen = _now;
        }

        _mappings.RemoveAll(m => _now >= m.LastSeen + setup.Rest + (m.State == MappingState.Hold ? 0 : setup.TimeoutOf(m.State) + Grace));
        var live = _mappings.Count(IsLive);
        return (live, _mappings.Count - live);
    }

    public bool IsLive(ModelMapping mapping) =>
        !mapping.Dead && mapping.State != MappingState.Hold && _now < mapping.LastSeen + setup.TimeoutOf(mapping.State) + Grace;

    /// <summary>A device's packet comes in.</summary>
    public Fate FromDevice(ModelDevice device, Datagram packet)
    {
        if (inbound && device.Legal is not null)
        {
            // What an error to its own address may be about: no mapping tells.
            _contacts[(device.Number, packet.Destination, packet.Protocol, 0)] = _now;
        }

        var (to, target, reason) = Whose(packet);
        if (reason is not null)
        {
            // The gateway itself answers pings and nothing else.
            return !IsHosts(packet) ? new Fate(reason)
                : packet is not { Protocol: IpProtocol.Icmp, Type: Datagram.Echo } ? new Fate(DropReason.GatewayService)
                : new Fate(null, Changed(packet, device.Claimed, device.Inside, null), IsHosts: true);
        }

        var outside = GoOut(device, packet);
        if (outside.Reason is not null || to is null)
        {
            return outside;
        }

        // Hairpin: out and in again in one step. A new mapping's port shows in what arrives, a low one that is free is known.
        var arrived = outside.Out! with { Ttl = 64 };
        if (outside.New is { } made && HasPorts(made.Protocol))
        {
            var isFree = made.Inside >= setup.Layout.LowFirst && made.Inside <= setup.Layout.LowLast
                && !_mappings.Any(m => m != made && m.Protocol == made.Protocol && m.Outside == made.Inside);
            arrived = arrived with { SourcePort = isFree ? made.Inside : (ushort)0 };
        }

        var fate = Arrive(to, target, arrived);
        return fate with { New = outside.New };
    }

    /// <summary>A packet from outside comes in.</summary>
    public Fate FromOutside(Datagram packet)
    {
        var (to, target, reason) = Whose(packet);
        return reason is not null && !IsHosts(packet) ? new Fate(reason) : to is null ? new Fate(null, packet) : Arrive(to, target, packet);
    }

    /// <summary>
    /// What no device has at the host's own address is the host's, but for a SYN that may cross a device's (RFC 5382 REQ-4).
    /// </summary>
    private bool IsHosts(Datagram packet)
    {
        var unsolicited = packet.Protocol == IpProtocol.Tcp && (packet.Flags & (SessionModel.Syn | SessionModel.Ack)) == SessionModel.Syn
            && packet.DestinationPort >= setup.Layout.First && packet.DestinationPort <= setup.Layout.Last;
        return setup.Layout.IsHosts && !unsolicited;
    }

    /// <summary>Whose a packet is by its destination, before it changes anything.</summary>
    private (ModelDevice? Device, ModelMapping? Mapping, DropReason? Reason) Whose(Datagram packet)
    {
        if (packet.Destination != setup.Shared)
        {
            return (devices.FirstOrDefault(d => d.Legal == packet.Destination), null, null);
        }

        // An answer to a query comes in, a query does not (RFC 5508 REQ-1), and nothing else can be told.
        if (packet is { Protocol: IpProtocol.Icmp, IsError: false, Type: not Datagram.EchoReply })
        {
            return (null, null, DropReason.Unmappable);
        }

        // What an error quotes was sent by the device: told by its source.
        var flow = packet.Quote ?? packet;
        var port = packet.Quote is not null || flow.Protocol == IpProtocol.Icmp ? flow.SourcePort : flow.DestinationPort;
        var remote = packet.Quote is not null ? flow.Destination : flow.Source;
        var found = _mappings.FirstOrDefault(m => m.Protocol == flow.Protocol && (HasPorts(flow.Protocol) ? m.Outside == port : m.Remote == remote));
        return found is not null && IsLive(found)
            ? (found.Device, found, null)
            : (null, null, packet.IsError ? DropReason.IcmpQuote : DropReason.NoMapping);
    }

    private Fate GoOut(ModelDevice device, Datagram packet)
    {
        var ownError = packet.Quote is { } quote && quote.Destination != device.Claimed;
        if (!device.Shares)
        {
            Speak(device, packet, 0);
            return ownError ? new Fate(DropReason.IcmpQuote) : new Fate(null, Changed(packet, device.Claimed, device.Legal!, null).Hop());
        }

        var query = packet.Protocol != IpProtocol.Icmp || packet.Type == Datagram.Echo;
        if (packet is { Protocol: IpProtocol.Icmp, IsError: false, Type: not (Datagram.Echo or Datagram.EchoReply) })
        {
            Speak(device, packet, 0);
            return device.Legal is null ? new Fate(DropReason.Unmappable) : new Fate(null, packet.From(device.Legal).Hop());
        }

        // What an error quotes was sent to the device.
        var flow = packet.Quote ?? packet;
        var port = packet.Quote is { Protocol: not IpProtocol.Icmp } ? flow.DestinationPort : flow.SourcePort;
        var remote = packet.Quote is null ? flow.Destination : flow.Source;
        var mapping = _mappings.FirstOrDefault(m => m.Device == device && !m.Dead && m.State != MappingState.Hold && m.Protocol == flow.Protocol
            && m.Inside == (HasPorts(flow.Protocol) ? port : 0) && (HasPorts(flow.Protocol) || m.Remote == remote));
        if (mapping is not null && IsLive(mapping))
        {
            Speak(device, packet, HasPorts(packet.Protocol) ? port : (ushort)0);
            if (!packet.IsError && query)
            {
                Refresh(mapping, packet);
            }

            return ownError ? new Fate(DropReason.IcmpQuote) : new Fate(null, Changed(packet, device.Claimed, setup.Shared, mapping.Outside).Hop());
        }

        if (device.Legal is not null)
        {
            Speak(device, packet, 0);
            return ownError ? new Fate(DropReason.IcmpQuote) : new Fate(null, Changed(packet, device.Claimed, device.Legal, null).Hop());
        }

        Speak(device, packet, HasPorts(packet.Protocol) ? port : (ushort)0);
        if (packet.IsError || !query)
        {
            return new Fate(packet.IsError ? DropReason.IcmpQuote : DropReason.NoMapping);
        }

        // Over, but nobody else's yet: the same port again.
        var isNew = mapping is null;
        if (mapping is null)
        {
            var kind = KindOf(packet.Protocol);
            if (_mappings.Count(m => m.Device == device && KindOf(m.Protocol) == kind) >= (int)setup.Settings.Limit[(int)kind])
            {
                return new Fate(DropReason.PortLimit);
            }

            if (!HasPorts(packet.Protocol) && _mappings.Any(m => m.Protocol == packet.Protocol && m.Remote == remote))
            {
                return new Fate(DropReason.RemoteTaken);
            }

            mapping = new ModelMapping(device, packet.Protocol, HasPorts(packet.Protocol) ? port : (ushort)0, HasPorts(packet.Protocol) ? null : remote);
            _mappings.Add(mapping);
        }

        Begin(mapping, packet);
        return new Fate(null, Changed(packet, device.Claimed, setup.Shared, isNew && HasPorts(packet.Protocol) ? null : mapping.Outside).Hop(), null,
            isNew ? mapping : null);
    }

    private Fate Arrive(ModelDevice to, ModelMapping? mapping, Datagram packet)
    {
        if (!inbound && !MayEnter(to, mapping, packet))
        {
            return new Fate(DropReason.InboundRefused);
        }

        if (mapping is null && packet.Quote is { } about && !HasContact(to, about.Destination, about.Protocol, 0))
        {
            return new Fate(DropReason.IcmpQuote);
        }

        if (mapping is { Protocol: IpProtocol.Tcp } && !packet.IsError)
        {
            Note(mapping, packet);
        }

        if (packet.Quote is not { } quote)
        {
            return new Fate(null, packet.To(to.Claimed, mapping is { Remote: null } ? mapping.Inside : null).Hop(), to);
        }

        if (quote.Source != packet.Destination)
        {
            return new Fate(DropReason.IcmpQuote);
        }

        var restored = packet with { Destination = to.Claimed, Quote = quote.From(to.Claimed, mapping is { Remote: null } ? mapping.Inside : null) };
        return new Fate(null, restored.Hop(), to);
    }

    /// <summary>Address-dependent filtering (RFC 4787 REQ-8, RFC 5382 REQ-3): who was spoken to from there may speak.</summary>
    private bool MayEnter(ModelDevice to, ModelMapping? mapping, Datagram packet)
    {
        var port = mapping?.Inside ?? 0;
        if (packet.Quote is { } quote)
        {
            return HasContact(to, quote.Destination, quote.Protocol, port);
        }

        // On an address of its own no port tells a call from an answer; a SYN and a query do.
        var calls = packet.Protocol == IpProtocol.Icmp ? packet.Type == Datagram.Echo
            : packet.Protocol == IpProtocol.Tcp && port == 0 && (packet.Flags & (SessionModel.Syn | SessionModel.Ack)) == SessionModel.Syn;
        return !calls && HasContact(to, packet.Source, packet.Protocol, port);
    }

    private bool HasContact(ModelDevice device, string remote, byte protocol, ushort port)
    {
        var lifetime = protocol switch
        {
            IpProtocol.Tcp => 7440,
            IpProtocol.Icmp => 60,
            _ => 300,
        };
        return _contacts.TryGetValue((device.Number, remote, protocol, port), out var last) && _now - last < lifetime;
    }

    private void Speak(ModelDevice device, Datagram packet, ushort port)
    {
        // An error is no conversation where ports tell one from another; 1:1 cannot matter, as ICMP answers are to queries.
        if (!inbound && !(device.Shares && packet.IsError))
        {
            _contacts[(device.Number, packet.Destination, packet.Protocol, port)] = _now;
        }
    }

    /// <summary>Only the device's own packets do (RFC 4787 REQ-6, RFC 7857 section 7).</summary>
    private void Refresh(ModelMapping mapping, Datagram packet)
    {
        var decisive = (packet.Flags & (SessionModel.Syn | SessionModel.Fin | SessionModel.Rst)) != 0;
        if (mapping.Fresh && !decisive)
        {
            return;
        }

        if (mapping.Protocol == IpProtocol.Tcp)
        {
            var before = mapping.State;
            if (mapping.Session == (packet.Destination, packet.DestinationPort))
            {
                mapping.State = SessionModel.Next(before, packet.Flags, outward: true);
                if ((packet.Flags & SessionModel.Rst) != 0 && mapping.State == before)
                {
                    return;
                }
            }
            else if ((packet.Flags & SessionModel.Rst) != 0)
            {
                return; // refuses a stranger (RFC 7857 section 7.1)
            }
            else if (SessionModel.IsOpen(before))
            {
                mapping.State = MappingState.Multi;
            }
            else
            {
                Begin(mapping, packet);
                return;
            }
        }

        mapping.LastSeen = _now;
        mapping.Fresh = mapping.State != MappingState.Transitory;
    }

    private void Begin(ModelMapping mapping, Datagram packet)
    {
        mapping.State = packet.Protocol switch
        {
            IpProtocol.Tcp => SessionModel.Begin(packet.Flags),
            IpProtocol.Udp => MappingState.Udp,
            IpProtocol.Icmp => MappingState.Icmp,
            _ => MappingState.Other,
        };
        mapping.Session = (packet.Destination, packet.DestinationPort);
        mapping.LastSeen = _now;
        mapping.Fresh = mapping.State != MappingState.Transitory;
    }

    /// <summary>What comes from outside changes the state of its session, and only a change counts as a sign of life.</summary>
    private void Note(ModelMapping mapping, Datagram packet)
    {
        var before = mapping.State;
        if (mapping.Session == (packet.Source, packet.SourcePort))
        {
            mapping.State = SessionModel.Next(before, packet.Flags, outward: false);
        }

        if (mapping.State != before)
        {
            mapping.LastSeen = _now;
            mapping.Fresh &= mapping.State != MappingState.Transitory;
        }
    }

    /// <summary>With the outside source; in an error that is the quoted packet's destination too.</summary>
    private static Datagram Changed(Datagram packet, string claimed, string outside, ushort? port) => packet.Quote is { } quote
        ? packet with { Source = outside, Quote = quote.Destination == claimed ? quote.To(outside, HasPorts(quote.Protocol) ? port : null) : quote }
        : packet.From(outside, HasPorts(packet.Protocol) ? port : null);

    public static bool HasPorts(byte protocol) => protocol is IpProtocol.Tcp or IpProtocol.Udp or IpProtocol.Icmp;

    private static PortKind KindOf(byte protocol) => protocol switch
    {
        IpProtocol.Tcp => PortKind.Tcp,
        IpProtocol.Udp => PortKind.Udp,
        IpProtocol.Icmp => PortKind.Icmp,
        _ => PortKind.None,
    };
}
