using System.Globalization;
using Innkeeper.Interfaces;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>The router of each uplink: known, and answering ARP.</summary>
internal sealed class RouterExamination : IExamination
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>A second host with the router's address may be slower than the router.</summary>
    private static readonly TimeSpan s_second = TimeSpan.FromMilliseconds(300);

    public string Name => "router";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (examined.Network is not { } network)
        {
            return Task.FromResult<IReadOnlyList<Finding>>([]);
        }

        var routers = new List<(UplinkState? Uplink, Ipv4Address? Router)> { (network.UplinkAt(0), network.Gateway) };
        routers.AddRange(examined.Config.Gateways.Select(g => (network.UplinkAt(examined.Config.UplinkOf(g)), (Ipv4Address?)g.NextHop)));
        return Task.FromResult<IReadOnlyList<Finding>>([.. routers.Where(r => r.Uplink is not null).Select(r => One(examined, r.Uplink!, r.Router, stop))]);
    }

    internal static Finding Judge(string link, Ipv4Address? router, IReadOnlyList<ArpAnswer> answers)
    {
        var subject = $"router {router?.ToString() ?? ""}".TrimEnd();
        return router is null ? Finding.Failure(subject, $"there is no default route by {link}", "add one (`ip route add default via ROUTER`), or set [uplink] gateway")
            : answers.Count == 0 ? Finding.Failure(subject, $"it does not answer ARP on {link}", "check the cable, the router, and that the address is right")
            : answers.Select(a => a.Mac).Distinct().Count() > 1 ? Finding.Warning(
                subject, $"{answers.Count} hosts on {link} answer ARP as the router: {string.Join(", ", answers.Select(a => a.Mac))}", "find the one that is not the router: it may get the packets of all devices")
            : Finding.Ok(subject, string.Create(CultureInfo.InvariantCulture, $"it answers ARP on {link} as {answers[0].Mac} after {answers[0].Took.TotalMilliseconds:0.0} ms"));
    }

    private static Finding One(Examined examined, UplinkState uplink, Ipv4Address? router, CancellationToken stop)
    {
        if (router is { } address && !examined.MayListen)
        {
            return Finding.Warning($"router {address}", "not asked: this user may not send ARP", "run this as root");
        }

        // All who answer within a moment of the first are heard.
        var first = TimeSpan.Zero;
        var watch = System.Diagnostics.Stopwatch.StartNew();
        IReadOnlyList<ArpAnswer> answers = router is not { } hop || !uplink.Interface.IsUp ? [] : ArpSurvey.Ask(uplink.Interface, uplink.Address.Address, [(0, hop)], s_patience, IsEnough, stop);
        return Judge(uplink.Interface.Name, router, answers);

        bool IsEnough(IReadOnlyCollection<ArpAnswer> heard)
        {
            first = heard.Count > 0 && first == TimeSpan.Zero ? watch.Elapsed : first;
            return first != TimeSpan.Zero && watch.Elapsed - first > s_second;
        }
    }
}
