namespace Innkeeper.Lab;

/// <summary>
/// No frame ever leaves the uplink with a source address that is not legal. Checks, without any of the gateway's own code, the frames
/// that came out of the gateway's uplink: IPv4 sources and ARP senders are one of the gateway's addresses or of the pool; ARP probes
/// (RFC 5227) have the sender 0.0.0.0; nothing else leaves, and all of it under the gateway's MAC.
/// </summary>
/// <param name="legal">The addresses that the gateway may send from there.</param>
/// <param name="oneArm">The rules for devices on the same LAN; null with two arms.</param>
/// <param name="ipv6">The networks that IPv6 may leave from; sources of the link alone may leave by neighbour discovery.</param>
internal sealed class UplinkInvariant(string gatewayMac, LegalAddresses legal, OneArmRules? oneArm = null, IReadOnlyCollection<System.Net.IPNetwork>? ipv6 = null)
{
    private const int RouterSolicitation = 133;
    private const int NeighborSolicitation = 135;
    private const int ListenerReport = 143;

    /// <summary>One line for each frame that must not have left; empty when there is none.</summary>
    public IReadOnlyList<string> Violations(IEnumerable<byte[]> sent) => [.. sent.Select(Judge).OfType<string>()];

    private string? Judge(byte[] bytes, int number)
    {
        var frame = new LanFrame(bytes);
        var fault = !frame.IsWhole ? "too short to check"
            : frame.Source != gatewayMac ? $"source MAC {frame.Source}, not the gateway's {gatewayMac}"
            : oneArm is not null ? oneArm.Fault(frame, legal)
            : Fault(frame);
        return fault is null ? null
            : $"frame {number + 1} from the gateway's uplink: {fault}: {Convert.ToHexStringLower(bytes.AsSpan(0, Math.Min(bytes.Length, 60)))}";
    }

    private string? Fault(LanFrame frame) => frame.Type switch
    {
        LanFrame.Ipv4 => legal.Contains(frame.Ipv4Source) ? null : $"IPv4 source {LanFrame.Text(frame.Ipv4Source)}",
        LanFrame.Arp => frame.ArpSender == 0 || legal.Contains(frame.ArpSender) ? null : $"ARP sender {LanFrame.Text(frame.ArpSender)}",
        LanFrame.Ipv6 => IsLegal(frame) ? null : $"IPv6 source {frame.Ipv6Source}",
        var other => $"EtherType 0x{other:x4}",
    };

    // A router solicitation has no source yet; a report of the kernel's lies behind a router alert, and has one of the link.
    private bool IsLegal(LanFrame frame) => ipv6 is not null
        && (frame.Ipv6Source.IsIPv6LinkLocal || ipv6.Any(n => n.Contains(frame.Ipv6Source)) || (frame.Ipv6Source.Equals(System.Net.IPAddress.IPv6Any) && frame.Icmp6Type is 0 or RouterSolicitation or NeighborSolicitation or ListenerReport));
}

/// <summary>The addresses that the gateway may send from: its own and the pools'.</summary>
internal sealed class LegalAddresses(IEnumerable<string> gatewayAddresses, IEnumerable<(string First, string Last)> pools)
{
    private readonly HashSet<uint> own = [.. gatewayAddresses.Select(LanFrame.Parse)];
    private readonly (uint First, uint Last)[] pools = [.. pools.Select(pool => (LanFrame.Parse(pool.First), LanFrame.Parse(pool.Last)))];

    public bool Contains(uint address) => own.Contains(address) || IsPool(address);

    public bool IsPool(uint address) => pools.Any(pool => address >= pool.First && address <= pool.Last);
}
