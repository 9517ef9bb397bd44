using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`user`, `token` and `audit`: the users of the web console, the tokens of programs, and the trail of changes.</summary>
internal static class AccountCommands
{
    private static readonly string[] s_roles = ["viewer", "operator", "admin"];

    public static IEnumerable<Command> Of(CommandContext context)
    {
        var user = new Command("user", "Manage the users of the web console.") { context.Config, context.Socket, context.Json };
        user.Add(Report(context, "list", "List the users.", gateway => gateway.Client.ListUsers(), (output, report) => Tables.Write(Tables.Open(output), report), "user list", "user list --json"));
        user.Add(AddUser(context));
        user.Add(SetPassword(context));
        user.Add(SetRole(context));
        user.Add(OnName(context, "disable", "NAME", "Keep a user out. The account stays.", (gateway, name) => gateway.SetUserDisabled(name, true), "user disable ben"));
        user.Add(OnName(context, "enable", "NAME", "Let a user sign in again.", (gateway, name) => gateway.SetUserDisabled(name, false), "user enable ben"));
        user.Add(OnName(context, "delete", "NAME", "Delete a user.", (gateway, name) => gateway.DeleteUser(name), "user delete ben"));
        user.Add(Link(context));

        var token = new Command("token", "Manage the tokens with which programs use the API.") { context.Config, context.Socket, context.Json };
        token.Add(Report(context, "list", "List the tokens, without their values.", gateway => gateway.Client.ListTokens(), (output, report) => Tables.Write(Tables.Open(output), report), "token list"));
        token.Add(CreateToken(context));
        token.Add(OnName(context, "delete", "NAME", "Make a token void.", (gateway, name) => gateway.DeleteToken(name), "token delete nagios"));
        return [user, token, Audit(context)];
    }

    private static ExplainedCommand Report<T>(
        CommandContext context, string name, string description, Func<GatewaySession, Reply<T>> ask, Action<TextWriter, T> show, params string[] examples)
        where T : class
    {
        var command = new ExplainedCommand(name, description, examples);
        command.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(ask(gateway), report => show(context.Output, report))));
        return command;
    }

    private static ExplainedCommand AddUser(CommandContext context)
    {
        var (name, role, file) = (Name("NAME", "The user's name: up to 32 letters, digits, '.', '-' and '_'."), Role(), PasswordFile());
        var add = new ExplainedCommand("add", "Add a user. The password is asked for on the terminal.", "user add anna --role admin", "user add frontdesk --role operator --password-file /root/frontdesk")
        {
            name, role, file,
        };
        add.SetAction(parsed => WithPassword(context, parsed.GetValue(file), password =>
            Change(context, parsed, gateway => gateway.AddUser(new NewUser(parsed.GetValue(name), parsed.GetValue(role), password)))));
        return add;
    }

    private static ExplainedCommand SetPassword(CommandContext context)
    {
        var (name, file) = (Name("NAME", "The user."), PasswordFile());
        var command = new ExplainedCommand("password", "Give a user another password. The user's sessions end.", "user password anna") { name, file };
        command.SetAction(parsed => WithPassword(context, parsed.GetValue(file), password =>
            Change(context, parsed, gateway => gateway.SetUserPassword(parsed.GetValue(name)!, new NewPassword(password)))));
        return command;
    }

    private static ExplainedCommand SetRole(CommandContext context)
    {
        var name = Name("NAME", "The user.");
        var role = new Argument<string>("ROLE") { Description = $"{string.Join(", ", s_roles.SkipLast(1))} or {s_roles[^1]}." };
        role.CompletionSources.Add(s_roles);
        var command = new ExplainedCommand("role", "Give a user another role. The user's sessions end.", "user role ben operator") { name, role };
        command.SetAction(parsed => Change(context, parsed, gateway => gateway.SetUserRole(parsed.GetValue(name)!, parsed.GetValue(role)!)));
        return command;
    }

    private static ExplainedCommand Link(CommandContext context)
    {
        var link = new ExplainedCommand("link", "Print a new link by which the first administrator sets a name and password. It is valid once, for a day.", "user link");
        link.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(gateway.Client.MakeSetupLink(), made =>
        {
            foreach (var line in made.Urls.Count > 0 ? made.Urls : [$"the web console is off; where it answers, add {made.Path} to its address"])
            {
                context.Output.WriteLine(line);
            }
        })));
        return link;
    }

    private static ExplainedCommand CreateToken(CommandContext context)
    {
        var (name, role) = (Name("NAME", "The token's name."), Role());
        var time = new Option<string>("--for") { Description = "How long it is valid, such as 90d, or \"never\": it does not expire. Default: a year.", HelpName = "TIME" };
        var create = new ExplainedCommand("create", "Make a token and print it, this once.", "token create nagios --role viewer", "token create rooms --role operator --for 90d") { name, role, time };
        create.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(
            gateway.Client.CreateToken(new NewToken(parsed.GetValue(name), parsed.GetValue(role), parsed.GetValue(time))), made =>
            {
                // Alone on stdout, for a script that keeps it.
                context.Errors.WriteLine($"{SafeText.OneLine(made.Text)}. Keep it: it is shown this once");
                context.Output.WriteLine(made.Token);
            })));
        return create;
    }

    private static ExplainedCommand OnName(
        CommandContext context, string command, string argument, string description, Func<GatewayClient, string, Reply<AccountChange>> act, params string[] examples)
    {
        var name = Name(argument, "Its name.");
        var made = new ExplainedCommand(command, description, examples) { name };
        made.SetAction(parsed => Change(context, parsed, gateway => act(gateway, parsed.GetValue(name)!)));
        return made;
    }

    private static ExplainedCommand Audit(CommandContext context)
    {
        var last = new Option<int>("--last", "-n")
        {
            Description = $"How many of the latest entries, from 1 to {AuditFilter.MostEntries}.",
            HelpName = "N",
            DefaultValueFactory = _ => AuditFilter.UsualEntries,
            CustomParser = CountOf,
        };
        var actor = new Option<string>("--actor") { Description = "Only what this user or token did.", HelpName = "NAME" };
        var device = new Option<string>("--device") { Description = "Only entries about this device, user or token.", HelpName = "DEVICE" };
        device.CompletionSources.Add(context.CompleteDevices);
        var text = new Option<string>("--find", "-f") { Description = "Only entries with this in their operation, sentence or fields.", HelpName = "TEXT" };
        var audit = new ExplainedCommand(
            "audit", "Show who changed what, and from where, oldest first.", "audit --last 20", "audit --device 02:00:00:00:00:01", "audit --actor anna --json")
        {
            last, actor, device, text, context.Config, context.Socket, context.Json,
        };
        audit.SetAction(parsed => context.WithGateway(parsed, gateway => gateway.Show(
            gateway.Client.ListAudit(new AuditFilter(parsed.GetValue(last), null, parsed.GetValue(actor), parsed.GetValue(device), parsed.GetValue(text))),
            report => Tables.Write(Tables.Open(context.Output), report))));
        return audit;
    }

    private static int CountOf(ArgumentResult result)
    {
        if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= AuditFilter.MostEntries)
        {
            return count;
        }

        result.AddError($"--last is a number from 1 to {AuditFilter.MostEntries}");
        return 0;
    }

    private static int Change(CommandContext context, ParseResult parsed, Func<GatewayClient, Reply<AccountChange>> act) => context.WithGateway(parsed, gateway =>
        gateway.Show(act(gateway.Client), change => context.Output.WriteLine(SafeText.OneLine(change.Text))));

    private static int WithPassword(CommandContext context, string? file, Func<string, int> act) =>
        PasswordInput.Of(context.Errors).Read(file, out var fault) is { } password ? act(password) : context.Fail(fault);

    private static Argument<string> Name(string name, string description) => new(name) { Description = description };

    private static Option<string> Role()
    {
        var role = new Option<string>("--role") { Description = "viewer: sees; operator: lets devices in for a time, names and blocks them; admin: everything.", HelpName = "ROLE", Required = true };
        role.CompletionSources.Add(s_roles);
        return role;
    }

    private static Option<string> PasswordFile() => new("--password-file") { Description = "A file whose first line is the password, instead of the terminal.", HelpName = "FILE" };
}
