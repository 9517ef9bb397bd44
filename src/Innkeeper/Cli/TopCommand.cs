using System.CommandLine;
using Innkeeper.Cli.Live;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`top`: a live table of devices with their traffic.</summary>
internal static class TopCommand
{
    private const int StreamWidth = 80;

    public static Command Of(CommandContext context)
    {
        var every = LiveReport.PauseOption("--every", "Ask the gateway every SECONDS (default {0}).");
        var once = new Option<bool>("--once") { Description = "Show one table and end. It has the traffic of one pause." };
        var sort = new Option<string>("--sort") { Description = $"The order: {string.Join(", ", TopModel.Orders)}. The key s changes it.", HelpName = "ORDER", DefaultValueFactory = _ => TopModel.Orders[0] };
        sort.CompletionSources.Add([.. TopModel.Orders]);
        sort.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } given && !TopModel.Orders.Contains(given))
            {
                result.AddError($"--sort is one of {string.Join(", ", TopModel.Orders)}, not {SafeText.Shorten(given)}");
            }
        });
        var top = new ExplainedCommand(
            "top", "Show the devices with the most traffic, new devices, those that wait, and refusals, again and again until you press q. Without a terminal, show one table.", "top", "top --sort new", "top --once --every 1")
        {
            every, once, sort, context.Config, context.Socket,
        };
        top.SetAction(parsed => context.WithGateway(parsed, gateway => Run(
            context, gateway, TimeSpan.FromSeconds(parsed.GetValue(every)), parsed.GetValue(sort)!, parsed.GetValue(once) || !ReferenceEquals(context.Output, Console.Out) || Console.IsOutputRedirected)));
        return top;
    }

    private static int Run(CommandContext context, GatewaySession gateway, TimeSpan pause, string order, bool isOnce)
    {
        var session = new TopSession(() => Ask(gateway), order);
        if (isOnce)
        {
            session.Refresh();
            if (session.Failure is null)
            {
                // Traffic is the difference of two reports.
                Thread.Sleep(pause);
                session.Refresh();
            }

            if (session.Failure is { } failure)
            {
                return context.Fail(failure.Text, failure.Code);
            }

            context.Output.Write(session.Render((StreamWidth, 0), isWhole: true));
            return ExitCode.Ok;
        }

        return LiveReport.On(context.Output, isStream: false, screen => LiveReport.Run(screen, pause, session.Refresh, window => session.Render(window!.Value), session.Press));
    }

    private static (TopSample? Sample, (string Text, int Code)? Failure) Ask(GatewaySession gateway)
    {
        var status = gateway.Client.GetStatus();
        if (gateway.FailureOf(status) is { } failure)
        {
            return (null, failure);
        }

        var devices = gateway.Client.ListDevices();
        return gateway.FailureOf(devices) is { } missing ? (null, missing) : (new TopSample(DateTimeOffset.UtcNow, status.Result.Value!, devices.Result.Value!), null);
    }
}
