using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Control;

/// <summary>What a request is answered with.</summary>
/// <param name="Line">JSON and the line's end.</param>
/// <param name="Afterwards">To be called once the line is on its way.</param>
/// <param name="Follow">Not null: instead of the line, this many events of the past and all that come.</param>
internal readonly record struct ControlAnswer(byte[] Line, Action? Afterwards = null, int? Follow = null);

/// <summary>Answers requests from what the source knows. A fault in a report must not look like a gateway that is gone.</summary>
internal sealed class ControlDesk(IControlSource source, ILogger log)
{
    private const int Schema = 1;

    /// <summary>More are not kept.</summary>
    public const int MostEvents = 10_000;

    /// <summary>Events where no number is given.</summary>
    public const int UsualEvents = 20;

    private readonly ConcurrentDictionary<(string Request, Type Kind), bool> _failures = new();

    /// <param name="line">As it came, without its end.</param>
    /// <param name="by">Asked for who is at the other end, when that matters.</param>
    public async ValueTask<ControlAnswer> Answer(string line, Func<string> by)
    {
        if (ControlRequest.Read(line, out var wrong) is not { } request)
        {
            return Error(wrong);
        }

        try
        {
            return request.Command switch
            {
                "status" => Say(source.Status(), ReportContext.Default.StatusReport),
                "devices" => Devices(request),
                "profiles" => Say(source.Profiles(), ReportContext.Default.ProfilesReport),
                "leases" => Say(source.Leases(), ReportContext.Default.LeasesReport),
                "events" => Events(request),
                "config show" => Say(source.ConfigShow(), ReportContext.Default.ConfigReport),
                "config reload" => Say(await source.Reload().ConfigureAwait(false)),
                _ => Say(await Order(request, by()).ConfigureAwait(false), ReportContext.Default.OrderOutcome),
            };
        }
        catch (Exception e)
        {
            return Failed(request.Command, e);
        }
    }

    /// <summary>Says that a report could not be made, and logs each kind of failure once.</summary>
    public ControlAnswer Failed(string command, Exception e)
    {
        if (_failures.TryAdd((command, e.GetType()), true))
        {
            log.AnswerFailed(e, command);
        }

        return Error($"the report could not be made ({e.GetType().Name}: {e.Message}); the gateway's log has more");
    }

    public static ControlAnswer Error(string text, int exitCode = 0) => Say(new ErrorReport(text, exitCode), ReportContext.Default.ErrorReport);

    private async ValueTask<OrderOutcome> Order(ControlRequest request, string by)
    {
        var (order, wrong) = OrderReader.Read(request, by, source.Devices().Devices);
        return wrong ?? await source.Order(order!).ConfigureAwait(false);
    }

    private ControlAnswer Devices(ControlRequest request)
    {
        var report = source.Devices();
        if (request.State is { } state)
        {
            if (!DevicesReport.States.Contains(state))
            {
                return Error($"{SafeText.Shorten(state)} is no state; there are {string.Join(", ", DevicesReport.States)}", 2);
            }

            report = report with { Devices = [.. report.Devices.Where(d => d.State == state)] };
        }

        if (request.Device is { } meant)
        {
            var (mac, wrong) = DeviceSearch.Find(meant, report.Devices);
            var found = report.Devices.Where(d => d.Mac == mac?.ToString()).ToList();
            if (found.Count == 0)
            {
                wrong ??= DeviceSearch.NoSuchDevice(meant, report.Devices);
                return Error(wrong.Text, wrong.ExitCode);
            }

            report = report with { Devices = found };
        }

        return Say(report, ReportContext.Default.DevicesReport);
    }

    private ControlAnswer Events(ControlRequest request)
    {
        var last = request.Last ?? UsualEvents;
        return last is < 0 or > MostEvents ? Error($"last is a number from 0 to {MostEvents}", 2)
            : request.Follow == true ? new ControlAnswer([], Follow: last)
            : Say(new EventsReport(Schema, last == 0 ? [] : source.Events(last)), ReportContext.Default.EventsReport);
    }

    private static ControlAnswer Say(ReloadOutcome outcome) => Say(outcome, ReportContext.Default.ReloadOutcome) with { Afterwards = outcome.Replace };

    private static ControlAnswer Say<T>(T report, JsonTypeInfo<T> type) => new([.. JsonSerializer.SerializeToUtf8Bytes(report, type), (byte)'\n']);
}
