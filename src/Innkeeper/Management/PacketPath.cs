using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Management.Contracts;
using Innkeeper.Management.Diagnosis;

namespace Innkeeper.Management;

/// <summary>A packet's path as a picture shows it: stages, each with its counters and the reasons for which packets end there. ARCHITECTURE.md has the whole path.</summary>
internal static class PacketPath
{
    private static readonly (string Name, string Text, Counter[] Counters)[] s_stages =
    [
        ("frames", "A device's frame arrives, and is one that the gateway serves.", [Counter.ArpAnswered, Counter.DhcpOffered, Counter.DhcpAcknowledged]),
        (
            "decision", "An unknown source gets an address and a binding.",
            [
                Counter.Punts, Counter.FirstPacketsHeld, Counter.FirstPacketsReinjected, Counter.FirstPacketsLost, Counter.BindingsMade, Counter.BindingsReleased, Counter.RefusedDeviceLimit,
                Counter.RefusedPoolExhausted, Counter.RefusedTableFull, Counter.RefusedByProfile, Counter.RefusedBlocked,
            ]),
        ("policy", "The device may send this packet: it is admitted, and its profile allows the destination and the rate.", [Counter.RefusalsSent]),
        ("translation", "The source becomes the device's outside address, and a port of it where devices share one.", [Counter.RefusedMapping, Counter.FragmentsHeld, Counter.FragmentsLost]),
        ("way-out", "The packet leaves by the uplink to the gateway of the device's profile.", [Counter.RouterIntroductions, Counter.SendFailed]),
        ("return", "An answer comes from the uplink, and goes to the device.", []),
    ];

    /// <param name="drops">Reads how many packets the data plane dropped for a reason.</param>
    public static IReadOnlyList<PathStageReport> Of(Func<DropReason, ulong> drops, IReadOnlyDictionary<string, ulong> counted)
    {
        var reasons = Enum.GetValues<DropReason>().Where(r => r != DropReason.None).ToLookup(StageOf);
        return
        [
            .. s_stages.Select(stage => new PathStageReport(
                stage.Name, stage.Text, stage.Counters.Select(c => Counters.ToSnakeCase(c.ToString())).ToDictionary(c => c, c => counted.GetValueOrDefault(c)),
                [.. reasons[stage.Name].Select(r => new PathDropReport(DropMeaning.IdOf(r), DropTexts.SentenceOf(r), drops(r)))])),
        ];
    }

    /// <summary>The stage where packets end for a reason; empty: this program does not know the reason.</summary>
    public static string StageOf(DropReason reason) => reason switch
    {
        DropReason.Malformed or DropReason.BadSourceMac or DropReason.NotForUs or DropReason.Broadcast or DropReason.Vlan or DropReason.Ipv6 or DropReason.NoIpv6 or DropReason.Ethertype or DropReason.BogusSource
            or DropReason.BogusDestination or DropReason.DhcpServer or DropReason.Impostor or DropReason.SourceRoute => "frames",
        DropReason.PuntLimit or DropReason.PuntFull or DropReason.PuntTooLong or DropReason.NoBinding or DropReason.NoLegal => "decision",
        DropReason.Held or DropReason.Blocked or DropReason.Denied or DropReason.Rate or DropReason.Isolated or DropReason.GatewayService => "policy",
        DropReason.PortLimit or DropReason.MappingRate or DropReason.PortsExhausted or DropReason.MappingsFull or DropReason.RemoteTaken or DropReason.Unmappable
            or DropReason.FragmentLimit => "translation",
        DropReason.NoRoute or DropReason.NoGateway or DropReason.WrongUplink or DropReason.HopLimit or DropReason.TooLong or DropReason.Failed or DropReason.SlowPath or DropReason.StackOther => "way-out",
        DropReason.NoMapping or DropReason.InboundRefused or DropReason.SpoofedInside or DropReason.OwnSource or DropReason.Redirect or DropReason.IcmpMtu or DropReason.IcmpQuote or DropReason.Appearance => "return",
        _ => "",
    };
}
