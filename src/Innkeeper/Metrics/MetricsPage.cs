using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Innkeeper.Metrics;

/// <summary>
/// The page that Prometheus scrapes, written by OpenTelemetry's exporter. One page is made at a time, and a page that is younger than a second is given
/// again: however many clients ask, the gateway is read once a second at most.
/// </summary>
internal sealed class MetricsPage(IMetricsSource source, TimeProvider clock) : IDisposable
{
    /// <summary>The text format of Prometheus.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Octets; 2,000 devices take a tenth of it.</summary>
    private const int MostOctets = 4 << 20;

    private const string Path = "/metrics";

    private static readonly TimeSpan s_age = TimeSpan.FromSeconds(1);
    private static int s_number;

    private readonly SemaphoreSlim _gate = new(1);
    /// <summary>Made for the first client: a gateway without one spares the memory.</summary>
    private readonly Lazy<Exporter> _exporter = new(() => new Exporter());
    private byte[]? _page;
    private long _made;

    /// <summary>Writes the page, of <see cref="ContentType"/>.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    /// <exception cref="IOException">It could not be made.</exception>
    public async ValueTask WriteAsync(Stream destination, CancellationToken stop)
    {
        byte[] page;
        await _gate.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            if (_page is null || clock.GetElapsedTime(_made) >= s_age)
            {
                _page = await MakeAsync(stop).ConfigureAwait(false);
                _made = clock.GetTimestamp();
            }

            page = _page;
        }
        finally
        {
            _gate.Release();
        }

        // Outside the gate: a slow client keeps no other one waiting.
        await destination.WriteAsync(page, stop).ConfigureAwait(false);
    }

    public void Dispose()
    {
        if (_exporter.IsValueCreated)
        {
            _exporter.Value.Dispose();
        }

        _gate.Dispose();
    }

    private async Task<byte[]> MakeAsync(CancellationToken stop)
    {
        using var page = new MemoryStream();
        var reading = source.Read();
        var status = await _exporter.Value.WriteAsync(reading, page, stop).ConfigureAwait(false);
        return status == StatusCodes.Status200OK && page.Length > 0 ? [.. page.ToArray(), .. Encoding.UTF8.GetBytes(AnswerTimesText.Of(reading.Status.Dns?.Times ?? []))] : throw new IOException($"the metrics could not be collected (HTTP {status})");
    }

    /// <summary>The instruments, and OpenTelemetry's middleware as a pipeline of its own: there is no ASP.NET application here that it could be a part of.</summary>
    private sealed class Exporter : IDisposable
    {
        private readonly Meter _meter;
        private readonly GatewayMetrics _metrics;
        private readonly MeterProvider _provider;
        private readonly ServiceProvider _services;
        private readonly RequestDelegate _pipeline;

        public Exporter()
        {
            // The provider takes the meters of a name, wherever they were made in this process.
            _meter = new Meter($"Innkeeper.{Interlocked.Increment(ref s_number)}");
            _metrics = new GatewayMetrics(_meter);
            _provider = Sdk.CreateMeterProviderBuilder()
                .AddMeter(_meter.Name)
                .AddView(GatewayMetrics.DeviceTraffic, new MetricStreamConfiguration { CardinalityLimit = (2 * MetricsSource.MostDevices) + 1 })
                .AddPrometheusExporter(options =>
                {
                    options.ScopeInfoEnabled = false;
                    options.TargetInfoEnabled = false;
                    options.ScrapeResponseCacheDurationMilliseconds = 0;
                    options.MaxScrapeResponseSizeBytes = MostOctets;
                })
                .Build();
            _services = new ServiceCollection().AddSingleton(_provider).AddLogging().BuildServiceProvider();
            _pipeline = new ApplicationBuilder(_services).UseOpenTelemetryPrometheusScrapingEndpoint(_provider, null, Path, null, null).Build();
        }

        /// <returns>The status code of HTTP.</returns>
        public async Task<int> WriteAsync(MetricsReading reading, Stream page, CancellationToken stop)
        {
            _metrics.Now = reading;
            var context = new DefaultHttpContext { RequestServices = _services, RequestAborted = stop };
            (context.Request.Method, context.Request.Path, context.Response.Body) = (HttpMethods.Get, Path, page);
            await _pipeline(context).ConfigureAwait(false);
            _metrics.Now = null;
            return context.Response.StatusCode;
        }

        public void Dispose()
        {
            _services.Dispose();
            _provider.Dispose();
            _meter.Dispose();
        }
    }
}
