using System.CommandLine;
using System.Text;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`vouchers`, `rooms` and `terms`: how guests let their devices in.</summary>
internal static class GuestCommands
{
    private static readonly string[] s_sheets = ["a4", "58mm"];

    public static IEnumerable<Command> Of(CommandContext context) => [VouchersOf(context), RoomsOf(context), TermsOf(context)];

    private static ExplainedCommand VouchersOf(CommandContext context)
    {
        var show = new Argument<string>("VOUCHER") { Description = "The voucher, such as 3-17." };
        var one = new ExplainedCommand("show", "Show a voucher with the devices that used it.", "vouchers show 3-17") { show };
        one.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.FindVoucher(parsed.GetValue(show)!), report => Tables.Write(Tables.Open(context.Output), report))));
        return new ExplainedCommand("vouchers", "Make vouchers, by whose codes guests let their devices in, and list, extend or revoke them.", "vouchers create --count 50 --profile guests --for 8h", "vouchers list")
        {
            context.Config, context.Socket, context.Json,
            Create(context), List(context), one, Extend(context),
            OnVoucher(context, "revoke", "Make a voucher or a whole batch void. The admissions of their devices end.", (client, voucher) => client.RevokeVoucher(voucher), "vouchers revoke 3-17", "vouchers revoke 3"),
            OnVoucher(context, "delete", "Delete a batch whose vouchers are all over or revoked, with the record of their uses.", (client, batch) => client.DeleteVouchers(batch), "vouchers delete 3"),
        };
    }

    private static ExplainedCommand Create(CommandContext context)
    {
        var count = new Option<int?>("--count") { Description = "How many, from 1 to 1000. Default: 1.", HelpName = "N" };
        var profile = new Option<string>("--profile") { Description = "The profile that they give.", HelpName = "PROFILE", Required = true };
        var (time, from, until) = (Time("--for", "How long each is valid from its first use, such as 8h or 7d."), Time("--from", "When they can be used first, such as 2026-12-05T09:00."), Time("--until", "When they end at the latest."));
        var devices = new Option<int?>("--devices") { Description = "How many devices each lets in, from 1 to 50. Default: 1.", HelpName = "N" };
        var data = new Option<string>("--data") { Description = "How much data the devices of each may use together, both ways, such as 2G.", HelpName = "AMOUNT" };
        var label = new Option<string>("--label") { Description = "Your words for them, such as the event's name.", HelpName = "TEXT" };
        var network = new Option<string>("--network") { Description = "The name of the network, for the print sheet.", HelpName = "TEXT" };
        var length = new Option<int?>("--length") { Description = "Random characters of a code, from 6 to 16. Default: 8. A check character comes behind them.", HelpName = "N" };
        var sheet = new Option<string>("--sheet") { Description = "Print a page (HTML) for a4 or 58mm paper, with QR codes.", HelpName = "PAPER" };
        sheet.CompletionSources.Add(s_sheets);
        sheet.AcceptOnlyFromAmong(s_sheets);
        var csv = new Option<bool>("--csv") { Description = "Print a line of comma-separated values for each voucher." };
        var create = new ExplainedCommand(
            "create", "Make vouchers and print their codes, this once.", "vouchers create --count 50 --profile guests --for 8h --label Conference",
            "vouchers create --count 30 --profile guests --for 7d --devices 3 --network Hotel --sheet a4", "vouchers create --profile guests --until 2026-12-05T18:00 --csv")
        {
            count, profile, time, from, until, devices, data, label, network, length, sheet, csv,
        };
        create.SetAction(parsed => context.WithGateway(parsed, gateway =>
        {
            var request = new NewVouchers(
                parsed.GetValue(count), parsed.GetValue(profile), parsed.GetValue(time), parsed.GetValue(from), parsed.GetValue(until), parsed.GetValue(devices), parsed.GetValue(data),
                parsed.GetValue(label), parsed.GetValue(network), parsed.GetValue(length), parsed.GetValue(sheet));
            return gateway.Show(gateway.Client.CreateVouchers(request), made =>
            {
                // The codes alone on stdout, for a file or a printer.
                context.Errors.WriteLine($"{SafeText.OneLine(made.Text)}. Keep the codes: they are shown this once");
                context.Output.Write(made.Sheet ?? (parsed.GetValue(csv) ? CsvOf(made, request) : string.Concat(made.Vouchers.Select(v => $"{v.Voucher}  {v.Code}\n"))));
            });
        }));
        return create;
    }

    private static ExplainedCommand List(CommandContext context)
    {
        var batch = new Option<long?>("--batch") { Description = "Only those of this batch.", HelpName = "N" };
        var state = new Option<string>("--state") { Description = $"Only those in this state: {string.Join(", ", VoucherFilter.States)}.", HelpName = "STATE" };
        state.CompletionSources.Add([.. VoucherFilter.States]);
        var find = new Option<string>("--find", "-f") { Description = "Only those with this in their label or profile.", HelpName = "TEXT" };
        var list = new ExplainedCommand("list", "List the vouchers, the latest batch first.", "vouchers list", "vouchers list --state used", "vouchers list --batch 3 --json") { batch, state, find, context.Wide };
        list.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(
            gateway.Client.ListVouchers(new VoucherFilter(parsed.GetValue(batch), parsed.GetValue(find), parsed.GetValue(state), VoucherFilter.MostLimit)),
            report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report))));
        return list;
    }

    private static ExplainedCommand Extend(CommandContext context)
    {
        var voucher = new Argument<string>("VOUCHER") { Description = "A voucher such as 3-17, or a whole batch such as 3." };
        var (time, until) = (Time("--for", "Adds so much to their time."), Time("--until", "Their new end, such as 2026-12-05T18:00."));
        var extend = new ExplainedCommand("extend", "Move the end of a voucher or of a whole batch. Devices that it let in stay, or are let in again.", "vouchers extend 3-17 --for 2h", "vouchers extend 3 --until 2026-12-06T12:00")
        {
            voucher, time, until,
        };
        extend.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(
            gateway.Client.ExtendVoucher(parsed.GetValue(voucher)!, new VoucherExtension(parsed.GetValue(time), parsed.GetValue(until))), change => Say(context, change.Text, change.Devices))));
        return extend;
    }

    private static ExplainedCommand OnVoucher(CommandContext context, string name, string description, Func<GatewayClient, string, Reply<VoucherChange>> act, params string[] examples)
    {
        var voucher = new Argument<string>("VOUCHER") { Description = "A voucher such as 3-17, or a whole batch such as 3." };
        var command = new ExplainedCommand(name, description, examples) { voucher };
        command.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(act(gateway.Client, parsed.GetValue(voucher)!), change => Say(context, change.Text, change.Devices))));
        return command;
    }

    private static ExplainedCommand RoomsOf(CommandContext context)
    {
        var name = new Argument<string>("ROOM") { Description = "The room's name: up to 32 letters, digits, '.', '-' and '_'." };
        var list = new ExplainedCommand("list", "List the rooms.", "rooms list") { context.Wide };
        list.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListRooms(), report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report))));
        var show = new ExplainedCommand("show", "Show a room with the devices of its stay.", "rooms show 214") { name };
        show.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.FindRoom(parsed.GetValue(name)!), report => Tables.Write(Tables.Open(context.Output), report))));
        var end = new ExplainedCommand("end", "End the stay in a room, at check-out: its code is void, and the admissions of its devices end.", "rooms end 214") { name };
        end.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.EndRoom(parsed.GetValue(name)!), change => Say(context, change.Text, change.Devices))));
        return new ExplainedCommand("rooms", "Set a room's code, which lets in the devices of its VLAN or tag until check-out.", "rooms set 214 --vlan 214 --until 2026-12-05T11:00", "rooms list")
        {
            context.Config, context.Socket, context.Json, list, show, SetRoom(context), end,
        };
    }

    private static ExplainedCommand SetRoom(CommandContext context)
    {
        var name = new Argument<string>("ROOM") { Description = "The room's name: up to 32 letters, digits, '.', '-' and '_'." };
        var vlan = new Option<int?>("--vlan") { Description = "The code works in this VLAN; 0: untagged.", HelpName = "N" };
        var tag = new Option<string>("--tag") { Description = "The code works for devices with this tag.", HelpName = "TAG" };
        var until = new Option<string>("--until") { Description = "When the stay ends, such as 2026-12-05T11:00.", HelpName = "TIME", Required = true };
        var profile = new Option<string>("--profile") { Description = "The profile that it gives. Default: the one that the rules choose.", HelpName = "PROFILE" };
        var code = new Option<string>("--code") { Description = "The code: 6 to 32 letters and digits. Default: one is made.", HelpName = "CODE" };
        var devices = new Option<int?>("--devices") { Description = "How many devices it lets in, from 1 to 50. Default: 5.", HelpName = "N" };
        var data = new Option<string>("--data") { Description = "How much data the devices of the stay may use together, both ways, such as 2G.", HelpName = "AMOUNT" };
        var set = new ExplainedCommand(
            "set", "Set a room and its code, at check-in. The same command again changes nothing.", "rooms set 214 --vlan 214 --until 2026-12-05T11:00", "rooms set bar --tag staff --until 2027-01-01 --code blue42train --profile staff")
        {
            name, vlan, tag, until, profile, code, devices, data,
        };
        set.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(
            gateway.Client.SetRoom(parsed.GetValue(name)!, new RoomSetting(
                parsed.GetValue(vlan), parsed.GetValue(tag), parsed.GetValue(until), parsed.GetValue(profile), parsed.GetValue(code), parsed.GetValue(devices), parsed.GetValue(data))),
            change =>
            {
                if (change.Code is null)
                {
                    Say(context, change.Text, change.Devices);
                    return;
                }

                context.Errors.WriteLine($"{SafeText.OneLine(change.Text)}. Keep the code: it is shown this once");
                context.Output.WriteLine(SafeText.OneLine(change.Code));
            })));
        return set;
    }

    private static ExplainedCommand TermsOf(CommandContext context)
    {
        var device = new Option<string>("--device") { Description = "Only those of this device.", HelpName = "DEVICE" };
        device.CompletionSources.Add(context.CompleteDevices);
        var terms = new ExplainedCommand("terms", "List the latest guests who accepted the terms: when, in which language, and the SHA-256 of the text.", "terms", "terms --device 02:00:00:00:00:01")
        {
            device, context.Config, context.Socket, context.Json,
        };
        terms.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListAcceptances(parsed.GetValue(device)), report => Tables.Write(Tables.Open(context.Output), report))));
        return terms;
    }

    private static Option<string> Time(string name, string description) => new(name) { Description = description, HelpName = "TIME" };

    private static void Say(CommandContext context, string text, int devices) =>
        context.Output.WriteLine(SafeText.OneLine(devices == 0 ? text : $"{text}; {(devices == 1 ? "1 device has" : $"{devices} devices have")} another end"));

    /// <summary>RFC 4180. A label that begins like a formula gets an apostrophe: spreadsheets would compute it.</summary>
    private static string CsvOf(VouchersMade made, NewVouchers request)
    {
        var label = request.Label ?? "";
        label = label is ['=' or '+' or '-' or '@', ..] ? $"'{label}" : label;
        var text = new StringBuilder("voucher,code,url,profile,label\r\n");
        foreach (var voucher in made.Vouchers)
        {
            text.AppendJoin(',', ((string[])[voucher.Voucher, voucher.Code, voucher.Url, request.Profile ?? "", label]).Select(Quote)).Append("\r\n");
        }

        return text.ToString();
    }

    private static string Quote(string value) => value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
