using System.Buffers.Binary;

namespace Innkeeper.Lab;

/// <summary>
/// No frame ever leaves the uplink with a source address that is not legal. Judges, with nothing of the gateway's own code, the frames
/// that came out of the gateway's uplink: IPv4 sources and ARP senders are one of the gateway's addresses or of the pool; ARP probes
/// (RFC 5227) have the sender 0.0.0.0; nothing else leaves, and all of it under the gateway's MAC.
/// </summary>
internal sealed class UplinkInvariant(string gatewayMac, IEnumerable<string> gatewayAddresses)
{
    private const int SourceMac = 6;
    private const int EtherType = 12;
    private const int Payload = 14;
    private const int Ipv4Source = Payload + 12;
    private const int ArpSenderIp = Payload + 14;

    private readonly HashSet<uint> gateway = [.. gatewayAddresses.Select(Parse)];
    private static readonly uint First = Parse(Bench.PoolFirst);
    private static readonly uint Last = Parse(Bench.PoolLast);

    /// <summary>One line for each frame that must not have left; empty when all is well.</summary>
    public IReadOnlyList<string> Violations(IEnumerable<byte[]> sent) => [.. sent.Select(Judge).OfType<string>()];

    private string? Judge(byte[] frame, int number)
    {
        if (frame.Length < ArpSenderIp + 4)
        {
            return Say("too short to be judged");
        }

        var mac = string.Join(':', frame.Skip(SourceMac).Take(6).Select(octet => octet.ToString("x2")));
        if (mac != gatewayMac)
        {
            return Say($"source MAC {mac}, not the gateway's {gatewayMac}");
        }

        switch (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(EtherType)))
        {
            case 0x0800:
                var source = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(Ipv4Source));
                return IsLegal(source) ? null : Say($"IPv4 source {Text(source)}");
            case 0x0806:
                var sender = BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(ArpSenderIp));
                return sender == 0 || IsLegal(sender) ? null : Say($"ARP sender {Text(sender)}");
            case var other:
                return Say($"EtherType 0x{other:x4}");
        }

        string Say(string what) => $"frame {number + 1} from the gateway's uplink: {what}: {Convert.ToHexStringLower(frame.AsSpan(0, Math.Min(frame.Length, 60)))}";
    }

    private bool IsLegal(uint address) => gateway.Contains(address) || (address >= First && address <= Last);

    private static uint Parse(string address) => BinaryPrimitives.ReadUInt32BigEndian(System.Net.IPAddress.Parse(address).GetAddressBytes());

    private static string Text(uint address) => $"{address >> 24}.{(byte)(address >> 16)}.{(byte)(address >> 8)}.{(byte)address}";
}
