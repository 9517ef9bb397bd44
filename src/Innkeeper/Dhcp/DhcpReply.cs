using System.Text;
using Innkeeper.Bindings;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Dhcp;

/// <summary>Builds the frame to the client from a decision. No I/O, clock or log.</summary>
internal static class DhcpReply
{
    /// <summary>The options for clients that send no list of options.</summary>
    private static readonly byte[] s_usual = [(byte)DhcpOption.SubnetMask, (byte)DhcpOption.Router, (byte)DhcpOption.DomainNameServer, (byte)DhcpOption.DomainName];

    /// <summary>The options of RFC 1497 for clients of BOOTP, which cannot ask for any.</summary>
    private static readonly byte[] s_bootp = [.. s_usual, (byte)DhcpOption.HostName];

    /// <param name="packet">The client's message.</param>
    /// <param name="decision">One that is answered.</param>
    /// <param name="station">The frame's source: the client, or the station that asks for it.</param>
    /// <param name="accessMac">The access interface's, the frame's source.</param>
    /// <param name="frame">At least <see cref="DhcpFrame.MaxSize"/> octets.</param>
    /// <returns>Octets of the frame.</returns>
    public static int Write(
        in DhcpPacket packet, DhcpDecision decision, DhcpSettings settings, DhcpClientPolicy policy, Station station, MacAddress accessMac, Span<byte> frame)
    {
        var isNak = decision.Verdict == DhcpVerdict.Refused;
        var isBootp = decision.Verdict == DhcpVerdict.BootpServed;
        var offset = DhcpFrame.MessageOffset(station.Vlan);
        var message = frame.Slice(offset, isBootp ? DhcpHeader.MinMessageSize : Math.Min(packet.MaxMessageSize, DhcpFrame.MaxMessageSize));

        // RFC 2131 table 3.
        var writer = new DhcpWriter(message, new DhcpHeader(true, packet.TransactionId, packet.ClientMac)
        {
            IsBroadcast = packet.IsBroadcast,
            ClientAddress = decision.Verdict is DhcpVerdict.Acknowledged or DhcpVerdict.Informed or DhcpVerdict.BootpServed ? packet.ClientAddress : Ipv4Address.Any,
            YourAddress = decision.Address,
        });
        if (!isBootp)
        {
            AddIdentity(packet, decision, settings, ref writer);
        }

        if (decision.Verdict is DhcpVerdict.Offered or DhcpVerdict.Acknowledged)
        {
            var seconds = (uint)decision.Duration.TotalSeconds;
            writer.TryAdd(DhcpOption.LeaseTime, seconds);

            // RFC 2131 section 4.4.5: half, and seven eighths.
            writer.TryAdd(DhcpOption.RenewalTime, seconds / 2);
            writer.TryAdd(DhcpOption.RebindingTime, (uint)((ulong)seconds * 7 / 8));
        }

        if (!isNak)
        {
            // Options that a snooping switch waits for must find their place.
            var relay = packet.TryGet(DhcpOption.RelayInformation, out var information) ? information.Length + (2 * (1 + (information.Length / 255))) : 0;
            AddOptions(packet, decision, settings, policy, isBootp ? s_bootp : s_usual, ref writer, message.Length - relay);
        }

        // RFC 3046 section 2.2: unchanged, and last.
        Echo(packet, DhcpOption.RelayInformation, ref writer);
        var (mac, address) = Receiver(packet, decision, station.Mac);
        return DhcpFrame.Write(
            frame, writer.Finish(), new DhcpEnd(mac, address, DhcpHeader.ClientPort), new DhcpEnd(accessMac, settings.Server, DhcpHeader.ServerPort), station.Vlan);
    }

    /// <summary>The type of the message, the server, and the client as it identified itself.</summary>
    private static void AddIdentity(in DhcpPacket packet, DhcpDecision decision, DhcpSettings settings, ref DhcpWriter writer)
    {
        writer.TryAdd(DhcpOption.MessageType, (byte)(decision.Verdict switch
        {
            DhcpVerdict.Offered => DhcpMessageType.Offer,
            DhcpVerdict.Refused => DhcpMessageType.Nak,
            _ => DhcpMessageType.Ack,
        }));
        writer.TryAdd(DhcpOption.ServerIdentifier, settings.Server);

        // RFC 6842 section 3: in every answer, unchanged; without it a client that shares a MAC with others cannot recognize its own.
        Echo(packet, DhcpOption.ClientIdentifier, ref writer);
    }

    /// <summary>
    /// RFC 2131 section 4.1: to the client's MAC, as it answers ARP for no address yet. A client behind another station's MAC is reached by broadcast
    /// until that station knows the client's address.
    /// </summary>
    private static (MacAddress Mac, Ipv4Address Address) Receiver(in DhcpPacket packet, DhcpDecision decision, MacAddress station) =>
        decision.Verdict == DhcpVerdict.Refused ? (MacAddress.Broadcast, Ipv4Address.Broadcast)
        : packet.ClientAddress != Ipv4Address.Any ? (station, packet.ClientAddress)
        : packet.IsBroadcast || packet.ClientMac != station ? (MacAddress.Broadcast, Ipv4Address.Broadcast)
        : (packet.ClientMac, decision.Address);

    /// <summary>The options that every client needs, then the requested ones, in the client's order; options that do not fit are left out.</summary>
    /// <param name="usual">The options that every client needs.</param>
    /// <param name="most">Octets that the message may have so far.</param>
    private static void AddOptions(in DhcpPacket packet, DhcpDecision decision, DhcpSettings settings, DhcpClientPolicy policy, byte[] usual, ref DhcpWriter writer, int most)
    {
        // A client that only informs itself has an address from elsewhere: our mask and router are for our network.
        var isInside = decision.Verdict != DhcpVerdict.Informed || settings.Network.Contains(packet.ClientAddress);
        var wanted = packet.TryGet(DhcpOption.ParameterList, out var list) ? list : [];
        Span<bool> done = stackalloc bool[256];
        foreach (var code in usual.AsSpan(0, wanted.IsEmpty ? usual.Length : usual.Length - 1))
        {
            Add((DhcpOption)code, settings, policy, isInside, ref writer, most);
            done[code] = true;
        }

        foreach (var code in wanted)
        {
            if (!done[code])
            {
                Add((DhcpOption)code, settings, policy, isInside, ref writer, most);
                done[code] = true;
            }
        }
    }

    private static void Add(DhcpOption option, DhcpSettings settings, DhcpClientPolicy policy, bool isInside, ref DhcpWriter writer, int most)
    {
        Span<byte> value = stackalloc byte[255];
        var length = option switch
        {
            DhcpOption.SubnetMask when isInside => Address(value, new Ipv4Address(settings.Network.Mask)),
            DhcpOption.BroadcastAddress when isInside => Address(value, settings.Network.Last),
            DhcpOption.Router when isInside => Address(value, settings.Router),
            DhcpOption.DomainNameServer => Addresses(value, settings.NameServers),
            DhcpOption.DomainName => Text(value, settings.Domain),
            DhcpOption.HostName => Text(value, policy.HostName),
            DhcpOption.CaptivePortal => Text(value, policy.CaptivePortal ?? settings.CaptivePortal),
            DhcpOption.InterfaceMtu when settings.Mtu is { } mtu => Number(value, (ushort)mtu),
            DhcpOption.ClasslessRoutes when isInside && !settings.Routes.IsEmpty => Routes(value, settings),
            _ => 0,
        };
        if (length > 0 && writer.Length + 2 + length < most)
        {
            writer.TryAdd(option, value[..length]);
        }
    }

    private static void Echo(in DhcpPacket packet, DhcpOption option, ref DhcpWriter writer)
    {
        if (packet.TryGet(option, out var value))
        {
            writer.TryAdd(option, value);
        }
    }

    private static int Address(Span<byte> value, Ipv4Address address)
    {
        address.Write(value);
        return Ipv4Address.Size;
    }

    private static int Addresses(Span<byte> value, System.Collections.Immutable.ImmutableArray<Ipv4Address> addresses)
    {
        var length = 0;
        foreach (var address in addresses)
        {
            length += Address(value[length..], address);
        }

        return length;
    }

    private static int Number(Span<byte> value, ushort number)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(value, number);
        return sizeof(ushort);
    }

    private static int Text(Span<byte> value, string? text) => text is { Length: > 0 } && Encoding.UTF8.TryGetBytes(text, value, out var written) && written <= 255 ? written : 0;

    /// <summary>RFC 3442: a client that takes this option ignores the router option, so that the default route is here too.</summary>
    private static int Routes(Span<byte> value, DhcpSettings settings)
    {
        var length = 0;
        foreach (var route in settings.Routes)
        {
            length += route.Write(value[length..]);
        }

        return length + new DhcpRoute(default, settings.Router).Write(value[length..]);
    }
}
