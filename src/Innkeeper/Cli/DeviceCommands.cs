using System.CommandLine;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`devices`: lists the known devices, and sends the administrator's decisions about them.</summary>
internal static class DeviceCommands
{
    public static Command Of(CommandContext context)
    {
        var state = Filter("--state", "STATE", $"Only devices in this state: {string.Join(", ", DevicesReport.States.SkipLast(1))} or {DevicesReport.States[^1]}.", DevicesReport.States);
        var vlan = Filter("--vlan", "VLAN", "Only devices in this VLAN; 0: untagged.");
        var tag = Filter("--tag", "TAG", "Only devices with this tag.");
        var seen = Filter("--seen", "TIME", "Only devices seen within this time, such as 10m.");
        var profile = Filter("--profile", "PROFILE", "Only devices with this profile.");
        var text = Filter("--find", "TEXT", "Only devices that have this in their MAC, addresses, name, host name, tags or vendor.", [], "-f");
        var sort = Filter("--sort", "ORDER", $"The order: {string.Join(", ", DeviceFilter.Orders)}.", DeviceFilter.Orders);
        var reverse = new Option<bool>("--reverse", "-r") { Description = "The other way round." };
        var devices = new ExplainedCommand(
            "devices", "Show the known devices, or decide about one of them.", "devices", "devices --state held", "devices --find 214", "devices --seen 10m --sort traffic", "devices approve 02:00:00:00:00:01 --for 8h")
        {
            state, vlan, tag, seen, profile, text, sort, reverse, context.Wide, context.Config, context.Socket, context.Json,
        };
        devices.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(
            gateway.Client.ListDevices(new DeviceFilter(
                parsed.GetValue(state), parsed.GetValue(vlan), parsed.GetValue(tag), parsed.GetValue(seen), parsed.GetValue(profile), parsed.GetValue(text), parsed.GetValue(sort),
                parsed.GetValue(reverse) ? "true" : null)),
            report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report, DateTimeOffset.UtcNow))));

        devices.Add(Show(context));
        devices.Add(Approve(context));
        devices.Add(Refusal(context, "block", "Block a device: the gateway does not answer it and drops its packets.", (gateway, device, decision, isDryRun) => gateway.Block(device, decision, isDryRun),
            "devices block 02:00:00:00:00:01 --reason \"floods the LAN\""));
        devices.Add(Refusal(context, "hold", "Make a device wait for your decision. It gets an address, DNS answers and the portal's page, but nothing else.",
            (gateway, device, decision, isDryRun) => gateway.Hold(device, decision, isDryRun), "devices hold 0200.0000.0001"));
        devices.Add(Forget(context));
        devices.Add(Value(context, "name", "NAME", "The new name. \"\" removes the name.", "Give a device a name. Other commands accept the name instead of the MAC.",
            (gateway, device, name, isDryRun) => gateway.SetName(device, name, isDryRun), "devices name 02:00:00:00:00:01 \"phone of room 12\"", "devices name \"phone of room 12\" \"\""));
        devices.Add(Value(context, "tag", "TAG", "The tag: letters, digits, '.', '-' and '_'.", "Add a tag to a device.",
            (gateway, device, tag, isDryRun) => gateway.AddTag(device, tag, isDryRun), "devices tag 02:00:00:00:00:01 printer"));
        devices.Add(Value(context, "untag", "TAG", "The tag to remove.", "Remove a tag from a device.",
            (gateway, device, tag, isDryRun) => gateway.RemoveTag(device, tag, isDryRun), "devices untag 02:00:00:00:00:01 printer"));
        devices.Add(Value(context, "profile", "PROFILE", "The profile's name. \"\": the rules decide again.", "Pin a device to a profile, whatever the rules say.",
            (gateway, device, profile, isDryRun) => gateway.SetProfile(device, profile, isDryRun), "devices profile 02:00:00:00:00:01 guests", "devices profile 02:00:00:00:00:01 \"\""));
        devices.Add(Value(context, "pin", "ADDRESS", "An address of a pool. \"\" ends the reservation.", "Reserve an outside address for a device.",
            (gateway, device, address, isDryRun) => gateway.SetAddress(device, address, isDryRun), "devices pin 02:00:00:00:00:01 137.118.199.60"));
        return devices;
    }

    /// <param name="words">All values there are; otherwise the gateway checks the value, as it knows which would be right.</param>
    private static Option<string> Filter(string name, string valueName, string description, IReadOnlyList<string>? words = null, params string[] aliases)
    {
        var option = new Option<string>(name, aliases) { Description = description, HelpName = valueName };
        if (words is { Count: > 0 })
        {
            option.CompletionSources.Add([.. words]);
            option.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<string>() is { } given && !words.Contains(given))
                {
                    result.AddError($"{name} is one of {string.Join(", ", words)}, not {SafeText.Shorten(given)}");
                }
            });
        }

        return option;
    }

    private static ExplainedCommand Show(CommandContext context)
    {
        var device = new Argument<string>("DEVICE") { Description = "The device: its MAC, the name you gave it, one of its addresses, or its own host name." };
        device.CompletionSources.Add(context.CompleteDevices);
        var show = new ExplainedCommand("show", "Show everything known about one device.", "devices show 02:00:00:00:00:01", "devices show 137.118.199.60") { device };
        show.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.FindDevice(parsed.GetValue(device)!), report => Tables.WriteEach(Tables.Open(context.Output), report))));
        return show;
    }

    private static OrderCommand Approve(CommandContext context)
    {
        var options = new DeviceOrderOptions();
        var device = new DeviceArgument(context) { InItsPlace = options.Where };
        var time = new Option<string>("--for") { Description = "How long access lasts, from 1s to 366d. Default: the lifetime in the profile.", HelpName = "TIME" };
        var profile = new Option<string>("--profile") { Description = "Also pin the device to this profile.", HelpName = "NAME" };
        var reason = Reason();
        var approve = new OrderCommand(
            "approve", "Give a device access.", "devices approve 02:00:00:00:00:01", "devices approve 02:00:00:00:00:01 --for 8h --profile guests --reason \"room 12\"",
            "devices approve --where state=held --where tag=room --for 8h --yes")
        {
            device, time, profile, reason,
        };
        options.AddTo(approve, device);
        approve.Validators.Add(result =>
        {
            if (result.GetResult(options.Where) is { Implicit: false } && result.GetResult(profile) is { Implicit: false })
            {
                result.AddError("--profile cannot be used with --where; pin the devices to a profile one by one");
            }
        });
        approve.SetAction(parsed => context.WithGateway(parsed, gateway =>
        {
            var (given, words) = (parsed.GetValue(time), parsed.GetValue(reason));
            return options.Give(
                parsed, gateway, device, new Order("approve", For: given, Reason: words), (one, isDryRun) => gateway.Client.Approve(one, new Approval(parsed.GetValue(profile), given, words), isDryRun));
        }));
        return approve;
    }

    private static OrderCommand Refusal(
        CommandContext context, string name, string description, Func<GatewayClient, string, Decision, bool, Reply<DeviceChange>> refuse, string example)
    {
        var options = new DeviceOrderOptions();
        var (device, reason) = (new DeviceArgument(context) { InItsPlace = options.Where }, Reason());
        var command = new OrderCommand(name, description, example, $"devices {name} --where tag=room --dry-run") { device, reason };
        options.AddTo(command, device);
        command.SetAction(parsed => context.WithGateway(parsed, gateway => options.Give(
            parsed, gateway, device, new Order(name, Reason: parsed.GetValue(reason)), (one, isDryRun) => refuse(gateway.Client, one, new Decision(parsed.GetValue(reason)), isDryRun))));
        return command;
    }

    private static OrderCommand Forget(CommandContext context)
    {
        var options = new DeviceOrderOptions();
        var device = new DeviceArgument(context) { InItsPlace = options.Where };
        var erase = new Option<bool>("--erase") { Description = "Also take it out of events, series, messages and everything else that the gateway keeps, and say what stays." };
        var forget = new OrderCommand(
            "forget", "Forget a device and every decision about it. When the gateway sees it again, it is a new device.", "devices forget 02-00-00-00-00-01", "devices forget --where tag=event --dry-run", "devices forget --erase 02:00:00:00:00:01")
        {
            device, erase,
        };
        options.AddTo(forget, device);
        forget.Validators.Add(result =>
        {
            if (result.GetResult(options.Where) is { Implicit: false } && result.GetResult(erase) is { Implicit: false })
            {
                result.AddError("--erase cannot be used with --where; erase the devices one by one");
            }
        });
        forget.SetAction(parsed => context.WithGateway(parsed, gateway =>
            options.Give(
                parsed, gateway, device, new Order("forget"), (one, isDryRun) => parsed.GetValue(erase) ? gateway.Client.Erase(one, isDryRun) : gateway.Client.Forget(one, isDryRun))));
        return forget;
    }

    private static OrderCommand Value(
        CommandContext context, string name, string valueName, string valueDescription, string description, Func<GatewayClient, string, string, bool, Reply<DeviceChange>> set, params string[] examples)
    {
        var (device, dryRun) = (new DeviceArgument(context), DeviceOrderOptions.NewDryRun());
        var value = new Argument<string>(valueName) { Description = valueDescription };
        var command = new OrderCommand(name, description, examples) { device, value, dryRun };
        command.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Change(set(gateway.Client, parsed.GetValue(device)!, parsed.GetValue(value)!, parsed.GetValue(dryRun)))));
        return command;
    }

    private static Option<string> Reason() => new("--reason") { Description = "The reason for the decision. The gateway keeps and shows it.", HelpName = "TEXT" };
}
