using System.Text.Json.Serialization.Metadata;
using Innkeeper.Inspection;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>Devices, and decisions about them.</summary>
internal static class DeviceRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    /// <summary>Octets: a list of 10,000 devices.</summary>
    private const int MostOrder = 1024 * 1024;

    private static readonly ApiParameter[] s_filter =
    [
        new("state", $"Only devices in this state: {string.Join(", ", DevicesReport.States)}; or in one of several, with commas between."),
        new("cause", $"Only devices that cannot use the network for this cause: {string.Join(", ", DeviceCause.All)}; or for one of several, with commas between."),
        new("vlan", "Only devices in this VLAN; 0: untagged.", ApiParameterType.Number),
        new("tag", "Only devices with this tag."),
        new("seen", "Only devices seen within this time, such as \"10m\"."),
        new("profile", "Only devices in this profile."),
        new("text", "Only devices with this in their MAC, addresses, names, host name, vendor or tags. A whole address or MAC means that one."),
        new("sort", "The order; by VLAN and MAC if it is left out.", Choices: DeviceFilter.Orders),
        new("reverse", "The other way round.", ApiParameterType.Flag),
        new("online", "Only admitted devices with an address; or, with false, only the others.", ApiParameterType.Flag),
        new("limit", $"At most so many devices, from 1 to {DeviceFilter.MostLimit}; all if it is left out.", ApiParameterType.Number),
        new("cursor", "The \"next\" of the page before."),
    ];

    public static ApiRoute[] Of(GatewayOperations gateway) =>
    [
        ApiRoutes.Get("listDevices", Routes.Devices, "The known devices.", Permission.Viewer, s_answers.DevicesReport, call => gateway.Devices.List(call.Actor, DeviceFilter.Of(call.Query))) with
        { Parameters = s_filter },
        new(
            "getDevice", "GET", Routes.Device, "One device, by MAC, given name, address or host name; several reports where its MAC is in several VLANs. Its version is the ETag header.", Permission.Viewer)
        {
            Response = s_answers.DevicesReport,
            AnswerAsync = call => new(AnswerOf(gateway.Devices.Find(call.Actor, call.Path("device")))),
        },
        ApiRoutes.Write(
            "orderDevices", "POST", Routes.Orders, "One order about many devices: those of a list, or those that the filter selects. The front desk's orders are those that it may give about one.",
            Permission.Operator, s_requests.Order, s_answers.OrderReport, (call, order, options) => gateway.Orders.CarryOutAsync(call.Actor, DeviceFilter.Of(call.Query), order, options)) with
        { Parameters = [.. s_filter.Where(p => p.Name is not ("sort" or "reverse" or "limit" or "cursor")), ApiRoutes.DryRun], MostBody = MostOrder },
        ApiRoutes.Operation(
            "diagnoseDevice", "GET", Routes.Diagnosis, "Why a device is not online: each step of the way of its packets, and the cause.", Permission.Viewer, s_answers.DiagnosisReport,
            call => gateway.Diagnosis.DiagnoseAsync(call.Actor, call.Path("device"), call.Query("to"))) with
        { Parameters = [new("to", "The destination, an address or a name; the Internet if it is left out.")] },
        .. Commands(gateway.DeviceCommands),
        .. Inspections(gateway.Inspection),
        ApiRoutes.Operation(
            "wakeDevice", "POST", Routes.Wake, "Sends frames that wake a device (Wake-on-LAN), in its VLAN.", Permission.Operator, s_answers.WakeReport, call => new(gateway.Waking.Wake(call.Actor, call.Path("device")))),
    ];

    private static ApiAnswer AnswerOf(Result<DevicesReport> found) =>
        found.IsOk ? ApiAnswer.Of(found.Value, s_answers.DevicesReport) with { ETag = found.Value.Devices[0].Etag } : ApiAnswer.Of(found.Failure);

    private static ApiRoute[] Commands(IDeviceCommands commands) =>
    [
        Command("approveDevice", "POST", Routes.Approve, "Admits a device.", Permission.Operator, s_requests.Approval, commands.ApproveAsync),
        Command("blockDevice", "POST", Routes.Block, "Blocks a device: it gets no answers, and its packets are dropped.", Permission.Operator, s_requests.Decision, commands.BlockAsync),
        Command("holdDevice", "POST", Routes.Hold, "Makes a device wait for a decision.", Permission.Admin, s_requests.Decision, commands.HoldAsync),
        Command(
            "forgetDevice", "DELETE", Routes.Device, "Forgets a device and every decision about it.", Permission.Admin,
            (call, options) => call.Flag("erase", out var isErased) is { } wrong ? new(wrong)
                : isErased ? commands.EraseAsync(call.Actor, call.Path("device"), options) : commands.ForgetAsync(call.Actor, call.Path("device"), options)) with
        { Parameters = [ApiRoutes.DryRun, new("erase", "Also takes it out of events, series, messages and everything else that the gateway keeps, and says what stays.", ApiParameterType.Flag)] },
        Command("nameDevice", "PUT", Routes.Name, "Gives a device a name; an empty value removes it.", Permission.Operator, s_requests.Setting, commands.SetNameAsync),
        Command("tagDevice", "PUT", Routes.Tag, "Adds a tag to a device.", Permission.Admin, (call, options) => commands.AddTagAsync(call.Actor, call.Path("device"), call.Path("tag"), options)),
        Command("untagDevice", "DELETE", Routes.Tag, "Removes a tag from a device.", Permission.Admin, (call, options) => commands.RemoveTagAsync(call.Actor, call.Path("device"), call.Path("tag"), options)),
        Command(
            "setDeviceProfile", "PUT", Routes.Profile, "Pins a device to a profile, whatever the rules say; an empty value lets the rules decide again.", Permission.Admin, s_requests.Setting,
            commands.SetProfileAsync),
        Command(
            "setDeviceAddress", "PUT", Routes.Address, "Reserves an outside address for a device; with an empty value, the device can have any.", Permission.Admin, s_requests.Setting,
            commands.SetAddressAsync),
    ];

    private static ApiRoute[] Inspections(IDeviceInspection inspection) =>
    [
        ApiRoutes.Operation(
            "pingDevice", "POST", Routes.Ping, "Asks a device by ARP and ICMP echo, as its gateway.", Permission.Admin, s_answers.PingReport,
            call => inspection.PingAsync(call.Actor, call.Path("device"), call.Context.RequestAborted)),
        new("captureDevice", "GET", Routes.Capture, "A device's packets on both sides, as they come, as a pcapng file.", Permission.Admin)
        {
            Parameters =
            [
                new("for", "How long, such as \"30s\"."), new("count", "At most so many packets; 0: any number.", ApiParameterType.Number),
                new("snap", "At most so many octets of each packet.", ApiParameterType.Number),
            ],
            ContentType = ApiStream.PacketCapture,
            AnswerAsync = call => new(Capture(inspection, call)),
        },
    ];

    private static ApiAnswer Capture(IDeviceInspection inspection, ApiCall call)
    {
        if ((call.Number("count", 0, out var count) ?? call.Number("snap", CaptureLimits.MostSnap, out var snap) ?? call.Time("for", out var time)) is { } wrong)
        {
            return ApiAnswer.Of(wrong);
        }

        call.Number("snap", CaptureLimits.MostSnap, out snap);
        call.Time("for", out time);
        var captured = inspection.Capture(call.Actor, call.Path("device"), new CaptureLimits(time, count ?? 0, ApiRoutes.Count(snap)));
        return captured.IsOk ? ApiAnswer.Of(ApiStream.Of(captured.Value)) : ApiAnswer.Of(captured.Failure);
    }

    private static ApiRoute Command(string name, string method, string path, string summary, Permission role, Func<ApiCall, WriteOptions, ValueTask<Result<DeviceChange>>> act) =>
        ApiRoutes.Write(name, method, path, summary, role, s_answers.DeviceChange, act) with { IsConditional = true };

    private static ApiRoute Command<T>(
        string name, string method, string path, string summary, Permission role, JsonTypeInfo<T> body,
        Func<Actor, string, T, WriteOptions, ValueTask<Result<DeviceChange>>> act)
        where T : class =>
        ApiRoutes.Write(name, method, path, summary, role, body, s_answers.DeviceChange, (call, value, options) => act(call.Actor, call.Path("device"), value, options)) with { IsConditional = true };
}
