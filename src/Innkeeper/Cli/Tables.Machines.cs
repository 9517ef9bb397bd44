using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Machines.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, MachinesReport report)
    {
        if (report.Machines.Count == 0)
        {
            Line(console, "no machines; `innkeeper machines add --help` shows how to add one");
            return;
        }

        WriteFitting(
            console,
            [("machine", 0), ("state", 2), ("outside", 1), ("address", 3), ("device", 4), ("DNS name", 5), ("last seen", 6), ("description", 7)],
            [
                .. report.Machines.Select(m => (string[])
                [
                    m.Name, m.State, m.Reaches ?? (m.Outside is { } outside ? $"({outside})" : ""), m.Address ?? "", $"{m.Device ?? "any"}{(m.Vlan == 0 ? "" : $" (VLAN {m.Vlan})")}", m.DnsName ?? "",
                    m.LastSeen is { } seen ? Time(seen) : "never", m.Description ?? "",
                ]),
            ]);
    }
}
