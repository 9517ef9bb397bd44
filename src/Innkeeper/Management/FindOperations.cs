using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Inspection;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>Looks for the stations on the access side: one search at a time.</summary>
/// <param name="served">The VLANs that are served beside untagged frames.</param>
/// <param name="network">The interfaces now.</param>
/// <param name="sender">The address that the gateway asks devices from when it knows no better.</param>
/// <param name="bindings">All bindings.</param>
internal sealed class FindOperations(
    ImmutableArray<ushort> served, Func<NetworkState> network, Func<Ipv4Address> sender, DeviceDirectory directory, Func<ImmutableDictionary<uint, Binding>> bindings, MachineRoster roster, Vendors vendors,
    EventLog events, IAuditTrail audit) : IFindOperations
{
    private readonly Lock _lock = new();
    private string? _running;

    /// <inheritdoc/>
    public Result<FindRun> Start(Actor actor, FindRequest request)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        if (Read(request, out var limits) is { } wrong)
        {
            return wrong;
        }

        lock (_lock)
        {
            if (_running is not null)
            {
                return new Unavailable($"{_running}; there is only one search at a time");
            }

            var running = $"{actor.Name} looks for stations";
            try
            {
                var finder = new Finder(network().Access, sender(), limits, () => Release(running));
                _running = running;
                var happened = new StationsSought(limits.Time, !limits.ListensOnly, actor.Name);
                events.Add(happened);
                audit.Add(new AuditEntry(actor, EventKind.Find, "", EventText.Describe(happened)));
                var view = new FoundView(directory, bindings, roster, vendors);
                return new FindRun(finder, stop => view.ReadAsync(finder, stop));
            }
            catch (NetlinkException e)
            {
                return new Unavailable($"{network().Access.Name} cannot be used: {e.Message}");
            }
        }
    }

    /// <summary>A search is over. Its thread waits for the lock if it is over before <see cref="Start"/> has returned.</summary>
    private void Release(string running)
    {
        lock (_lock)
        {
            _running = ReferenceEquals(_running, running) ? null : _running;
        }
    }

    private Invalid? Read(FindRequest request, out FindLimits limits)
    {
        limits = new FindLimits(FindLimits.UsualTime, [0, .. served], null, request.Listen);
        if (request.For is { } time)
        {
            if (SettingTypes.ParseDuration(time, least: 1) is not { } given || given > FindLimits.LongestTime)
            {
                return new Invalid("for", time, "a time from \"1s\" to \"30m\"");
            }

            limits = limits with { Time = given };
        }

        if (request.Vlan is { } vlan)
        {
            if (vlan is < 0 or > ushort.MaxValue || !limits.Vlans.Contains((ushort)vlan))
            {
                return new Invalid("vlan", $"{vlan}", served.IsEmpty ? "0: no other VLAN is served" : "0, or one of [access] vlans");
            }

            limits = limits with { Vlans = [(ushort)vlan] };
        }

        if (request.Network is { } text)
        {
            if (!Ipv4Network.TryParse(text, out var given) || given.PrefixLength < 32 - 10 || given.NetworkId.IsBogus || given.Last.IsBogus)
            {
                return new Invalid("network", text, $"a network of up to {FactoryAddresses.MostOfNetwork} hosts, such as \"10.1.7.0/24\"");
            }

            limits = limits with { Network = given };
        }

        return null;
    }
}

/// <summary>Stations as reports, with what the gateway knows of them.</summary>
internal sealed class FoundView(DeviceDirectory directory, Func<ImmutableDictionary<uint, Binding>> bindings, MachineRoster roster, Vendors vendors)
{
    private const int Schema = 1;

    public async IAsyncEnumerable<FindReport> ReadAsync(Finder finder, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var news in finder.ReadAsync(stop).ConfigureAwait(false))
        {
            yield return Of(news);
        }
    }

    public FindReport Of(FindNews news)
    {
        // One walk over all bindings for all stations of this news.
        var macs = news.Changed.Select(s => s.Mac).ToHashSet();
        var own = macs.Count == 0 ? null : bindings().Values.Where(b => macs.Contains(b.Claim.Station.Mac)).ToLookup(b => b.Claim.Station);
        var progress = news.Progress;
        return new FindReport(
            Schema, [.. news.Changed.Select(s => Of(s, own![new Station(s.Vlan, s.Mac)]))], progress.Asked, progress.ToAsk, progress.NotKept, progress.Lost, progress.Unsent, news.Ended);
    }

    private FoundReport Of(FoundStation station, IEnumerable<Binding> own)
    {
        var state = directory.RecordOf(station.Mac)?.Admission.State;
        var outside = own.Where(b => b.Outside != Ipv4Address.Any).MinBy(b => b.Number)?.Outside.ToString();
        return new FoundReport(
            station.Vlan, station.Mac.ToString(), vendors.Find(station.Mac), [.. station.Addresses.Select(a => a.ToString())], station.Name, station.Product, [.. NamesOf(station.By)],
            state is { } known ? DeviceQueries.NameOf(known) : "unknown", state == AdmissionState.Admitted && outside is not null, outside, roster.Of(station.Mac)?.Name);
    }

    private static IEnumerable<string> NamesOf(FoundBy by) => Enum.GetValues<FoundBy>().Where(b => b != FoundBy.None && by.HasFlag(b)).Select(b => b == FoundBy.EtherNetIp ? "ethernet_ip" : b.ToString().ToLowerInvariant());
}

/// <summary>A search that runs, until its time is over or it is disposed of.</summary>
/// <param name="source">Ends it when it is disposed of.</param>
/// <param name="read">The news; the last one says why it is over.</param>
internal sealed class FindRun(IDisposable source, Func<CancellationToken, IAsyncEnumerable<FindReport>> read) : IDisposable
{
    public IAsyncEnumerable<FindReport> ReadAsync(CancellationToken stop) => read(stop);

    public void Dispose() => source.Dispose();
}
