using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Series;
using Innkeeper.Tests.Storage;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Series;

/// <summary>A gateway whose counters, devices and clocks a test sets, and the series of it in a directory of its own.</summary>
internal sealed class SeriesWorld : TimeProvider, ISeriesSource, IDisposable
{
    public static readonly DateTimeOffset Beginning = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    public static readonly MacAddress Phone = MacAddress.Parse("02:00:00:00:00:01");
    public static readonly MacAddress Tablet = MacAddress.Parse("02:00:00:00:00:02");

    private readonly TemporaryDirectory _directory = new();
    private TimeSpan _monotonic = TimeSpan.FromHours(1);

    public SeriesWorld() => Service = Create();

    public SeriesService Service { get; private set; }

    public DateTimeOffset Now { get; set; } = Beginning;

    /// <summary>Totals and levels; NaN: none.</summary>
    public double[] Values { get; } = SeriesRow.NewValues();

    public Dictionary<uint, BindingReading> Bindings { get; } = [];

    public List<GatewayEvent> Events { get; } = [];

    public string File => Path.Combine(_directory.Path, SeriesFile.FileName);

    public double this[SeriesId series]
    {
        get => Values[(int)series];
        set => Values[(int)series] = value;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _monotonic.Ticks;

    public override DateTimeOffset GetUtcNow() => Now;

    /// <summary>Time passes, and the series are looked at.</summary>
    public void Pass(double seconds = 10)
    {
        _monotonic += TimeSpan.FromSeconds(seconds);
        Now += TimeSpan.FromSeconds(seconds);
        Service.Turn();
    }

    /// <summary>The process is killed, and another one begins.</summary>
    public void Restart(bool isKilled = false)
    {
        if (!isKilled)
        {
            Service.Write();
        }

        Service.Dispose();
        Service = Create();
    }

    /// <summary>A binding's counters.</summary>
    public void Move(uint number, MacAddress mac, ulong sent, ulong received, uint questions = 0, DateTimeOffset? since = null) =>
        Bindings[number] = new BindingReading(
            number, mac, since ?? Beginning, new Traffic { OutBytes = sent, InBytes = received, OutPackets = sent / 100, InPackets = received / 100 }, questions);

    public double?[] Read(SeriesId series, string range = "1h") =>
        [.. Service.Read(Resolution.All.Single(r => r.Range == range)).Select(r => r.Report(SeriesDefinition.All[(int)series]))];

    void ISeriesSource.Read(Span<double> values) => Values.CopyTo(values);

    IEnumerable<BindingReading> ISeriesSource.ReadBindings() => Bindings.Values;

    public void Dispose()
    {
        Service.Dispose();
        _directory.Dispose();
    }

    private SeriesService Create() => new(_directory.Path, this, this, Events.Add, NullLogger.Instance);
}
