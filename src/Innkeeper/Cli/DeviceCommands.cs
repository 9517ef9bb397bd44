using System.CommandLine;
using Innkeeper.Control;
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
        devices.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Run(
            new ControlRequest("devices") { State = parsed.GetValue(state) }, ReportContext.Default.DevicesReport, report => Tables.Write(Tables.Open(context.Output), report))));

        devices.Add(Show(context));
        devices.Add(Approve(context));
        devices.Add(Decision(context, "block", "Neither answer a device nor let it through.", "devices block 02:00:00:00:00:01 --reason \"floods the LAN\""));
        devices.Add(Decision(context, "hold", "Let a device wait for a decision; it gets addresses, names and the portal's page, nothing else.", "devices hold 0200.0000.0001"));
        devices.Add(Plain(context, "forget", "Drop a device and all that was decided about it; when it comes again it is new.", "devices forget 02-00-00-00-00-01"));
        devices.Add(Setting(context, "name", "NAME", "What to call it; \"\" takes the name away.", "Give a device a name, which other commands take instead of its MAC.", "devices name 02:00:00:00:00:01 \"phone of room 12\"", "devices name \"phone of room 12\" \"\""));
        devices.Add(Setting(context, "tag", "TAG", "Letters, digits, '.', '-' and '_'.", "Add a tag to a device.", "devices tag 02:00:00:00:00:01 printer"));
        devices.Add(Setting(context, "untag", "TAG", "The tag to take away.", "Take a tag from a device.", "devices untag 02:00:00:00:00:01 printer"));
        devices.Add(Setting(context, "profile", "PROFILE", "The profile's name; \"\" lets the rules decide again.", "Pin a device to a profile, whatever the rules say.", "devices profile 02:00:00:00:00:01 guests", "devices profile 02:00:00:00:00:01 \"\""));
        devices.Add(Setting(context, "pin", "ADDRESS", "A legal address; \"\" lets it have any.", "Keep a legal address for a device.", "devices pin 02:00:00:00:00:01 137.118.199.60"));
        return devices;
    }

    private static ExplainedCommand Show(CommandContext context)
    {
        var device = Device();
        var show = new ExplainedCommand("show", "All that is known of one device.", "devices show 02:00:00:00:00:01") { device };
        show.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Run(
            new ControlRequest("devices") { Device = parsed.GetValue(device) }, ReportContext.Default.DevicesReport, report => Tables.WriteEach(Tables.Open(context.Output), report))));
        return show;
    }

    private static ExplainedCommand Approve(CommandContext context)
    {
        var device = Device();
        var time = new Option<string>("--for") { Description = "How long, from 1m to 366d; as long as the profile says without it.", HelpName = "TIME" };
        var profile = new Option<string>("--profile") { Description = "Pin it to this profile, too.", HelpName = "NAME" };
        var reason = Reason();
        var approve = new ExplainedCommand(
            "approve", "Let a device through.", "devices approve 02:00:00:00:00:01", "devices approve 02:00:00:00:00:01 --for 8h --profile guests --reason \"room 12\"")
        {
            device, time, profile, reason,
        };
        approve.SetAction(parsed => Order(context, parsed, new ControlRequest("devices approve")
        {
            Device = parsed.GetValue(device), For = parsed.GetValue(time), Value = parsed.GetValue(profile), Reason = parsed.GetValue(reason),
        }));
        return approve;
    }

    private static ExplainedCommand Decision(CommandContext context, string name, string description, string example)
    {
        var (device, reason) = (Device(), Reason());
        var command = new ExplainedCommand(name, description, example) { device, reason };
        command.SetAction(parsed => Order(context, parsed, new ControlRequest($"devices {name}") { Device = parsed.GetValue(device), Reason = parsed.GetValue(reason) }));
        return command;
    }

    private static ExplainedCommand Plain(CommandContext context, string name, string description, string example)
    {
        var device = Device();
        var command = new ExplainedCommand(name, description, example) { device };
        command.SetAction(parsed => Order(context, parsed, new ControlRequest($"devices {name}") { Device = parsed.GetValue(device) }));
        return command;
    }

    private static ExplainedCommand Setting(CommandContext context, string name, string valueName, string valueDescription, string description, params string[] examples)
    {
        var device = Device();
        var value = new Argument<string>(valueName) { Description = valueDescription };
        var command = new ExplainedCommand(name, description, examples) { device, value };
        command.SetAction(parsed => Order(context, parsed, new ControlRequest($"devices {name}") { Device = parsed.GetValue(device), Value = parsed.GetValue(value) }));
        return command;
    }

    private static Argument<string> Device() => new("MAC") { Description = "The device: its MAC (02:00:00:00:00:01, 02-00-…, 0200.0000.0001), or the name it was given." };

    private static Option<string> Reason() => new("--reason") { Description = "Why; stands beside the decision.", HelpName = "TEXT" };

    /// <summary>What is done goes to stdout; what is not, to stderr, and with --json to stdout too.</summary>
    private static int Order(CommandContext context, ParseResult parsed, ControlRequest order) => context.WithGateway(parsed, gateway =>
        gateway.Run(order, ReportContext.Default.OrderOutcome, (outcome, line) =>
        {
            if (parsed.GetValue(context.Json))
            {
                context.Output.WriteLine(line);
            }
            else if (outcome.Done)
            {
                context.Output.WriteLine(SafeText.OneLine(outcome.Text));
            }

            return outcome.Done ? ExitCode.Ok : context.Fail(SafeText.OneLine(outcome.Text), outcome.ExitCode is ExitCode.Ok ? ExitCode.Failure : outcome.ExitCode);
        }));
}
