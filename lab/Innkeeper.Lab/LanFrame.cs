using System.Buffers.Binary;

namespace Innkeeper.Lab;

/// <summary>The fields of an Ethernet frame, as far as the invariants need them; untagged.</summary>
internal sealed class LanFrame(byte[] frame)
{
    public const int Ipv4 = 0x0800;
    public const int Arp = 0x0806;
    public const int Ipv6 = 0x86dd;

    /// <summary>IEEE Std 802, local experimental EtherType 1: gateways send their advertisements by it.</summary>
    public const int Greeting = 0x88b5;

    public const int Request = 1;
    public const int Reply = 2;

    private const int Payload = 14;
    private const int WholeArp = Payload + 28;
    private const int MoreThanFirstFragment = 0x1fff;
    private const int Icmp = 1;
    private const int Udp = 17;
    private const int Redirect = 5;

    /// <summary>Whether the frame is complete: an ARP message, or the addresses and ports of an IPv4 packet.</summary>
    public bool IsWhole => frame.Length >= Payload + 20 && (Type != Arp || frame.Length >= WholeArp);

    public string Destination => Mac(0);

    public string Source => Mac(6);

    public bool IsToGroup => (frame[0] & 1) == 1;

    public int Type => Word(12);

    public uint Ipv4Source => Address(Payload + 12);

    public System.Net.IPAddress Ipv6Source => new(frame.AsSpan(Payload + 8, 16));

    /// <summary>The type of an ICMPv6 message directly behind the header; 0: it is none.</summary>
    public int Icmp6Type => frame.Length > Payload + 40 && frame[Payload + 6] == 58 ? frame[Payload + 40] : 0;

    public int ArpOperation => Word(Payload + 6);

    public string ArpSenderMac => Mac(Payload + 8);

    public uint ArpSender => Address(Payload + 14);

    public uint ArpTarget => Address(Payload + 24);

    /// <summary>From or to one of DHCP's ports (RFC 2131, 4.1).</summary>
    public bool IsDhcp => IsFirstFragmentOf(Udp) && frame.Length >= Transport + 4 && (Word(Transport) is 67 or 68 || Word(Transport + 2) is 67 or 68);

    /// <summary>An ICMP redirect (RFC 792).</summary>
    public bool IsRedirect => IsFirstFragmentOf(Icmp) && frame.Length > Transport && frame[Transport] == Redirect;

    private int Transport => Payload + ((frame[Payload] & 0xf) * 4);

    public static uint Parse(string address) => BinaryPrimitives.ReadUInt32BigEndian(System.Net.IPAddress.Parse(address).GetAddressBytes());

    public static string Text(uint address) => $"{address >> 24}.{(byte)(address >> 16)}.{(byte)(address >> 8)}.{(byte)address}";

    private bool IsFirstFragmentOf(int protocol) => Type == Ipv4 && frame[Payload + 9] == protocol && (Word(Payload + 6) & MoreThanFirstFragment) == 0;

    private string Mac(int at) => string.Join(':', frame.Skip(at).Take(6).Select(octet => octet.ToString("x2")));

    private int Word(int at) => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(at));

    private uint Address(int at) => BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at));
}
