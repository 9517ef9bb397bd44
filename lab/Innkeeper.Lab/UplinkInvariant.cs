using System.Buffers.Binary;

namespace Innkeeper.Lab;

/// <summary>
/// No frame ever leaves the uplink with a source address that is not legal. Judges, with nothing of the gateway's own code, the frames
/// that came out of the gateway's uplink: IPv4 sources and ARP senders are one of the gateway's addresses or of the pool; ARP probes
/// (RFC 5227) have the sender 0.0.0.0; nothing else leaves, and all of it under the gateway's MAC.
/// </summary>
/// <remarks>
/// On one arm, devices are on the same LAN, and what is for one of them goes to its MAC alone, with whatever source. Beside, a station that
/// claims the router's address is put right by a broadcast in the router's name, and gateways greet each other.
/// </remarks>
/// <param name="deviceMacs">The devices on this LAN, with one arm.</param>
internal sealed class UplinkInvariant(string gatewayMac, IEnumerable<string> gatewayAddresses, IEnumerable<string> deviceMacs)
{
    private const int SourceMac = 6;
    private const int EtherType = 12;
    private const int Payload = 14;
    private const int Ipv4Source = Payload + 12;
    private const int ArpSenderIp = Payload + 14;
    private const int ArpTargetIp = Payload + 24;

    private readonly HashSet<uint> gateway = [.. gatewayAddresses.Select(Parse)];
    private readonly HashSet<string> devices = [.. deviceMacs];
    private static readonly uint First = Parse(Bench.PoolFirst);
    private static readonly uint Last = Parse(Bench.PoolLast);
    private static readonly uint Router = Parse(Bench.RouterAddress);

    /// <summary>One line for each frame that must not have left; empty when all is well.</summary>
    public IReadOnlyList<string> Violations(IEnumerable<byte[]> sent) => [.. sent.Select(Judge).OfType<string>()];

    private string? Judge(byte[] frame, int number)
    {
        if (frame.Length < ArpSenderIp + 4)
        {
            return Say("too short to be judged");
        }

        var mac = MacAt(frame, SourceMac);
        if (mac != gatewayMac)
        {
            return Say($"source MAC {mac}, not the gateway's {gatewayMac}");
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(EtherType));
        if (devices.Contains(MacAt(frame, 0)) && type is 0x0800 or 0x0806)
        {
            return null;
        }

        switch (type)
        {
            case 0x0800:
                var source = AddressAt(frame, Ipv4Source);
                return IsLegal(source) ? null : Say($"IPv4 source {Text(source)}");
            case 0x0806:
                var sender = AddressAt(frame, ArpSenderIp);
                var repairs = devices.Count > 0 && sender == Router && frame.Length >= ArpTargetIp + 4 && AddressAt(frame, ArpTargetIp) == Router;
                return sender == 0 || IsLegal(sender) || repairs ? null : Say($"ARP sender {Text(sender)}");
            case 0x88b5 when devices.Count > 0 && (frame[0] & 1) == 1:
                return null;
            case var other:
                return Say($"EtherType 0x{other:x4}");
        }

        string Say(string what) => $"frame {number + 1} from the gateway's uplink: {what}: {Convert.ToHexStringLower(frame.AsSpan(0, Math.Min(frame.Length, 60)))}";
    }

    private bool IsLegal(uint address) => gateway.Contains(address) || (address >= First && address <= Last);

    private static string MacAt(byte[] frame, int at) => string.Join(':', frame.Skip(at).Take(6).Select(octet => octet.ToString("x2")));

    private static uint AddressAt(byte[] frame, int at) => BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(at));

    private static uint Parse(string address) => BinaryPrimitives.ReadUInt32BigEndian(System.Net.IPAddress.Parse(address).GetAddressBytes());

    private static string Text(uint address) => $"{address >> 24}.{(byte)(address >> 16)}.{(byte)(address >> 8)}.{(byte)address}";
}
