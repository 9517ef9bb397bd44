using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>The interfaces: there, up, with a medium, alone with their frames, and with what the gateway needs of them.</summary>
internal sealed class InterfaceExamination : IExamination
{
    /// <summary>RFC 791 demands less; no LAN has less.</summary>
    private const int LeastMtu = 1280;

    /// <summary>Virtual cards whose switch keeps frames to other MACs from them unless its settings say otherwise.</summary>
    private static readonly string[] s_guarded = ["vmxnet3", "e1000", "hv_netvsc", "xen_netfront", "vif"];

    public string Name => "interfaces";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (!examined.HasSettings)
        {
            var there = examined.Links.Where(l => l.Mac != MacAddress.Zero).Select(l => $"{l.Name}{(l.HasCarrier ? "" : " (no carrier)")}").ToList();
            return Task.FromResult<IReadOnlyList<Finding>>([there.Count > 0 ? Finding.Ok("interfaces", $"there are {string.Join(", ", there)}") : Finding.Failure("interfaces", "there is no Ethernet interface", "add one")]);
        }

        var config = examined.Config;
        var names = config.UplinkInterfaces.Select(u => (Name: u, IsUplink: true));
        return Task.FromResult<IReadOnlyList<Finding>>(
        [
            .. (config.IsOneArmed ? names : names.Prepend((Name: config.Access.Interface, IsUplink: false)))
                .SelectMany(n => examined.Links.FirstOrDefault(l => l.Name == n.Name) is { } link ? Judge(LinkFacts.Of(link), n.IsUplink, config) : [Missing(n.Name, examined)]),
        ]);
    }

    internal static IEnumerable<Finding> Judge(LinkFacts facts, bool isUplink, InnkeeperConfig config)
    {
        var link = facts.Link;
        var subject = $"interface {link.Name}";
        var isAccess = !isUplink || config.IsOneArmed;
        List<Finding> found = [];
        if (link.Mac == MacAddress.Zero)
        {
            found.Add(Finding.Failure(subject, "it is no Ethernet interface (it has no MAC)", "name the Ethernet interface below it in the configuration"));
        }

        if (!link.IsUp)
        {
            found.Add(Finding.Failure(subject, "it is down", $"set it up: `ip link set {link.Name} up`, and in the host's network configuration so that it stays up"));
        }
        else if (!link.HasCarrier)
        {
            found.Add(Finding.Failure(subject, "it has no carrier", "check the cable, the switch's port, or in a virtual machine whether the card is connected"));
        }

        if (facts.Master is { } master)
        {
            found.Add(Finding.Failure(subject, $"it is a part of {master}, which takes its frames", $"name {master} in the configuration, or take {link.Name} out of it (`ip link set {link.Name} nomaster`)"));
        }

        if (facts.JoinsPackets)
        {
            found.Add(Finding.Warning(subject, "the card joins received packets (LRO); they cannot be forwarded as they were", $"switch it off: `ethtool -K {link.Name} lro off`"));
        }

        if (link.Mtu < LeastMtu)
        {
            found.Add(Finding.Warning(subject, $"its MTU is {link.Mtu}", "raise it, if the line permits: packets of usual length are cut or refused"));
        }

        if (isUplink && link.Addresses.IsEmpty && config.Uplink.Address is null)
        {
            found.Add(Finding.Failure(subject, "it has no IPv4 address", "give it one, by DHCP or by hand; the gateway waits for it"));
        }

        if (isAccess && facts.Driver is { } driver && s_guarded.Contains(driver) && (!config.Access.FormerGateways.IsEmpty || config.IsOneArmed))
        {
            found.Add(Finding.Warning(subject, $"its driver is {driver}, a virtual card: the virtual switch may keep frames to other MACs from it", "allow promiscuous mode, forged transmits and MAC changes for this port of the virtual switch"));
        }

        return found.Count > 0 ? found
            : [Finding.Ok(subject, $"up, with carrier, MTU {link.Mtu}, {(link.Addresses.IsEmpty ? "no address" : string.Join(", ", link.Addresses))}{(facts.Driver is null ? "" : $", driver {facts.Driver}")}")];
    }

    private static Finding Missing(string name, Examined examined) =>
        Finding.Failure($"interface {name}", "it is not there", $"correct its name in the configuration; there are {string.Join(", ", examined.Links.Select(l => l.Name).Order())}");
}
