using System.Text.Json.Serialization.Metadata;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Control;

/// <summary>A path and method, and what answers it.</summary>
/// <param name="Segments">Of the path; one in braces takes any value.</param>
/// <param name="Takes">Names that the query may have.</param>
internal sealed record ControlRoute(string Method, string[] Segments, string[] Takes, Func<ControlCall, ValueTask<ControlAnswer>> AnswerAsync)
{
    /// <summary>The values of the braces; null: the path is another.</summary>
    /// <param name="segments">Still percent-encoded.</param>
    public Dictionary<string, string>? Match(string[] segments)
    {
        if (segments.Length != Segments.Length)
        {
            return null;
        }

        var values = new Dictionary<string, string>();
        for (var i = 0; i < segments.Length; i++)
        {
            if (Segments[i] is ['{', .., '}'] name)
            {
                values[name[1..^1]] = Uri.UnescapeDataString(segments[i]);
            }
            else if (Segments[i] != segments[i])
            {
                return null;
            }
        }

        return values;
    }
}

/// <summary>The table of routes: one line each.</summary>
internal static class ControlRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    public static ControlRoute[] Of(GatewayOperations gateway) =>
    [
        Get(Routes.Status, s_answers.StatusReport, call => gateway.Status.Get(call.Actor)),
        Get(Routes.Devices, s_answers.DevicesReport, call => gateway.Devices.List(call.Actor, DeviceFilter.Of(call.Query)), DeviceFilter.Parameters),
        Get(Routes.Device, s_answers.DevicesReport, call => gateway.Devices.Find(call.Actor, call.Path("device"))),
        Route("GET", Routes.Diagnosis, s_answers.DiagnosisReport, call => gateway.Diagnosis.DiagnoseAsync(call.Actor, call.Path("device"), call.Query("to")), "to"),
        Command("DELETE", Routes.Device, call => gateway.DeviceCommands.ForgetAsync(call.Actor, call.Path("device"))),
        Command("POST", Routes.Approve, s_requests.Approval, (call, approval) => gateway.DeviceCommands.ApproveAsync(call.Actor, call.Path("device"), approval)),
        Command("POST", Routes.Block, s_requests.Decision, (call, decision) => gateway.DeviceCommands.BlockAsync(call.Actor, call.Path("device"), decision)),
        Command("POST", Routes.Hold, s_requests.Decision, (call, decision) => gateway.DeviceCommands.HoldAsync(call.Actor, call.Path("device"), decision)),
        Command("PUT", Routes.Name, s_requests.Setting, (call, name) => gateway.DeviceCommands.SetNameAsync(call.Actor, call.Path("device"), name)),
        Command("PUT", Routes.Tag, call => gateway.DeviceCommands.AddTagAsync(call.Actor, call.Path("device"), call.Path("tag"))),
        Command("DELETE", Routes.Tag, call => gateway.DeviceCommands.RemoveTagAsync(call.Actor, call.Path("device"), call.Path("tag"))),
        Command("PUT", Routes.Profile, s_requests.Setting, (call, profile) => gateway.DeviceCommands.SetProfileAsync(call.Actor, call.Path("device"), profile)),
        Command("PUT", Routes.Address, s_requests.Setting, (call, address) => gateway.DeviceCommands.SetAddressAsync(call.Actor, call.Path("device"), address)),
        Route("POST", Routes.Ping, s_answers.PingReport, call => gateway.Inspection.PingAsync(call.Actor, call.Path("device"), call.Context.RequestAborted)),
        new("GET", Split(Routes.Capture), ["for", "count", "snap"], call => new(Capture(gateway.Inspection, call))),
        Get(Routes.Profiles, s_answers.ProfilesReport, call => gateway.Profiles.List(call.Actor)),
        Get(Routes.Leases, s_answers.LeasesReport, call => gateway.Leases.List(call.Actor)),
        Get(Routes.Events, s_answers.EventsReport, call =>
            call.Number("last", EventStream.UsualEvents, out var last) is { } wrong ? wrong : gateway.Events.List(call.Actor, Count(last)), "last"),
        new("GET", Split(Routes.EventStream), ["since", "last"], call => new(Subscribe(gateway.Events, call))),
        Get(Routes.Configuration, s_answers.ConfigReport, call => gateway.Configuration.Get(call.Actor)),
        Get(Routes.Preview, s_answers.ReloadReport, call => gateway.Configuration.Preview(call.Actor)),
        Route("POST", Routes.Reload, s_answers.ReloadReport, call => new(gateway.Configuration.Reload(call.Actor))),
        new("POST", Split(Routes.Backup), [], call => BackUpAsync(gateway.Backups, call)),
    ];

    public static string[] Split(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries);

    private static async ValueTask<ControlAnswer> BackUpAsync(IBackupOperations backups, ControlCall call)
    {
        var made = await backups.CreateAsync(call.Actor).ConfigureAwait(false);
        return made.IsOk ? ControlAnswer.Of(made.Value) : ControlAnswer.Of(made.Failure);
    }

    private static ControlAnswer Subscribe(IEventOperations events, ControlCall call)
    {
        if ((call.Number("since", null, out var since) ?? call.Number("last", EventStream.UsualEvents, out _)) is { } wrong)
        {
            return ControlAnswer.Of(wrong);
        }

        call.Number("last", EventStream.UsualEvents, out var last);
        var subscribed = events.Subscribe(call.Actor, since, Count(last));
        return subscribed.IsOk ? ControlAnswer.Of(ControlStream.Of(subscribed.Value)) : ControlAnswer.Of(subscribed.Failure);
    }

    private static ControlAnswer Capture(IDeviceInspection inspection, ControlCall call)
    {
        if ((call.Number("count", 0, out var count) ?? call.Number("snap", CaptureLimits.MostSnap, out var snap) ?? call.Time("for", out var time)) is { } wrong)
        {
            return ControlAnswer.Of(wrong);
        }

        call.Number("snap", CaptureLimits.MostSnap, out snap);
        call.Time("for", out time);
        var captured = inspection.Capture(call.Actor, call.Path("device"), new CaptureLimits(time, count ?? 0, Count(snap)));
        return captured.IsOk ? ControlAnswer.Of(ControlStream.Of(captured.Value)) : ControlAnswer.Of(captured.Failure);
    }

    /// <summary>A number beyond what an int holds is beyond what may be asked for.</summary>
    private static int Count(long? number) => (int)Math.Clamp(number ?? 0, int.MinValue, int.MaxValue);

    private static ControlRoute Get<T>(string path, JsonTypeInfo<T> type, Func<ControlCall, Result<T>> ask, params string[] takes)
        where T : class => Route("GET", path, type, call => new(ask(call)), takes);

    private static ControlRoute Command(string method, string path, Func<ControlCall, ValueTask<Result<DeviceChange>>> act) => Route(method, path, s_answers.DeviceChange, act);

    private static ControlRoute Command<T>(string method, string path, JsonTypeInfo<T> body, Func<ControlCall, T, ValueTask<Result<DeviceChange>>> act)
        where T : class => Route(method, path, s_answers.DeviceChange, async call =>
        {
            var read = await call.ReadAsync(body).ConfigureAwait(false);
            return read.IsOk ? await act(call, read.Value).ConfigureAwait(false) : read.Failure;
        });

    private static ControlRoute Route<T>(string method, string path, JsonTypeInfo<T> type, Func<ControlCall, ValueTask<Result<T>>> act, params string[] takes)
        where T : class => new(method, Split(path), takes, async call =>
        {
            var result = await act(call).ConfigureAwait(false);
            return result.IsOk ? ControlAnswer.Of(result.Value, type) : ControlAnswer.Of(result.Failure);
        });
}
