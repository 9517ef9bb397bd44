using System.CommandLine;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <summary>`forwards`: ports of shared addresses that lead to devices.</summary>
internal static class ForwardCommands
{
    public static Command Of(CommandContext context)
    {
        var list = new ExplainedCommand("list", "List the forwards, and whether each is open.", "forwards list", "forwards list --json") { context.Wide };
        list.SetAction(parsed => context.WithGateway(parsed, gateway =>
            gateway.Show(gateway.Client.ListForwards(), report => Tables.Write(Tables.Open(context.Output, parsed.GetValue(context.Wide)), report))));
        return new ExplainedCommand(
            "forwards", "List, add and remove forwards: ports of a shared address that lead to a device. They are [[forwards]] of the configuration file.",
            "forwards list", "forwards add tcp 8080 press-3 --to-port 80")
        {
            context.Config, context.Socket, context.Json, list, Add(context), Remove(context),
        };
    }

    private static ExplainedCommand Add(CommandContext context)
    {
        var protocol = new Argument<string>("PROTOCOL") { Description = "tcp or udp." };
        var port = new Argument<string>("PORT") { Description = "The port of the shared address, or a range such as 8000-8010. If it is forwarded already, that entry is replaced." };
        var to = new Argument<string>("DEVICE") { Description = "The machine's name, the device's given name, or its MAC." };
        var toPort = new Option<int?>("--to-port") { Description = "The device's port; of a range, the first of as many. Without it: the same port.", HelpName = "PORT" };
        var address = new Option<string>("--address") { Description = "The shared address. Without it: the only one that there is.", HelpName = "ADDRESS" };
        var description = new Option<string>("--description") { Description = "Your own words about it.", HelpName = "TEXT" };
        var dryRun = DeviceOrderOptions.NewDryRun();
        protocol.AcceptOnlyFromAmong("tcp", "udp");
        var add = new ExplainedCommand(
            "add", "Write a forward into the configuration file, and take the change.", "forwards add tcp 8080 press-3 --to-port 80", "forwards add udp 5000-5010 00:1b:63:84:45:e6 --address 137.118.199.100")
        {
            protocol, port, to, toPort, address, description, dryRun,
        };
        add.SetAction(parsed => MachineCommands.Order(context, parsed, dryRun, (client, isDryRun) => client.PutForward(
            new ForwardEntry(parsed.GetValue(protocol), parsed.GetValue(port), parsed.GetValue(to), parsed.GetValue(address), parsed.GetValue(toPort), parsed.GetValue(description)), isDryRun)));
        return add;
    }

    private static ExplainedCommand Remove(CommandContext context)
    {
        var (id, dryRun) = (new Argument<string>("FORWARD") { Description = "The forward as `forwards list` names it, such as tcp-8080." }, DeviceOrderOptions.NewDryRun());
        var remove = new ExplainedCommand("remove", "Take a forward out of the configuration file.", "forwards remove tcp-8080") { id, dryRun };
        remove.SetAction(parsed => MachineCommands.Order(context, parsed, dryRun, (client, isDryRun) => client.RemoveForward(parsed.GetValue(id)!, isDryRun)));
        return remove;
    }
}
