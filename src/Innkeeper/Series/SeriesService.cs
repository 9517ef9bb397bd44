using Innkeeper.Clocks;
using Innkeeper.Events;
using Innkeeper.Storage;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Series;

/// <summary>
/// Observes every ten seconds and writes every minute, on a thread of its own: neither the control loop nor a packet waits for it. While the file cannot
/// be written, it goes on in memory, and says so once.
/// </summary>
internal sealed class SeriesService : ISeriesReader, IDisposable
{
    /// <summary>Seconds between two looks.</summary>
    public const int Interval = 10;

    /// <summary>Seconds between two times of writing.</summary>
    private const int WriteInterval = 60;

    /// <summary>For a disk that hangs: neither a reload nor the end of the process waits longer.</summary>
    private static readonly TimeSpan s_lastPatience = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _clock;
    private readonly Action<GatewayEvent> _tell;
    private readonly ILogger _log;
    private readonly SeriesFile _file;
    private readonly SeriesBook _book;
    private readonly DeviceBook _devices;
    private readonly SeriesSampler _sampler;
    private readonly ManualResetEventSlim _stop = new();
    private readonly HashSet<Type> _said = [];
    private Thread? _thread;
    private volatile string? _failure;
    private TimeSpan _nextWrite;

    /// <param name="directory">Of the state.</param>
    /// <param name="tell">Takes events.</param>
    public SeriesService(string directory, ISeriesSource source, TimeProvider clock, Action<GatewayEvent> tell, ILogger log)
    {
        (_clock, _tell, _log) = (clock, tell, log);
        _file = new SeriesFile(directory, clock, tell);
        _book = new SeriesBook((step, start) => OnDisk(() => _file.Read(step, start, start) is [var row] ? row : null));
        _devices = new DeviceBook(start => OnDisk(() => _file.ReadDevices(start)));
        _sampler = new SeriesSampler(source, _book, _devices, clock);
        _nextWrite = clock.GetElapsedTime(0) + TimeSpan.FromSeconds(WriteInterval);
    }

    /// <inheritdoc/>
    public string? Failure => _failure;

    /// <inheritdoc/>
    public TrafficTotal Total => _sampler.Total;

    /// <inheritdoc/>
    public DateTimeOffset WallOf(long start) => _clock.ToWall(DateTimeOffset.FromUnixTimeSeconds(start));

    /// <summary>Begins to observe.</summary>
    public void Begin()
    {
        _thread = new Thread(Run, 256 * 1024) { Name = "series", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Looks once, and writes when it is time. Only for the thread that observes.</summary>
    public void Turn()
    {
        _sampler.Sample();
        if (_clock.GetElapsedTime(0) >= _nextWrite)
        {
            Write();
        }
    }

    /// <summary>Writes what is not on disk. Only for the thread that observes.</summary>
    public void Write()
    {
        _nextWrite = _clock.GetElapsedTime(0) + TimeSpan.FromSeconds(WriteInterval);
        try
        {
            _file.Write(Now, _book.Unwritten(), _devices.Unwritten());
            _book.Written();
            _devices.Written();
            if (_failure is not null)
            {
                _failure = null;
                _tell(new SeriesRestored(_file.Path));
            }
        }
        catch (StorageException e)
        {
            if (_failure is null)
            {
                _tell(new SeriesFailed(_file.Path, e.Message));
            }

            _failure = e.Message;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<SeriesRow> Read(Resolution resolution)
    {
        var now = Now;
        var (first, last) = (resolution.FirstAt(now), resolution.StartOf(now));
        var recent = _book.Read(resolution);
        return [.. Together(OnDisk(() => _file.Read(resolution.Step, first, last)) ?? [], recent, r => r.Start).Where(r => r.Start >= first && r.Start <= last)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<(long Start, double Seconds, DeviceTraffic? Traffic)> Read(MacAddress mac)
    {
        var now = Now;
        var (first, last) = (Resolution.Device.FirstAt(now), Resolution.Device.StartOf(now));
        var recent = _devices.Read(mac);
        return [.. Together(OnDisk(() => _file.Read(mac, first, last)) ?? [], recent, r => r.Start).Where(r => r.Start >= first && r.Start <= last)];
    }

    /// <summary>Looks a last time, writes, and ends.</summary>
    public void Dispose()
    {
        _stop.Set();
        if (_thread?.Join(s_lastPatience) != false)
        {
            _file.Dispose();
        }
    }

    /// <summary>Takes a device out of the series. An interval that is being written just then may have it for some seconds more.</summary>
    /// <exception cref="StorageException">The file could not be written.</exception>
    public void Erase(MacAddress mac)
    {
        _devices.Erase(mac);
        _file.Erase(mac);
    }

    /// <inheritdoc/>
    public long Now => _clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>An interval in memory is newer than the same interval in the file.</summary>
    private static IEnumerable<T> Together<T>(IEnumerable<T> stored, IReadOnlyList<T> recent, Func<T, long> startOf)
    {
        var starts = recent.Select(startOf).ToHashSet();
        return stored.Where(r => !starts.Contains(startOf(r))).Concat(recent).OrderBy(startOf);
    }

    private static T? OnDisk<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (StorageException)
        {
            // The next time of writing says so.
            return null;
        }
    }

    private void Run()
    {
        Try(Turn);
        while (!_stop.Wait(UntilNext()))
        {
            Try(Turn);
        }

        Try(_sampler.Sample);
        Try(Write);
    }

    /// <summary>Until the next full ten seconds, so that an observation lies in one interval.</summary>
    private TimeSpan UntilNext()
    {
        var past = _clock.GetUtcNow().Ticks % (Interval * TimeSpan.TicksPerSecond);
        return new TimeSpan((Interval * TimeSpan.TicksPerSecond) - past) + TimeSpan.FromMilliseconds(5);
    }

    /// <summary>A fault here costs a look, and not the process.</summary>
    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            if (_said.Add(e.GetType()))
            {
                _log.SeriesFaulty(e);
            }
        }
    }
}

/// <summary>The log messages; their ids are in <see cref="LogIds"/>.</summary>
internal static partial class SeriesLog
{
    [LoggerMessage(LogIds.SeriesFaulty, LogLevel.Error, "Internal error while the series for the charts were observed; devices are served as before")]
    public static partial void SeriesFaulty(this ILogger log, Exception exception);
}
