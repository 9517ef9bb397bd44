using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Devices.</content>
internal static partial class Tables
{
    /// <summary>On a terminal a list that fits it. Otherwise everything, each row one line.</summary>
    /// <param name="now">The time that "seen" counts from.</param>
    public static void Write(IAnsiConsole console, DevicesReport report, DateTimeOffset now)
    {
        if (report.Devices.Count == 0)
        {
            Line(console, "no devices");
            return;
        }

        if (console.Profile.Width < Unlimited)
        {
            foreach (var line in DeviceList.Lines(report, console.Profile.Width, now))
            {
                Line(console, line);
            }

            return;
        }

        var rows = new List<string[]>();
        foreach (var device in report.Devices)
        {
            string[] who = [Station(device), NameOf(device), Maker(device), device.State, device.Profile ?? ""];
            rows.AddRange(device.Bindings.Select(binding => (string[])
            [
                .. who, binding.Claimed, Outside(binding), binding.Gateway ?? "",
                $"{binding.PacketsOut}", Size(binding.BytesOut), $"{binding.PacketsIn}", Size(binding.BytesIn), Time(binding.FirstSeen), Time(binding.LastSeen),
            ]));
            rows.AddRange((device.Ipv6 ?? []).Select(each => (string[])
            [
                .. who, each.Address, each.Outside ?? "", "", $"{each.PacketsOut}", Size(each.BytesOut), $"{each.PacketsIn}", Size(each.BytesIn), Time(each.FirstSeen), Time(each.LastSeen),
            ]));
            if (device.Bindings.Count == 0 && device.Ipv6 is null)
            {
                rows.Add([.. who, "", "", "", "", "", "", "", device.IsSeen ? Time(device.FirstSeen) : "never", device.IsSeen ? Time(device.LastSeen) : "never"]);
            }
        }

        WriteFitting(
            console,
            [
                ("device", 0), ("name", 2), ("vendor", 9), ("state", 1), ("profile", 6), ("own address", 3), ("outside address", 4), ("gateway it uses", 8), ("packets out", 12), ("bytes out", 10),
                ("packets in", 13), ("bytes in", 11), ("first seen", 7), ("last seen", 5),
            ],
            rows);
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
                ? $"{admission.State} since {Time(admission.Since)}{(admission.Until is { } until ? $" until {Time(until)}" : "")}{OriginOf(device, admission)}"
                : device.State);
            Field(console, "no address", device.Cause switch
            {
                DeviceCause.DeviceLimit => "it uses as many own addresses as its profile allows, and wants one more",
                DeviceCause.PoolExhausted => "no outside address is left for it",
                DeviceCause.TableFull => "the table of devices is full",
                DeviceCause.LeasesExhausted => "it asks by DHCP, and all addresses are leased",
                _ => null,
            });
            Field(console, "profile", device.PinnedProfile is { } pinned && pinned != device.Profile ? $"{device.Profile} (pinned to {pinned})"
                : device.PinnedProfile is not null ? $"{device.Profile} (pinned)" : device.Profile);
            Field(console, "pinned address", device.PinnedProblem is { } lost ? $"{device.PinnedLegal}: {lost}" : device.PinnedLegal);
            Field(console, "limits", device.LimitsWith is { } group ? $"together with the other devices of {group}" : null);
            Field(console, "volume", device.Volume is { } volume
                ? $"{DataOf(volume.Used, volume.Limit)} used by {volume.Group} this {volume.Period}, {Size((ulong)volume.Left)} left; it begins again {Time(volume.End)}"
                    + (device.Cause == DeviceCause.VolumeUsed ? ", and the device is held until then" : "")
                : null);
            Field(console, "tags", string.Join(", ", device.Tags ?? []));
            Field(console, "uses DHCP", device.UsesDhcp switch { true => "yes", false => "no", null => null });
            Field(console, "local name", device.DnsName is { } given ? $"{given}, {device.Name}" : device.Name);
            Field(console, "seen", device.IsSeen ? $"{Time(device.FirstSeen)} to {Time(device.LastSeen)}" : "never");
            Field(console, "traffic", $"{device.PacketsOut} packets out ({Size(device.BytesOut)}), {device.PacketsIn} in ({Size(device.BytesIn)})");
            foreach (var binding in device.Bindings)
            {
                Field(console, "address", $"own {binding.Claimed}, outside {OutsideOrNone(binding)}, inside {binding.Inside}; the gateway it uses is {binding.Gateway ?? "not known"}");
                Field(console, "  DNS servers", string.Join(", ", binding.DnsServers ?? []));
                if (binding.Shared is { } shared)
                {
                    Field(console, "  shares", $"{shared.Address}: {shared.Tcp} TCP ports, {shared.Udp} UDP ports, {shared.Icmp} ICMP queries, {shared.Other} hosts otherwise");
                }
            }

            foreach (var each in device.Ipv6 ?? [])
            {
                Field(console, "address", $"own {each.Address}, outside {each.Outside ?? "none"}");
            }

            if (device.Bindings.Count == 0 && device.Ipv6 is null)
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

    /// <summary>Time held a device whose admission has ended, and no one else.</summary>
    private static string OriginOf(DeviceReport device, AdmissionReport admission) => device.Cause == DeviceCause.Expired
        ? $": its admission by {admission.By} has expired"
        : $" by {admission.By}{(admission.Reason is { Length: > 0 } reason ? $": {reason}" : "")}";

    private static string OutsideOrNone(BindingReport binding) => binding.Legal == "0.0.0.0" ? "none" : Outside(binding);

    private static string Outside(BindingReport binding) => binding.Shared?.Address == binding.Legal ? $"{binding.Legal} (shared)" : binding.Legal;
}
