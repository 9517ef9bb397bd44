using System.CommandLine;
using System.Globalization;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`machines`: the machines of the configuration file, which are reachable though they never speak first.</summary>
internal static class MachineCommands
{
    private static readonly string[] s_columns = ["name", "mac", "vlan", "address", "outside", "gateway", "appear", "description"];

    /// <summary>Characters of a file's name in the history.</summary>
    private const int LongestName = 100;

    public static Command Of(CommandContext context)
    {
        var list = new ExplainedCommand("list", "List the machines, and the device that each is now.", "machines list", "machines list --json") { context.Wide };
        list.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.ListMachines(), report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report))));
        return new ExplainedCommand(
            "machines", "List, add and remove machines: devices that must be reachable although they never speak first. They are [[machines]] of the configuration file.",
            "machines list", "machines add press-1 --mac 00:1b:63:84:45:e6 --address 192.168.0.10 --outside 137.118.199.60")
        {
            context.Config, context.Socket, context.Json, list, Add(context), Remove(context), Import(context), Export(context),
        };
    }

    private static ExplainedCommand Add(CommandContext context)
    {
        var name = new Argument<string>("NAME") { Description = "The machine's name. If there is a machine with this name, its entry is replaced." };
        var mac = new Option<string>("--mac") { Description = "Its MAC address. Without it: whichever device is in the VLAN.", HelpName = "MAC" };
        var vlan = new Option<ushort?>("--vlan") { Description = "Its VLAN.", HelpName = "N" };
        var address = new Option<string>("--address") { Description = "The address that is set in the machine.", HelpName = "ADDRESS" };
        var outside = new Option<string>("--outside") { Description = "The outside address that leads to it.", HelpName = "ADDRESS" };
        var gateway = new Option<string>("--gateway") { Description = "The gateway that is set in the machine.", HelpName = "ADDRESS" };
        var appear = new Option<string>("--appear") { Description = "local: the machine has no gateway set; hosts outside appear to it as addresses of its own subnet.", HelpName = "local|own" };
        var description = new Option<string>("--description") { Description = "Your own words about it.", HelpName = "TEXT" };
        var dryRun = DeviceOrderOptions.NewDryRun();
        var add = new ExplainedCommand(
            "add", "Write a machine into the configuration file, and take the change.",
            "machines add press-1 --mac 00:1b:63:84:45:e6 --address 192.168.0.10 --outside 137.118.199.60", "machines add cell-7 --vlan 7 --address 192.168.0.10 --outside 137.118.199.61")
        {
            name, mac, vlan, address, outside, gateway, appear, description, dryRun,
        };
        add.SetAction(parsed => Order(context, parsed, dryRun, (client, isDryRun) => client.PutMachines(
            new MachineEntries([
                new MachineEntry(
                    parsed.GetValue(name), parsed.GetValue(mac), parsed.GetValue(vlan), parsed.GetValue(address), parsed.GetValue(outside), parsed.GetValue(gateway), parsed.GetValue(description), parsed.GetValue(appear)),
            ]), isDryRun)));
        return add;
    }

    private static ExplainedCommand Remove(CommandContext context)
    {
        var (name, dryRun) = (new Argument<string>("NAME") { Description = "The machine." }, DeviceOrderOptions.NewDryRun());
        var remove = new ExplainedCommand("remove", "Take a machine out of the configuration file. The device stays; from then on it is a device as any other.", "machines remove press-1") { name, dryRun };
        remove.SetAction(parsed => Order(context, parsed, dryRun, (client, isDryRun) => client.RemoveMachine(parsed.GetValue(name)!, isDryRun)));
        return remove;
    }

    private static ExplainedCommand Import(CommandContext context)
    {
        var (file, dryRun) = (new Argument<string>("FILE") { Description = "A CSV file with a line of column names." }, DeviceOrderOptions.NewDryRun());
        var import = new ExplainedCommand(
            "import", $"Write the machines of a CSV file into the configuration file, all of them or none. Columns: {string.Join(", ", s_columns)}; only name is required.",
            "machines import presses.csv --dry-run", "machines import presses.csv")
        {
            file, dryRun,
        };
        import.SetAction(parsed =>
        {
            var path = parsed.GetValue(file)!;
            if (ConfigChangeCommands.Read(context, path) is not { } text)
            {
                return ExitCode.Failure;
            }

            var entries = EntriesOf(text, out var wrong);
            return wrong is not null
                ? context.Fail($"{SafeText.Shorten(path)}:{wrong}", ExitCode.Usage)
                : Order(context, parsed, dryRun, (client, isDryRun) => client.PutMachines(new MachineEntries(entries, $"{entries.Count} machines of {SafeText.Cut(Path.GetFileName(path), LongestName)}"), isDryRun));
        });
        return import;
    }

    private static ExplainedCommand Export(CommandContext context)
    {
        var export = new ExplainedCommand("export", "Print the machines as CSV, as `machines import` reads it.", "machines export");
        export.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.ListMachines(), report =>
        {
            context.Output.WriteLine(Csv.Line(s_columns));
            foreach (var m in report.Machines)
            {
                context.Output.WriteLine(Csv.Line(m.Name, m.Mac, m.Vlan == 0 ? "" : m.Vlan.ToString(CultureInfo.InvariantCulture), m.Address, m.Outside, m.Gateway, m.Appear, m.Description));
            }
        })));
        return export;
    }

    /// <summary>The machines of a CSV text; with separators ';' if its first line has those.</summary>
    /// <param name="wrong">The fault, after its line and a colon; null: none.</param>
    internal static IReadOnlyList<MachineEntry> EntriesOf(string text, out string? wrong)
    {
        wrong = null;
        text = text.TrimStart('\ufeff').ReplaceLineEndings("\n");
        var head = text.AsSpan(0, text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? end : text.Length);
        var records = Csv.Read(text, head.Contains(';') && !head.Contains(',') ? ';' : ',').ToList();
        if (records.Count < 2)
        {
            wrong = "1: no machines; the first line has the columns' names, and each further line a machine";
            return [];
        }

        var columns = records[0].Fields.Select(f => f.ToLowerInvariant()).ToArray();
        if (columns.FirstOrDefault(c => !s_columns.Contains(c)) is { } unknown)
        {
            wrong = $"{records[0].Line}: there is no column {SafeText.Shorten(unknown)}; there are {string.Join(", ", s_columns)}";
            return [];
        }

        var entries = new List<MachineEntry>();
        foreach (var (line, fields) in records.Skip(1))
        {
            string? Of(string column) => Array.IndexOf(columns, column) is >= 0 and var i && i < fields.Length && fields[i].Length > 0 ? Csv.Unprotect(fields[i]) : null;
            ushort number = 0;
            wrong = fields.Length > columns.Length ? $"{line}: has {fields.Length} fields, and the first line names {columns.Length}; put a field with a comma in quotes"
                : Of("name") is null ? $"{line}: has no name"
                : Of("vlan") is { } vlan && !ushort.TryParse(vlan, NumberStyles.None, CultureInfo.InvariantCulture, out number) ? $"{line}: {SafeText.Shorten(vlan)} is not a VLAN; give a number from 0 to 4094"
                : null;
            if (wrong is not null)
            {
                return [];
            }

            entries.Add(new MachineEntry(Of("name"), Of("mac"), Of("vlan") is null ? null : number, Of("address"), Of("outside"), Of("gateway"), Of("description"), Of("appear")));
        }

        return entries;
    }

    /// <summary>A change of the file; tried only, it says what it would do.</summary>
    internal static int Order(CommandContext context, ParseResult parsed, Option<bool> dryRun, Func<GatewayClient, bool, Reply<ReloadReport>> order) => parsed.GetValue(dryRun)
        ? context.WithGateway(parsed, gateway => gateway.Show(order(gateway.Client, true), report => ConfigChangeCommands.WriteEffects(context, report)))
        : ConfigCommands.Order(context, parsed, client => order(client, false));
}
