namespace Innkeeper.Lab;

/// <summary>
/// No frame ever leaves the uplink with a source address that is not legal. Checks, without any of the gateway's own code, the frames
/// that came out of the gateway's uplink: IPv4 sources and ARP senders are one of the gateway's addresses or of the pool; ARP probes
/// (RFC 5227) have the sender 0.0.0.0; nothing else leaves, and all of it under the gateway's MAC.
/// </summary>
/// <param name="legal">The addresses that the gateway may send from there.</param>
/// <param name="oneArm">The rules for devices on the same LAN; null with two arms.</param>
internal sealed class UplinkInvariant(string gatewayMac, LegalAddresses legal, OneArmRules? oneArm = null)
{
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
        var other => $"EtherType 0x{other:x4}",
    };
}

/// <summary>The addresses that the gateway may send from: its own and the pools'.</summary>
internal sealed class LegalAddresses(IEnumerable<string> gatewayAddresses, IEnumerable<(string First, string Last)> pools)
{
    private readonly HashSet<uint> own = [.. gatewayAddresses.Select(LanFrame.Parse)];
    private readonly (uint First, uint Last)[] pools = [.. pools.Select(pool => (LanFrame.Parse(pool.First), LanFrame.Parse(pool.Last)))];

    public bool Contains(uint address) => own.Contains(address) || IsPool(address);

    public bool IsPool(uint address) => pools.Any(pool => address >= pool.First && address <= pool.Last);
}
