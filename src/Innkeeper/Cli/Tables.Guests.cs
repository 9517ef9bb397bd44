using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Vouchers and rooms.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, VouchersReport report)
    {
        if (report.Vouchers.Count == 0)
        {
            Line(console, "no vouchers; `innkeeper vouchers create --count 10 --profile PROFILE --for 8h` makes some");
            return;
        }

        var table = NewTable("voucher", "label", "profile", "state", "until", "devices", "data");
        foreach (var voucher in report.Vouchers)
        {
            AddRow(
                table, voucher.Voucher, voucher.Label, voucher.Profile, voucher.State.Replace('_', ' '), voucher.Until is { } until ? Time(until) : "", $"{voucher.Uses.Count}/{voucher.Devices}",
                DataOf(voucher.DataUsed, voucher.Data));
        }

        console.Write(table);
        if (report.Next is not null)
        {
            Line(console, $"{report.Total - report.Vouchers.Count} more; --batch, --state and --find select");
        }
    }

    public static void Write(IAnsiConsole console, VoucherReport voucher)
    {
        Field(console, "voucher", voucher.Voucher);
        Field(console, "label", voucher.Label);
        Field(console, "profile", voucher.Profile);
        Field(console, "state", voucher.State.Replace('_', ' '));
        Field(console, "created", $"{Time(voucher.Created)} by {voucher.CreatedBy}");
        Field(console, "first use", voucher.FirstUse is { } used ? Time(used) : "none");
        Field(console, "until", voucher.Until is { } until ? Time(until) : "depends on its first use");
        Field(console, "data", DataOf(voucher.DataUsed, voucher.Data));
        WriteUses(console, voucher.Uses, voucher.Devices);
    }

    public static void Write(IAnsiConsole console, RoomsReport report)
    {
        if (report.Rooms.Count == 0)
        {
            Line(console, "no rooms; `innkeeper rooms set ROOM --vlan N --until TIME` sets one");
            return;
        }

        var table = NewTable("room", "where", "profile", "state", "until", "devices", "data");
        foreach (var room in report.Rooms)
        {
            AddRow(table, room.Room, PlaceOf(room), room.Profile ?? "by rules", room.State, Time(room.Ended ?? room.Until), $"{room.Uses.Count}/{room.Devices}", DataOf(room.DataUsed, room.Data));
        }

        console.Write(table);
    }

    public static void Write(IAnsiConsole console, RoomReport room)
    {
        Field(console, "room", room.Room);
        Field(console, "where", PlaceOf(room));
        Field(console, "profile", room.Profile ?? "by rules");
        Field(console, "state", room.State);
        Field(console, "since", $"{Time(room.Since)} by {room.SetBy}");
        Field(console, "until", Time(room.Ended ?? room.Until));
        Field(console, "data", DataOf(room.DataUsed, room.Data));
        WriteUses(console, room.Uses, room.Devices);
    }

    public static void Write(IAnsiConsole console, AcceptancesReport report)
    {
        if (report.Acceptances.Count == 0)
        {
            Line(console, "no acceptances");
            return;
        }

        var table = NewTable("time", "device", "VLAN", "language", "SHA-256 of the text");
        foreach (var acceptance in report.Acceptances)
        {
            AddRow(table, Time(acceptance.Time), acceptance.Mac, $"{acceptance.Vlan}", acceptance.Language, acceptance.Hash);
        }

        console.Write(table);
    }

    private static void WriteUses(IAnsiConsole console, IReadOnlyList<CodeUse> uses, int most)
    {
        Field(console, "devices", $"{uses.Count} of {most}");
        if (uses.Count == 0)
        {
            return;
        }

        var table = NewTable("device", "name", "VLAN", "since", "last");
        foreach (var use in uses)
        {
            AddRow(table, use.Mac, use.Name ?? "", $"{use.Vlan}", Time(use.First), Time(use.Last));
        }

        console.Write(table);
    }

    private static string PlaceOf(RoomReport room) => room.Vlan is { } vlan ? $"VLAN {vlan}" : $"tag {room.Tag}";

    private static string DataOf(long used, long? most) => most is { } limit ? $"{Size((ulong)used)} of {Size((ulong)limit)}" : "";
}
