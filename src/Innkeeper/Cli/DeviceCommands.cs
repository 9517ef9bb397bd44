using System.CommandLine;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`devices`: who is there, and what the administrator decides about each.</summary>
internal static class DeviceCommands
{
    public static Command Of(CommandContext context)
    {
        var state = new Option<string>("--state") { Description = $"Only those that are {string.Join(", ", DevicesReport.States.SkipLast(1))} or {DevicesReport.States[^1]}.", HelpName = "STATE" };
        state.CompletionSources.Add([.. DevicesReport.States]);
        state.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given && !DevicesReport.States.Contains(given))
            {
                result.AddError($"--state is one of {string.Join(", ", DevicesReport.States)}, not {SafeText.Shorten(given)}");
            }
        });
        var devices = new ExplainedCommand("devices", "The devices that are known, and what is decided about them.", "devices", "devices --state held", "devices approve 02:00:00:00:00:01 --for 8h")
        {
            state, context.Config, context.Socket, context.Json,
        };
        devices.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.ListDevices(parsed.GetValue(state)), report => Tables.Write(Tables.Open(context.Output), report))));

        devices.Add(Show(context));
        devices.Add(Approve(context));
        devices.Add(Refusal(context, "block", "Neither answer a device nor let it through.", (gateway, device, decision) => gateway.Block(device, decision),
            "devices block 02:00:00:00:00:01 --reason \"floods the LAN\""));
        devices.Add(Refusal(context, "hold", "Let a device wait for a decision; it gets addresses, names and the portal's page, nothing else.",
            (gateway, device, decision) => gateway.Hold(device, decision), "devices hold 0200.0000.0001"));
        devices.Add(Forget(context));
        devices.Add(Value(context, "name", "NAME", "What to call it; \"\" takes the name away.", "Give a device a name, which other commands take instead of its MAC.",
            (gateway, device, name) => gateway.SetName(device, name), "devices name 02:00:00:00:00:01 \"phone of room 12\"", "devices name \"phone of room 12\" \"\""));
        devices.Add(Value(context, "tag", "TAG", "Letters, digits, '.', '-' and '_'.", "Add a tag to a device.",
            (gateway, device, tag) => gateway.AddTag(device, tag), "devices tag 02:00:00:00:00:01 printer"));
        devices.Add(Value(context, "untag", "TAG", "The tag to take away.", "Take a tag from a device.",
            (gateway, device, tag) => gateway.RemoveTag(device, tag), "devices untag 02:00:00:00:00:01 printer"));
        devices.Add(Value(context, "profile", "PROFILE", "The profile's name; \"\" lets the rules decide again.", "Pin a device to a profile, whatever the rules say.",
            (gateway, device, profile) => gateway.SetProfile(device, profile), "devices profile 02:00:00:00:00:01 guests", "devices profile 02:00:00:00:00:01 \"\""));
        devices.Add(Value(context, "pin", "ADDRESS", "A legal address; \"\" lets it have any.", "Keep a legal address for a device.",
            (gateway, device, address) => gateway.SetAddress(device, address), "devices pin 02:00:00:00:00:01 137.118.199.60"));
        return devices;
    }

    private static ExplainedCommand Show(CommandContext context)
    {
        var device = new Argument<string>("DEVICE") { Description = "The device: its MAC, the name it was given, an address it has, or the name it gives itself." };
        var show = new ExplainedCommand("show", "All that is known of one device.", "devices show 02:00:00:00:00:01", "devices show 137.118.199.60") { device };
        show.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.FindDevice(parsed.GetValue(device)!), report => Tables.WriteEach(Tables.Open(context.Output), report))));
        return show;
    }

    private static ExplainedCommand Approve(CommandContext context)
    {
        var device = Device();
        var time = new Option<string>("--for") { Description = "How long, from 1s to 366d; as long as the profile says without it.", HelpName = "TIME" };
        var profile = new Option<string>("--profile") { Description = "Pin it to this profile, too.", HelpName = "NAME" };
        var reason = Reason();
        var approve = new ExplainedCommand(
            "approve", "Let a device through.", "devices approve 02:00:00:00:00:01", "devices approve 02:00:00:00:00:01 --for 8h --profile guests --reason \"room 12\"")
        {
            device, time, profile, reason,
        };
        approve.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Change(gateway.Client.Approve(
            parsed.GetValue(device)!, new Approval(parsed.GetValue(profile), parsed.GetValue(time), parsed.GetValue(reason))))));
        return approve;
    }

    private static ExplainedCommand Refusal(
        CommandContext context, string name, string description, Func<GatewayClient, string, Decision, Reply<DeviceChange>> refuse, string example)
    {
        var (device, reason) = (Device(), Reason());
        var command = new ExplainedCommand(name, description, example) { device, reason };
        command.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Change(refuse(gateway.Client, parsed.GetValue(device)!, new Decision(parsed.GetValue(reason))))));
        return command;
    }

    private static ExplainedCommand Forget(CommandContext context)
    {
        var device = Device();
        var forget = new ExplainedCommand("forget", "Drop a device and all that was decided about it; when it comes again it is new.", "devices forget 02-00-00-00-00-01") { device };
        forget.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Change(gateway.Client.Forget(parsed.GetValue(device)!))));
        return forget;
    }

    private static ExplainedCommand Value(
        CommandContext context, string name, string valueName, string valueDescription, string description, Func<GatewayClient, string, string, Reply<DeviceChange>> set, params string[] examples)
    {
        var device = Device();
        var value = new Argument<string>(valueName) { Description = valueDescription };
        var command = new ExplainedCommand(name, description, examples) { device, value };
        command.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Change(set(gateway.Client, parsed.GetValue(device)!, parsed.GetValue(value)!))));
        return command;
    }

    private static Argument<string> Device() => new("MAC") { Description = "The device: its MAC (02:00:00:00:00:01, 02-00-…, 0200.0000.0001), or the name it was given." };

    private static Option<string> Reason() => new("--reason") { Description = "Why; stands beside the decision.", HelpName = "TEXT" };
}
