namespace Innkeeper.Lab;

/// <summary>
/// The frames that may leave the one arm. To a device, by its MAC alone: packets of any source, and ARP answers for addresses outside this LAN. To
/// other hosts: only frames of the gateway's own or the pool's addresses, and packets that it forwards for a host with a missing gateway. Beside
/// these: corrective ARP in the router's name, in the owners' names to devices that got another answer, and advertisements to other gateways.
/// </summary>
/// <param name="deviceMacs">The devices on this LAN.</param>
/// <param name="lost">Hosts of the LAN whose gateway does not exist, and that gateway.</param>
internal sealed class OneArmRules(IEnumerable<string> deviceMacs, IEnumerable<(string Host, string Gateway)> lost)
{
    private static readonly uint Router = LanFrame.Parse(Testbed.RouterAddress);

    private readonly HashSet<string> devices = [.. deviceMacs];
    private readonly HashSet<uint> hosts = [.. lost.Select(each => LanFrame.Parse(each.Host))];
    private readonly HashSet<uint> gateways = [.. lost.Select(each => LanFrame.Parse(each.Gateway))];

    /// <summary>The fault of a frame that the gateway sent, or null.</summary>
    public string? Fault(LanFrame frame, LegalAddresses legal) => frame.Type switch
    {
        LanFrame.Ipv4 => FaultOfIpv4(frame, legal),
        LanFrame.Arp when frame.ArpOperation == LanFrame.Reply => FaultOfReply(frame, legal),
        LanFrame.Arp => FaultOfQuestion(frame, legal),
        LanFrame.Greeting => frame.IsToGroup ? null : $"an advertisement to {frame.Destination} alone",
        var other => $"EtherType 0x{other:x4}",
    };

    private string? FaultOfIpv4(LanFrame frame, LegalAddresses legal) =>
        frame.IsToGroup ? "IPv4 to a group"
        : frame.IsDhcp ? "DHCP"
        : frame.IsRedirect ? "an ICMP redirect"
        : devices.Contains(frame.Destination) || legal.Contains(frame.Ipv4Source) || hosts.Contains(frame.Ipv4Source) ? null
        : $"IPv4 source {LanFrame.Text(frame.Ipv4Source)} to {frame.Destination}, no device";

    private string? FaultOfReply(LanFrame frame, LegalAddresses legal)
    {
        var answersForForeign = devices.Contains(frame.Destination) && (!IsLocal(frame.ArpSender) || gateways.Contains(frame.ArpSender));
        return frame.IsToGroup ? "an ARP reply to a group"
            : frame.ArpSenderMac != frame.Source ? $"an ARP reply in the name of {frame.ArpSenderMac}"
            : legal.Contains(frame.ArpSender) || answersForForeign ? null
            : $"an ARP reply to {frame.Destination} for {LanFrame.Text(frame.ArpSender)}";
    }

    private string? FaultOfQuestion(LanFrame frame, LegalAddresses legal)
    {
        if (frame.ArpSenderMac != frame.Source)
        {
            // In another's name: the router's to all, an owner's to a device; never a device's own in the router's name.
            var isAnnouncement = frame.ArpSender == frame.ArpTarget;
            var putsRouterRight = frame.IsToGroup && frame.ArpSender == Router && !devices.Contains(frame.ArpSenderMac);
            var givesBack = devices.Contains(frame.Destination) && (!IsLocal(frame.ArpSender) || gateways.Contains(frame.ArpSender));
            return isAnnouncement && (putsRouterRight || givesBack) ? null : $"ARP in the name of {frame.ArpSenderMac}, {LanFrame.Text(frame.ArpSender)}";
        }

        // FIELD 4: probes with sender 0.0.0.0 are only for the pool's addresses.
        return frame.ArpSender == 0
            ? legal.IsPool(frame.ArpTarget) && frame.IsToGroup ? null : $"a probe for {LanFrame.Text(frame.ArpTarget)}"
            : legal.Contains(frame.ArpSender) ? null
            : $"ARP sender {LanFrame.Text(frame.ArpSender)}";
    }

    private static bool IsLocal(uint address) => (address & 0xffff_ff00) == (Router & 0xffff_ff00);
}
