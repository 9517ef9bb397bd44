using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Devices.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, DevicesReport report)
    {
        if (report.Devices.Count == 0)
        {
            Line(console, "no devices");
            return;
        }

        var table = NewTable(
            "device", "name", "vendor", "state", "profile", "own address", "outside address", "gateway it uses", "packets out", "bytes out", "packets in", "bytes in", "first seen", "last seen");
        foreach (var device in report.Devices)
        {
            string[] leading = [Station(device), NameOf(device), Maker(device), device.State, device.Profile ?? ""];
            foreach (var binding in device.Bindings)
            {
                AddRow(
                    table,
                    [
                        .. leading, binding.Claimed, Outside(binding), binding.Gateway ?? "",
                        $"{binding.PacketsOut}", Size(binding.BytesOut), $"{binding.PacketsIn}", Size(binding.BytesIn), Time(binding.FirstSeen), Time(binding.LastSeen),
                    ]);
            }

            if (device.Bindings.Count == 0)
            {
                AddRow(table, [.. leading, "", "", "", "", "", "", "", Time(device.FirstSeen), Time(device.LastSeen)]);
            }
        }

        console.Write(table);
    }

    /// <summary>Each device with all its details.</summary>
    public static void WriteEach(IAnsiConsole console, DevicesReport report)
    {
        foreach (var device in report.Devices)
        {
            Line(console, $"{Station(device)} {device.GivenName}".TrimEnd());
            Field(console, "host name", device.HostName);
            Field(console, "vendor", Maker(device));
            Field(console, "state", device.Admission is { } admission
                ? $"{admission.State} since {Time(admission.Since)}{(admission.Until is { } until ? $" until {Time(until)}" : "")} by {admission.By}{(admission.Reason is { Length: > 0 } reason ? $": {reason}" : "")}"
                : device.State);
            Field(console, "profile", device.PinnedProfile is { } pinned && pinned != device.Profile ? $"{device.Profile} (pinned to {pinned})"
                : device.PinnedProfile is not null ? $"{device.Profile} (pinned)" : device.Profile);
            Field(console, "pinned address", device.PinnedLegal);
            Field(console, "tags", string.Join(", ", device.Tags ?? []));
            Field(console, "uses DHCP", device.UsesDhcp switch { true => "yes", false => "no", null => null });
            Field(console, "local name", device.Name);
            Field(console, "seen", $"{Time(device.FirstSeen)} to {Time(device.LastSeen)}");
            Field(console, "traffic", $"{device.PacketsOut} packets out ({Size(device.BytesOut)}), {device.PacketsIn} in ({Size(device.BytesIn)})");
            foreach (var binding in device.Bindings)
            {
                Field(console, "address", $"own {binding.Claimed}, outside {Outside(binding)}, inside {binding.Inside}; the gateway it uses is {binding.Gateway ?? "not known"}");
                Field(console, "  DNS servers", string.Join(", ", binding.DnsServers ?? []));
                if (binding.Shared is { } shared)
                {
                    Field(console, "  shares", $"{shared.Address}: {shared.Tcp} TCP ports, {shared.Udp} UDP ports, {shared.Icmp} ICMP queries, {shared.Other} hosts otherwise");
                }
            }

            if (device.Bindings.Count == 0)
            {
                Field(console, "address", "none");
            }
        }
    }

    private static void Field(IAnsiConsole console, string name, string? value)
    {
        if (value is { Length: > 0 })
        {
            Line(console, $"  {name,-17}{value}");
        }
    }

    private static string Station(DeviceReport device) => device.Vlan == 0 ? device.Mac : $"{device.Mac} (VLAN {device.Vlan})";

    /// <summary>The administrator's name for it, or its own host name in quotes.</summary>
    private static string NameOf(DeviceReport device) => device.GivenName ?? (device.HostName is { } own ? $"\"{own}\"" : "");

    private static string Maker(DeviceReport device) => device.Vendor ?? (device.Randomised ? "(randomised)" : "");

    private static string Outside(BindingReport binding) => binding.Shared?.Address == binding.Legal ? $"{binding.Legal} (shared)" : binding.Legal;
}
