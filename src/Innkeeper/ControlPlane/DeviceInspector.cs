using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Dhcp;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>The control plane's knowledge of one station, beside its record and bindings.</summary>
/// <param name="Now">By the monotonic clock, as the times of the trace.</param>
/// <param name="Trace">Null: nothing was heard of it.</param>
/// <param name="Profile">The profile that it has now, or would have.</param>
/// <param name="MayReach">Whether that profile lets it send to the address that was asked about; null: no address was.</param>
/// <param name="Gateway">The gateway it uses now, by number.</param>
/// <param name="LanKind">One arm: a host of the LAN, or a spoofer; null: neither.</param>
/// <param name="Leases">Active ones and ended ones.</param>
/// <param name="LimitsWith">With whom it has the profile's rates together; null: it has them for itself.</param>
internal sealed record StationFacts(
    TimeSpan Now, StationTrace? Trace, ProfileConfig Profile, bool? MayReach, int Gateway, StationKind? LanKind, ImmutableArray<Lease> Leases,
    string? LimitsWith = null);

/// <summary>Answers questions about one station. Called on the control loop's thread only; changes nothing.</summary>
internal interface IDeviceInspector
{
    /// <param name="to">The address that the station would send to; null: any.</param>
    StationFacts Inspect(Station station, Ipv4Address? to);

    /// <summary>Stations that were heard lately and meet a condition, the latest first.</summary>
    IReadOnlyList<Station> Find(Func<Station, StationTrace, bool> isWanted);

    /// <summary>Stations that had or have a lease of an address.</summary>
    IReadOnlyList<Station> LeasedTo(Ipv4Address address);
}

/// <inheritdoc/>
/// <param name="leases">Null: DHCP is not served.</param>
/// <param name="lan">Null with two arms.</param>
internal sealed class DeviceInspector(
    PolicyService policy, StationTraces traces, LeaseDatabase? leases, OneArmController? lan, TimeProvider clock) : IDeviceInspector
{
    /// <inheritdoc/>
    public StationFacts Inspect(Station station, Ipv4Address? to)
    {
        var evaluation = policy.Evaluate(station, d => d);
        return new StationFacts(
            clock.Now(), traces.Find(station), evaluation.Profile, to is { } address ? policy.MayReach(evaluation.Profile, address) : null, evaluation.Policy.Gateway, lan?.KindOf(station.Mac),
            [.. leases?.Of(station).Where(l => l.State != LeaseState.Offered) ?? []], evaluation.Policy.Group);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Station> Find(Func<Station, StationTrace, bool> isWanted) => [.. traces.All.Where(t => isWanted(t.Key, t.Value)).Select(t => t.Key)];

    /// <inheritdoc/>
    public IReadOnlyList<Station> LeasedTo(Ipv4Address address) =>
        leases?.FindByAddress(address) is { State: not LeaseState.Offered } lease ? [lease.Key.Station] : [];
}
