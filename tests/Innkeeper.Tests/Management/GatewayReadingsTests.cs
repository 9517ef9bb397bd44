using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Management;
using Innkeeper.Policy;
using Innkeeper.Series;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging.Abstractions;
using static Innkeeper.Tests.Management.ManagementFixture;

namespace Innkeeper.Tests.Management;

public sealed class GatewayReadingsTests
{
    private readonly ManagementFixture _gateway = new();
    private readonly Counters _counters = new();
    private readonly Dictionary<DropReason, ulong> _drops = [];

    [Fact]
    public void Read_IsOfTheStatusAndTheCounters()
    {
        _gateway.Bind(2, Phone, "47.31.128.195", "137.118.199.50");
        _gateway.Bind(3, Phone, "47.31.128.196", "137.118.199.9", share: 7);
        _gateway.Know(Phone, state: AdmissionState.Admitted);
        _gateway.Know(Tablet);
        _gateway.Addresses = [new SharedAddressSlot { Flags = SharedFlags.Usable, LowFirst = 1, LowLast = 1023, First = 1024, Last = 65535, BlockPorts = 64 }, new SharedAddressSlot()];
        _gateway.Found = new Sweep { Blocks = 3 };
        _gateway.Ports = new PortUse(new PortRoom(1, 65_535, 60_000), 1, 1, 0);
        _counters.Add(Counter.RefusedPoolExhausted, 4);
        _counters.Add(Counter.RefusedDeviceLimit, 1);
        (_drops[DropReason.Held], _drops[DropReason.Denied], _drops[DropReason.Malformed], _drops[DropReason.PortLimit], _drops[DropReason.NoRoute], _drops[DropReason.Ipv6]) = (10, 5, 3, 2, 7, 9);

        var values = Read(Readings());

        Assert.Equal([1, 1, 1], Of(values, SeriesId.DevicesOnline, SeriesId.DevicesHeld, SeriesId.DevicesAdmitted));
        Assert.Equal([3, 1008, 5535, 65_535], Of(values, SeriesId.PortBlocksUsed, SeriesId.PortBlocksTotal, SeriesId.PortsUsed, SeriesId.PortsTotal));
        Assert.Equal([15, 3, 2, 9, 7], Of(values, SeriesId.DropsPolicy, SeriesId.DropsInvalid, SeriesId.DropsLimits, SeriesId.DropsUnserved, SeriesId.DropsFaults));
        Assert.Equal([2, 5], Of(values, SeriesId.RefusedPorts, SeriesId.RefusedAddresses));
        Assert.True(values[(int)SeriesId.ProcessCpu] > 0 && values[(int)SeriesId.ProcessMemory] > 1 << 20);

        // DNS and DHCP are off, and traffic is for the sampler to add up.
        Assert.All(
            [SeriesId.DnsQuestions, SeriesId.DnsCached, SeriesId.DnsFailed, SeriesId.DhcpLeases, SeriesId.DhcpAcknowledged, SeriesId.DhcpRefused, SeriesId.OctetsIn, SeriesId.OctetsOut,
                SeriesId.PacketsIn, SeriesId.PacketsOut],
            s => Assert.Equal(double.NaN, values[(int)s]));
    }

    [Fact]
    public void Arrivals_AreDevicesFirstSeenSinceTheLastReading()
    {
        var readings = Readings();
        _gateway.Know(Phone);
        Assert.Equal([0], Of(Read(readings), SeriesId.DevicesArrived));

        _gateway.Clock.Now += TimeSpan.FromSeconds(10);
        _gateway.Records.Put(new DeviceRecord(Tablet, _gateway.Clock.Now - TimeSpan.FromSeconds(3)), _ => false);
        Assert.Equal([1], Of(Read(readings), SeriesId.DevicesArrived));
        _gateway.Clock.Now += TimeSpan.FromSeconds(10);
        Assert.Equal([1], Of(Read(readings), SeriesId.DevicesArrived));
    }

    /// <summary>
    /// A look at 10,000 devices with traffic, and a minute's writing: little memory, and far less than a hundredth of a core (0.1 s in 10 s). The time that
    /// the kernel takes for the look-ups is measured where there is a kernel (<c>TrafficTests</c> of the data plane).
    /// </summary>
    [Fact]
    public void TenThousandDevices_CostLittle()
    {
        var bindings = Enumerable.Range(2, 10_000).ToImmutableDictionary(
            n => (uint)n, n => new Binding((uint)n, new ClaimedAddress(new Station(0, new MacAddress((ulong)n)), new Ipv4Address((uint)n)), new Ipv4Address((uint)n), Ipv4Address.Any, true, Start));
        var traffic = 0UL;
        var records = new DeviceStore(20_000);
        foreach (var binding in bindings.Values)
        {
            records.Put(new DeviceRecord(binding.Claim.Station.Mac, Start), _ => true);
        }

        var readings = new GatewayReadings(
            new AddressStatus(new AddressPools([]), _gateway, records, () => bindings), _counters, _ => 0, new ServiceStatus(null, null, null, null), records, () => bindings,
            _ => new Traffic { OutBytes = traffic, InBytes = 20 * traffic, OutPackets = traffic, InPackets = traffic }, _ => (uint)traffic, _gateway.Clock);
        using var directory = new TemporaryDirectory();
        using var service = new SeriesService(directory.Path, readings, TimeProvider.System, e => Assert.Fail(e.ToString()), NullLogger.Instance);
        void Look()
        {
            traffic += 100_000;
            service.Turn();
        }

        for (var i = 0; i < 20; i++)
        {
            Look();
            service.Write();
        }

        var before = (Time: Environment.CpuUsage.TotalTime, Octets: GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < 60; i++)
        {
            Look();
            if (i % 6 == 5)
            {
                service.Write();
            }
        }

        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before.Octets) / 60;
        TestContext.Current.SendDiagnosticMessage(
            $"10,000 devices: {(Environment.CpuUsage.TotalTime - before.Time).TotalMilliseconds / 60:0.00} ms of CPU and {allocated} octets allocated a look");
        Assert.InRange(allocated, 0, 2_000_000);
        GC.KeepAlive(service);
    }

    private static double[] Read(GatewayReadings readings)
    {
        var values = SeriesRow.NewValues();
        readings.Read(values);
        return values;
    }

    private static IEnumerable<double> Of(double[] values, params SeriesId[] series) => series.Select(s => values[(int)s]);

    private GatewayReadings Readings() => new(
        new AddressStatus(new AddressPools([]), _gateway, _gateway.Records, () => _gateway.Bindings), _counters, r => _drops.GetValueOrDefault(r), new ServiceStatus(null, null, null, null),
        _gateway.Records, () => _gateway.Bindings, _ => default, _ => 0, _gateway.Clock);
}
