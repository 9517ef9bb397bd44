using System.CommandLine;
using Innkeeper.Management.Contracts;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`outbox`: the messages that the gateway has for the administrator.</summary>
internal static class OutboxCommands
{
    public static Command Of(CommandContext context)
    {
        var list = new ExplainedCommand("list", "Show the messages that wait, and the last of those that were sent or given up.", "outbox list", "outbox list --json") { context.Wide };
        list.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.ListOutbox(), report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report))));
        return new ExplainedCommand("outbox", "Show the messages that the gateway has for you, send one again, or delete one.", "outbox list", "outbox retry mail-12")
        {
            context.Config, context.Socket, context.Json, list,
            Change(context, "retry", "Send a message at once: one that waits, or that was given up.", (client, message) => client.RetryMessage(message), "outbox retry mail-12"),
            Change(context, "delete", "Delete a message. One that waits is not sent.", (client, message) => client.DeleteMessage(message), "outbox delete webhook-3"),
        };
    }

    private static ExplainedCommand Change(CommandContext context, string name, string description, Func<GatewayClient, string, Reply<MessageChange>> act, string example)
    {
        var message = new Argument<string>("MESSAGE") { Description = "The message, as `outbox list` names it, such as mail-12." };
        var command = new ExplainedCommand(name, description, example) { message };
        command.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(act(gateway.Client, parsed.GetValue(message)!), change => context.Output.WriteLine(SafeText.OneLine(change.Text)))));
        return command;
    }
}
