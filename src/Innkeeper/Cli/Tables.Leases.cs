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

        WriteFitting(
            console,
            [("address", 0), ("state", 2), ("device", 1), ("host name", 4), ("vendor class", 7), ("client", 8), ("since", 6), ("until", 3), ("on disk", 5)],
            [
                .. report.Leases.Select(lease => (string[])
                [
                    lease.Address, lease.State, lease.Vlan == 0 ? lease.Mac : $"{lease.Mac} (VLAN {lease.Vlan})", lease.HostName is { } name ? $"\"{name}\"" : "", lease.VendorClass ?? "",
                    lease.Client, Time(lease.Granted), Time(lease.Expires), lease.Durable ? "yes" : "no",
                ]),
            ]);
    }
}
