using Innkeeper.Wire;

namespace Innkeeper.DataPlane.Tests.Harness;

/// <summary>A packet as its endpoints speak of it. An ICMP query's identifier is its source port.</summary>
internal sealed record Datagram(string Source, string Destination, byte Protocol)
{
    public const byte EchoReply = 0;
    public const byte Unreachable = 3;
    public const byte Echo = 8;

    public ushort SourcePort { get; init; }

    public ushort DestinationPort { get; init; }

    public byte Flags { get; init; }

    /// <summary>ICMP's; without a quote a query, its answer or anything else.</summary>
    public byte Type { get; init; }

    /// <summary>The packet an ICMP error is about.</summary>
    public Datagram? Quote { get; init; }

    /// <summary>Octets of the quoted packet behind its header.</summary>
    public int Quoted { get; init; } = 8;

    public byte Ttl { get; init; } = 64;

    public int Length { get; init; } = 7;

    public bool IsError => Quote is not null;

    public static Datagram Udp(string source, ushort sourcePort, string destination, ushort destinationPort) =>
        new(source, destination, IpProtocol.Udp) { SourcePort = sourcePort, DestinationPort = destinationPort };

    public static Datagram Tcp(string source, ushort sourcePort, string destination, ushort destinationPort, byte flags) =>
        new(source, destination, IpProtocol.Tcp) { SourcePort = sourcePort, DestinationPort = destinationPort, Flags = flags };

    public static Datagram Ping(string source, string destination, ushort id, byte type = Echo) =>
        new(source, destination, IpProtocol.Icmp) { SourcePort = id, Type = type };

    public static Datagram Error(string source, Datagram about, int quoted = 8) =>
        new(source, about.Source, IpProtocol.Icmp) { Type = Unreachable, Quote = about, Quoted = quoted };

    /// <summary>With another source, and port where there is one.</summary>
    public Datagram From(string source, ushort? port = null) => this with { Source = source, SourcePort = port ?? SourcePort };

    public Datagram To(string destination, ushort? port = null) => Protocol == IpProtocol.Icmp
        ? this with { Destination = destination, SourcePort = port ?? SourcePort }
        : this with { Destination = destination, DestinationPort = port ?? DestinationPort };

    /// <summary>One hop further.</summary>
    public Datagram Hop() => this with { Ttl = (byte)(Ttl - 1) };

    public byte[] Frame(string destinationMac, string sourceMac) => Packets.Ipv4(destinationMac, sourceMac, Source, Destination, Protocol, Payload(), Ttl);

    private byte[] Payload()
    {
        var data = new byte[Length];
        Array.Fill(data, (byte)0x5a);
        return Protocol switch
        {
            IpProtocol.Udp => Packets.Udp(Source, Destination, SourcePort, DestinationPort, data),
            IpProtocol.Tcp => Packets.Tcp(Source, Destination, SourcePort, DestinationPort, Flags, data),
            IpProtocol.Icmp when Quote is { } quote => Packets.Icmp(Type, 1, 0, quote.Packet(Quoted)),
            IpProtocol.Icmp => Packets.Icmp(Type, 0, ((uint)SourcePort << 16) | 1, data),
            _ => data,
        };
    }

    /// <summary>As an ICMP error quotes it: cut off, its length field telling of the whole.</summary>
    private byte[] Packet(int quoted)
    {
        var payload = Payload();
        return Packets.Packet(Source, Destination, Protocol, payload, Ttl)[..(Ipv4Header.Size + Math.Min(quoted, payload.Length))];
    }
}
