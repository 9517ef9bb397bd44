using Innkeeper.Control;
using Innkeeper.Tests.Cli;

namespace Innkeeper.Tests.Control;

/// <summary>Answers with what a test says, and keeps what it was told.</summary>
internal sealed class FakeSource : IControlSource
{
    private readonly Lock _lock = new();
    private Action<EventReport>? _followers;

    /// <summary>Thrown by every report when set.</summary>
    public Exception? Failure { get; set; }

    public DevicesReport Known { get; set; } = SampleReports.Devices();

    public SettingsReport Settings { get; set; } = new(1, null);

    public List<EventReport> Past { get; } = [];

    public List<DeviceOrder> Orders { get; } = [];

    public Func<DeviceOrder, OrderOutcome> OnOrder { get; set; } = order => OrderOutcome.Carried(order.Mac, $"{order.Mac} is {order.Verb}");

    public Func<ReloadOutcome> OnReload { get; set; } = () => new ReloadOutcome(true, "the new configuration is in force", ["pool.idle"], []);

    public StatusReport Status() => Failure is null ? SampleReports.Status() with { Settings = Settings } : throw Failure;

    public DevicesReport Devices() => Failure is null ? Known : throw Failure;

    public ProfilesReport Profiles() => Failure is null ? SampleReports.Profiles() : throw Failure;

    public LeasesReport Leases() => Failure is null ? SampleReports.Leases() : throw Failure;

    public EventReport[] Events(int most)
    {
        lock (_lock)
        {
            return Failure is null ? [.. Past.TakeLast(most)] : throw Failure;
        }
    }

    public IDisposable Follow(Action<EventReport> see)
    {
        lock (_lock)
        {
            _followers += see;
        }

        return new Unfollow(this, see);
    }

    public bool IsFollowed => Volatile.Read(ref _followers) is not null;

    /// <summary>As a gateway tells of an event: in the middle of things, and never for long.</summary>
    public void Tell(EventReport entry)
    {
        lock (_lock)
        {
            Past.Add(entry);
            _followers?.Invoke(entry);
        }
    }

    public ValueTask<OrderOutcome> Order(DeviceOrder order)
    {
        lock (Orders)
        {
            Orders.Add(order);
        }

        return new(OnOrder(order));
    }

    public ConfigReport ConfigShow() => Failure is null ? new ConfigReport(1, "innkeeper.toml", true, [new("pool.idle", "\"30m\"", "default"), new("uplink.gateway", null, "interface eth0")]) : throw Failure;

    public ValueTask<ReloadOutcome> Reload() => new(OnReload());

    private sealed class Unfollow(FakeSource source, Action<EventReport> see) : IDisposable
    {
        public void Dispose()
        {
            lock (source._lock)
            {
                source._followers -= see;
            }
        }
    }
}
