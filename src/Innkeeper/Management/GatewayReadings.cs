using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Series;

namespace Innkeeper.Management;

/// <summary>Reads the values for the charts from the parts of the status: snapshots and counters. One thread.</summary>
/// <param name="drops">Reads how many packets the data plane dropped for a reason.</param>
/// <param name="trafficOf">A binding's traffic so far.</param>
/// <param name="questionsOf">A binding's questions to the DNS service so far.</param>
internal sealed class GatewayReadings(
    AddressStatus addresses, Counters counters, Func<DropReason, ulong> drops, ServiceStatus services, DeviceStore records, Func<IReadOnlyDictionary<uint, Binding>> bindings,
    Func<uint, Traffic> trafficOf, Func<Binding, uint> questionsOf, TimeProvider clock) : ISeriesSource
{
    private static readonly DropReason[] s_reasons = [.. Enum.GetValues<DropReason>().Where(r => r != DropReason.None)];

    private DateTimeOffset _last = clock.GetUtcNow();
    private long _arrived;

    /// <summary>The bindings of IPv6.</summary>
    public Func<IEnumerable<ICountedBinding>> Ipv6 { get; init; } = () => [];

    /// <inheritdoc/>
    public void Read(Span<double> values)
    {
        ReadDevices(values);
        ReadServices(values);
        ReadAddresses(values);
        ReadDrops(values);
        values[(int)SeriesId.ProcessCpu] = Environment.CpuUsage.TotalTime.TotalSeconds;
        values[(int)SeriesId.ProcessMemory] = Environment.WorkingSet;
    }

    /// <inheritdoc/>
    public IEnumerable<BindingReading> ReadBindings()
    {
        foreach (var (number, binding) in bindings())
        {
            yield return new BindingReading(number, binding.Claim.Station.Mac, binding.FirstSeen, trafficOf(number), questionsOf(binding));
        }

        foreach (ICountedBinding binding in Ipv6())
        {
            yield return new BindingReading(binding.Counter, binding.Station.Mac, binding.FirstSeen, trafficOf(binding.Counter), 0);
        }
    }

    private void ReadDevices(Span<double> values)
    {
        var now = clock.GetUtcNow();
        Span<int> states = stackalloc int[Enum.GetValues<AdmissionState>().Length];
        states.Clear();
        foreach (var (_, record) in records.Devices)
        {
            states[(int)record.Admission.State]++;
            _arrived += record.FirstSeen > _last && record.FirstSeen <= now ? 1 : 0;
        }

        _last = now;
        values[(int)SeriesId.DevicesOnline] = addresses.Devices;
        values[(int)SeriesId.DevicesNew] = states[(int)AdmissionState.New];
        values[(int)SeriesId.DevicesHeld] = states[(int)AdmissionState.Held];
        values[(int)SeriesId.DevicesAdmitted] = states[(int)AdmissionState.Admitted];
        values[(int)SeriesId.DevicesBlocked] = states[(int)AdmissionState.Blocked];
        values[(int)SeriesId.DevicesArrived] = _arrived;
    }

    private void ReadServices(Span<double> values)
    {
        if (services.Dns is { Counters: var dns })
        {
            values[(int)SeriesId.DnsQuestions] = Of(DnsCounter.Queries);
            values[(int)SeriesId.DnsCached] = Of(DnsCounter.Hits) + Of(DnsCounter.Stale);
            values[(int)SeriesId.DnsFailed] = Of(DnsCounter.ServerFailures);

            long Of(DnsCounter counter) => dns[Counters.ToSnakeCase(counter.ToString())];
        }

        if (services.Dhcp is { } dhcp)
        {
            values[(int)SeriesId.DhcpAcknowledged] = counters.Read(Counter.DhcpAcknowledged);
            values[(int)SeriesId.DhcpRefused] = counters.Read(Counter.DhcpRefused) + counters.Read(Counter.DhcpExhausted);
            values[(int)SeriesId.DhcpLeases] = dhcp.Leased;
        }
    }

    private void ReadAddresses(Span<double> values)
    {
        var (pool, napt) = (addresses.Pool, addresses.Napt);
        values[(int)SeriesId.AddressesUsed] = pool.Bound;
        values[(int)SeriesId.AddressesTotal] = pool.Total;
        values[(int)SeriesId.PortsUsed] = napt.Ports - napt.PortsFree;
        values[(int)SeriesId.PortsTotal] = napt.Ports;
        values[(int)SeriesId.PortBlocksUsed] = napt.Blocks;
        values[(int)SeriesId.PortBlocksTotal] = napt.BlocksTotal;
        values[(int)SeriesId.RefusedAddresses] = counters.Read(Counter.RefusedPoolExhausted) + counters.Read(Counter.RefusedTableFull) + counters.Read(Counter.RefusedDeviceLimit);
    }

    private void ReadDrops(Span<double> values)
    {
        Span<ulong> groups = stackalloc ulong[Enum.GetValues<DropGroup>().Length];
        groups.Clear();
        var ports = 0UL;
        foreach (var reason in s_reasons)
        {
            var count = drops(reason);
            groups[(int)DropGroups.Of(reason)] += count;
            ports += reason is DropReason.PortLimit or DropReason.MappingRate or DropReason.PortsExhausted or DropReason.MappingsFull ? count : 0;
        }

        values[(int)SeriesId.DropsPolicy] = groups[(int)DropGroup.Policy];
        values[(int)SeriesId.DropsInvalid] = groups[(int)DropGroup.Invalid];
        values[(int)SeriesId.DropsLimits] = groups[(int)DropGroup.Limits];
        values[(int)SeriesId.DropsUnserved] = groups[(int)DropGroup.Unserved];
        values[(int)SeriesId.DropsFaults] = groups[(int)DropGroup.Faults];
        values[(int)SeriesId.RefusedPorts] = ports;
    }
}
