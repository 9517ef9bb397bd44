using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Leases.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, LeasesReport report)
    {
        if (report.Leases.Count == 0)
        {
            Line(console, "no leases");
            return;
        }

        var table = NewTable("address", "state", "device", "host name", "vendor class", "client", "since", "until", "on disk");
        foreach (var lease in report.Leases)
        {
            AddRow(
                table, lease.Address, lease.State, lease.Vlan == 0 ? lease.Mac : $"{lease.Mac} (VLAN {lease.Vlan})", lease.HostName is { } name ? $"\"{name}\"" : "", lease.VendorClass ?? "",
                lease.Client, Time(lease.Granted), Time(lease.Expires), lease.Durable ? "yes" : "no");
        }

        console.Write(table);
    }
}
