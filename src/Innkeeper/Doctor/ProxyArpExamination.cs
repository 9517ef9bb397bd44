using System.Security.Cryptography;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>Whether another host answers ARP for addresses that no host has (proxy ARP): devices would take it for their gateway.</summary>
internal sealed class ProxyArpExamination : IExamination
{
    private const int MostVlans = 16;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public string Name => "proxy ARP";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (!examined.HasSettings || !examined.MayListen)
        {
            return Task.FromResult<IReadOnlyList<Finding>>([]);
        }

        // Of RFC 5737's networks for documentation: no host may have one.
        var number = RandomNumberGenerator.GetBytes(2);
        (ushort, Ipv4Address)[] asked = [(0, Ipv4Address.Of(192, 0, 2, number[0])), (0, Ipv4Address.Of(198, 51, 100, number[1]))];
        // With a sender: the kernel of Linux answers no probe without one for others.
        var config = examined.Config;
        var findings = new List<Finding>();
        foreach (var uplink in examined.Uplinks.Where(u => u.IsUp))
        {
            findings.Add(Judge(uplink.Name, isAccess: config.IsOneArmed, ArpSurvey.Ask(uplink, uplink.PrimaryAddress?.Address ?? config.Uplink.Address?.Address ?? Ipv4Address.Any, asked, s_patience, _ => false, stop)));
        }

        if (!config.IsOneArmed && examined.Access is { IsUp: true } access)
        {
            IEnumerable<(ushort, Ipv4Address)> tagged = config.Access.Vlans.Take(MostVlans).Select(v => (v, asked[0].Item2));
            findings.Add(Judge(access.Name, isAccess: true, ArpSurvey.Ask(access, access.PrimaryAddress?.Address ?? config.Portal.Address, [.. asked, .. tagged], s_patience, _ => false, stop)));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(findings);
    }

    internal static Finding Judge(string link, bool isAccess, IReadOnlyList<ArpAnswer> answers)
    {
        if (answers.Count == 0)
        {
            return Finding.Ok("proxy ARP", $"no other host on {link} answers for addresses that no host has");
        }

        var seen = $"{answers[0].Mac} on {link}{(answers[0].Vlan == 0 ? "" : $" in VLAN {answers[0].Vlan}")} answers ARP for {answers[0].Address}, which no host can have";
        return isAccess
            ? Finding.Failure("proxy ARP", seen, "switch proxy ARP off there: devices take that host for their gateway")
            : Finding.Warning("proxy ARP", seen, "switch proxy ARP off there, if you can: outside addresses may seem to be taken");
    }
}
