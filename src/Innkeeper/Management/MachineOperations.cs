using Innkeeper.Configuration;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>
/// The machines: how they are now, and changes of their entries. The configuration file is the one place that has them, so a change is a change of the
/// file, with its check, its history and its way back.
/// </summary>
/// <param name="configuration">The settings in force.</param>
internal sealed class MachineOperations(ConfigurationResult configuration, MachineRoster roster, DeviceDirectory directory, IDeviceQueries devices, IConfigurationOperations file) : IMachineOperations
{
    private const int Schema = 1;

    public Result<MachinesReport> List(Actor actor)
    {
        if (actor.Lacks(Permission.Viewer) is { } refusal)
        {
            return refusal;
        }

        return new MachinesReport(Schema, [.. roster.All.Select((machine, i) => ReportOf(actor, machine, configuration.SourceMap.Of(RepeatedTable.Machines.TableOf($"{i + 1}")).Line))]);
    }

    public Result<ReloadReport> Put(Actor actor, MachineEntries entries, WriteOptions options)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        var machines = new List<MachineConfig>();
        foreach (var entry in entries.Machines ?? [])
        {
            if (Read(entry, out var machine) is { } wrong)
            {
                return wrong;
            }

            machines.Add(machine);
        }

        return machines.Count == 0 ? new Invalid("machines", null, "one or more machines")
            : machines.GroupBy(m => m.Name).FirstOrDefault(g => g.Count() > 1) is { } twice ? new Invalid("name", twice.Key, "a name of its own for each machine")
            : Change(actor, entries.Comment ?? (machines.Count == 1 ? $"machine {machines[0].Name}" : $"{machines.Count} machines"), options, (string text, out string? reason) => MachineText.Put(text, configuration.File, machines, out reason));
    }

    public Result<ReloadReport> Remove(Actor actor, string name, WriteOptions options) =>
        (actor.Lacks(Permission.Admin) ?? (Failure?)(roster.All.Any(m => m.Name == name) ? null : new NotFound("machine", name))) is { } refusal
            ? refusal
            : Change(actor, $"without machine {name}", options, (string text, out string? reason) => MachineText.Remove(text, configuration.File, name, out reason));

    private Result<ReloadReport> Change(Actor actor, string comment, WriteOptions options, FileChange.Edit edit) => FileChange.Apply(actor, file, comment, options, edit, Named);

    private string Named(string text, CheckError error)
    {
        var parts = error.Key?.Split('.') ?? [];
        return parts.Length == 2 && RepeatedTable.Of(parts[0]) is var (kind, own) && kind == RepeatedTable.Machines && int.TryParse(own, out var number)
            ? $"{NamesOf(text).ElementAtOrDefault(number - 1) ?? parts[0]}: {parts[1]}: {error.Message}"
            : $"{configuration.File}: {error.Key}: {error.Message}";
    }

    /// <summary>The machines' names in a text that has errors.</summary>
    private IEnumerable<string?> NamesOf(string text)
    {
        var (document, _) = ConfigurationSyntax.Parse(text, configuration.File);
        return document is null ? [] : ConfigurationReader.TablesOf(document).Where(t => RepeatedTable.Of(t.Name)?.Kind == RepeatedTable.Machines)
            .Select(t => t.Table.Items.OfType<Tomlyn.Syntax.KeyValueSyntax>().FirstOrDefault(i => ConfigurationReader.NameOf(i.Key) == "name")?.Value is { } value ? ConfigurationReader.ReadValue(value).Text : null);
    }

    private MachineReport ReportOf(Actor actor, MachineConfig machine, int line)
    {
        var mac = roster.DeviceOf(machine);
        var report = mac is { } known && devices.Find(actor, known.ToString()) is { IsOk: true } found
            ? found.Value.Devices.FirstOrDefault(d => d.Vlan == (machine.Vlan ?? 0)) ?? found.Value.Devices[0]
            : null;
        return new MachineReport(
            machine.Name, machine.Mac?.ToString(), machine.Vlan ?? 0, machine.Address?.ToString(), machine.Outside?.ToString(), machine.Gateway?.ToString(), machine.Description, line,
            mac?.ToString(), mac is null ? "missing" : report?.State ?? "missing",
            mac is { } device && directory.RecordOf(device)?.Admission.State == AdmissionState.Admitted ? report?.Bindings.Select(b => b.Legal).FirstOrDefault() : null,
            report?.DnsName ?? report?.Name, report is { IsSeen: true } ? report.LastSeen : null,
            machine.Appear is { } appear ? ProfileDefinitions.NameOf(appear) : null);
    }

    private static Invalid? Read(MachineEntry entry, out MachineConfig machine)
    {
        machine = new MachineConfig { Name = entry.Name ?? "", Vlan = entry.Vlan, Description = entry.Description is "" ? null : entry.Description };
        if (entry.Name is null || !MachineDefinitions.IsLabel(entry.Name))
        {
            return new Invalid("name", entry.Name, "up to 63 small letters, digits and '-', such as \"press-1\"");
        }

        Invalid? wrong = null;
        machine = machine with
        {
            Mac = ReadOne<MacAddress>("mac", entry.Mac, MacText.TryParse, "a MAC address such as \"00:1b:63:84:45:e6\"", ref wrong),
            Address = ReadOne<Ipv4Address>("address", entry.Address, TryAddress, "the machine's own address, such as \"192.168.0.10\"", ref wrong),
            Outside = ReadOne<Ipv4Address>("outside", entry.Outside, TryAddress, "an address of a pool", ref wrong),
            Gateway = ReadOne<Ipv4Address>("gateway", entry.Gateway, TryAddress, "the gateway that is set in the machine", ref wrong),
            Appear = ReadOne<CallerAppearance>("appear", entry.Appear, ProfileDefinitions.TryAppearance, "\"local\" or \"own\"", ref wrong),
        };
        return wrong is null ? null : wrong with { Expected = $"{wrong.Expected}, or none ({entry.Name})" };
    }

    private static bool TryAddress(string text, out Ipv4Address address) => Ipv4Address.TryParse(text, out address);

    private delegate bool TryParse<T>(string text, out T value);

    private static T? ReadOne<T>(string field, string? text, TryParse<T> parse, string needs, ref Invalid? wrong)
        where T : struct
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (parse(text, out var value))
        {
            return value;
        }

        wrong ??= new Invalid(field, text, needs);
        return null;
    }
}
