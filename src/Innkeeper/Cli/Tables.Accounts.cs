using Innkeeper.Management.Contracts;
using Spectre.Console;

namespace Innkeeper.Cli;

/// <content>Users, tokens and the audit trail.</content>
internal static partial class Tables
{
    public static void Write(IAnsiConsole console, UsersReport report)
    {
        if (report.Users.Count == 0)
        {
            Line(console, "no users; `innkeeper user add NAME --role admin` makes an administrator, `innkeeper user link` a link to do so in a browser");
            return;
        }

        var table = NewTable("name", "role", "created", "last sign-in", "");
        foreach (var user in report.Users)
        {
            AddRow(table, user.Name, user.Role, Time(user.Created), user.LastSignIn is { } last ? Time(last) : "never", user.Disabled ? "disabled" : "");
        }

        console.Write(table);
    }

    public static void Write(IAnsiConsole console, TokensReport report)
    {
        if (report.Tokens.Count == 0)
        {
            Line(console, "no tokens");
            return;
        }

        var table = NewTable("name", "role", "created", "by", "expires", "last use");
        foreach (var token in report.Tokens)
        {
            AddRow(
                table, token.Name, token.Role, Time(token.Created), token.CreatedBy, token.Expires is { } end ? Time(end) : "never",
                token.LastUse is { } last ? $"{Time(last)} from {token.LastFrom}" : "never");
        }

        console.Write(table);
    }

    public static void Write(IAnsiConsole console, AuditReport report)
    {
        foreach (var entry in report.Entries.Reverse())
        {
            Line(console, $"{Time(entry.Time)} {entry.Actor} ({entry.From}) {entry.What}: {entry.Text}");
            if (entry.Before is not null || entry.After is not null)
            {
                Line(console, $"    {entry.Before?.GetRawText() ?? "{}"} -> {entry.After?.GetRawText() ?? "{}"}");
            }
        }

        if (report.Entries.Count == 0)
        {
            Line(console, "no entries");
        }
    }
}
