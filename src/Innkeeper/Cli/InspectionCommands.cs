using System.CommandLine;
using System.Globalization;
using Innkeeper.Configuration;
using Innkeeper.Inspection;
using Innkeeper.Wire;

namespace Innkeeper.Cli;

/// <summary>`ping` and `capture`: look at one device's link.</summary>
internal static class InspectionCommands
{
    private const int UsualPings = 4;
    private const int MostPings = 100_000;
    private const string Standard = "-";
    private static readonly TimeSpan s_pingInterval = TimeSpan.FromSeconds(1);

    public static IEnumerable<Command> Of(CommandContext context) => [Ping(context), Capture(context)];

    private static ExplainedCommand Ping(CommandContext context)
    {
        var device = Device();
        var count = Number("--count", "-c", $"How many times to ask, one second apart (default {UsualPings}).", 1, MostPings, UsualPings);
        var ping = new ExplainedCommand(
            "ping", "Ask a device by ARP and by ICMP echo, from the gateway as the device's own gateway. Exit code 0: it answered.", "ping 02:00:00:00:00:01", "ping 47.31.128.195 --count 10")
        {
            device, count, context.Config, context.Socket, context.Json,
        };
        ping.SetAction(parsed => context.WithGateway(parsed, gateway =>
        {
            using var interrupt = new Interrupt();
            var report = new PingSummary(context.Output);
            for (var i = 0; i < parsed.GetValue(count) && !interrupt.IsRequested; i++)
            {
                var began = TimeProvider.System.GetTimestamp();
                var reply = gateway.Client.Ping(parsed.GetValue(device)!);
                var code = gateway.Show(reply, report.Show);
                if (code != ExitCode.Ok)
                {
                    return code;
                }

                report.Add(reply.Result.Value!);
                if (i + 1 < parsed.GetValue(count) && s_pingInterval - TimeProvider.System.GetElapsedTime(began) is { Ticks: > 0 } rest)
                {
                    interrupt.Wait(rest);
                }
            }

            if (!parsed.GetValue(context.Json))
            {
                report.Finish();
            }

            return report.HasAnswer ? ExitCode.Ok : ExitCode.Failure;
        }));
        return ping;
    }

    private static ExplainedCommand Capture(CommandContext context)
    {
        var device = Device();
        var file = new Option<string>("--file") { Description = "The file to write; \"-\" is stdout. Default: a name made of the device and the time.", HelpName = "FILE" };
        var time = new Option<string>("--for") { Description = "How long to capture, up to 10m (default 30s).", HelpName = "TIME", DefaultValueFactory = _ => "30s" };
        time.Validators.Add(result =>
        {
            if (SettingTypes.ParseDuration(result.GetValueOrDefault<string>(), least: 1) is not { } given || given > CaptureLimits.LongestTime)
            {
                result.AddError("--for is a time from 1s to 10m, such as 30s");
            }
        });
        var count = Number("--count", "-c", "End after this many packets.", 1, int.MaxValue, 0);
        var snap = Number("--snap", "-s", $"Octets to keep of each packet, from {CaptureLimits.LeastSnap} to {CaptureLimits.MostSnap}.", CaptureLimits.LeastSnap, CaptureLimits.MostSnap, CaptureLimits.MostSnap);
        var capture = new ExplainedCommand(
            "capture", "Write a device's packets on both sides of the gateway to a pcapng file. Packets that the gateway dropped have a comment with the reason.",
            "capture 02:00:00:00:00:01 --file phone.pcapng --for 2m", "capture \"phone of room 12\" --count 100")
        {
            device, file, time, count, snap, context.Config, context.Socket,
        };
        capture.SetAction(parsed => context.WithGateway(parsed, gateway =>
        {
            var name = parsed.GetValue(device)!;
            var path = parsed.GetValue(file) ?? NameOf(name);
            if (path == Standard && !Console.IsOutputRedirected)
            {
                return context.Fail("a capture is not text: with --file -, send the output to a program or a file", ExitCode.Usage);
            }

            using var interrupt = new Interrupt();
            using var writer = new CaptureWriter(
                path == Standard ? null : path, () => context.Errors.WriteLine($"capturing {SafeText.Shorten(name)} for up to {parsed.GetValue(time)}; Ctrl-C ends it"), interrupt.Token);
            var reply = gateway.Client.Capture(name, $"for={parsed.GetValue(time)}&count={parsed.GetValue(count)}&snap={parsed.GetValue(snap)}", writer.Read);
            if (gateway.FailureOf(reply) is { } failed)
            {
                return context.Fail(failed.Text, failed.Code);
            }

            writer.Finish();
            context.Errors.WriteLine(writer.Summary(path == Standard ? "stdout" : SafeText.OneLine(path)));
            return ExitCode.Ok;
        }));
        return capture;
    }

    /// <summary>A file name of letters and digits: a device's name may have any character.</summary>
    internal static string NameOf(string device, DateTime? now = null) =>
        $"{string.Concat(device.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'))}-{(now ?? DateTime.Now).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture)}.pcapng";

    private static Argument<string> Device() => new("DEVICE") { Description = "The device: its MAC, the name you gave it, one of its addresses, or its own host name." };

    private static Option<int> Number(string name, string shortName, string description, int least, int most, int usual) => new(name, shortName)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            {
                return number;
            }

            result.AddError($"{name} is a number from {least} to {most}");
            return usual;
        },
    };
}
