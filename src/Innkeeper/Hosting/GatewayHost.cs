using System.Runtime.InteropServices;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.DataPlane;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Revisions;
using Innkeeper.Storage;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>
/// The process around the gateway: checks, starts it, serves, and then stops or makes room for a process with other settings. However it
/// ends, the data plane stays at work: only `teardown` removes it.
/// </summary>
internal static class GatewayHost
{
    /// <summary>This process replaced one with other settings, and returns to those if its own cannot be started.</summary>
    public static bool TakesOver => ProcessHandover.IsUnderWay;

    /// <summary>The settings to run with: the previous ones where a change of the file was not confirmed.</summary>
    /// <param name="loaded">The file as it is.</param>
    public static ConfigurationResult Resume(ConfigurationResult loaded, TextWriter errors) =>
        SettingsChanges.Resume(loaded, TakesOver, new MachineClock(), problem => errors.WriteLine($"innkeeper: {problem}"));

    /// <summary>Runs with these settings; if they cannot be started and this process took over from one with others, with those.</summary>
    /// <returns>The process's exit code.</returns>
    public static int Run(ConfigurationResult configuration, bool verbose)
    {
        using var loggers = CreateLoggers(verbose);
        var program = ProgramFile.OfThisProcess(ProcessHandover.Program);
        string? failure = null;
        using (var watch = ProcessHandover.Watch())
        {
            if (watch is not null)
            {
                failure = HandoverGuard.Watch(watch, program.Path);
                if (failure is null)
                {
                    return ExitCode.Ok;
                }

                loggers.CreateLogger("Innkeeper.Hosting").GuardServes(failure);
                configuration = ConfigurationFile.Parse(ProcessHandover.SettingsBefore() ?? configuration.Text, configuration.File);
            }
        }

        while (true)
        {
            try
            {
                return RunOnce(configuration, program, loggers, failure);
            }
            catch (Exception e) when (TakesOver && IsExpected(e) && ProcessHandover.SettingsBefore() is { } previous && previous != configuration.Text)
            {
                // The settings are valid, but cannot be started. The previous ones could.
                loggers.CreateLogger("Innkeeper.Hosting").SettingsFailed(e.Message);
                failure = SafeText.OneLine(e.Message);
                configuration = ConfigurationFile.Parse(previous, configuration.File);
            }
            catch (Exception e) when (IsExpected(e))
            {
                Console.Error.WriteLine($"innkeeper: {e.Message}");
                if (verbose && e is DataPlaneException { Detail: { Length: > 0 } detail })
                {
                    Console.Error.WriteLine(detail);
                }

                return ExitCode.Failure;
            }
        }
    }

    /// <summary>Check, create, start, serve; then stop or hand over.</summary>
    /// <param name="failure">Why newer settings are not in force; null: these are the newest.</param>
    private static int RunOnce(ConfigurationResult configuration, ProgramFile program, ILoggerFactory loggers, string? failure)
    {
        var log = loggers.CreateLogger("Innkeeper.Hosting");
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, stop));
        var config = CheckBeforeStart(configuration);
        if (!TakesOver)
        {
            AccessLink.SetUp(config, log);
        }

        if (!StartupWait.Run(config, log, stop.Token))
        {
            log.Stopped();
            return ExitCode.Ok;
        }

        using var gateway = Gateway.Create(configuration, config, program, loggers, failure);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => Reload(context, gateway, log));
        gateway.Start();
        AnnounceReady(configuration, gateway, failure, log);

        var successorSockets = gateway.Serve(stop.Token);
        if (successorSockets is null)
        {
            new SystemdNotifier().Notify(ServiceState.Stopping);
            gateway.Stop();
            log.Stopped();
            return ExitCode.Ok;
        }

        // Returns only when it fails; then the guard takes over.
        log.Replaced(configuration.File);
        var reason = ProcessHandover.Execute(program.Path, configuration.Text, successorSockets, HandoverGuard.BecomesMain);
        throw new StartException($"{program.Path} cannot be started: {reason}");
    }

    /// <summary>Failures that would come later for reasons that the kernel does not report.</summary>
    private static InnkeeperConfig CheckBeforeStart(ConfigurationResult configuration)
    {
        // Only a successor comes here with errors: otherwise the file was right when it was checked.
        var config = configuration.Config ?? throw new StartException(string.Join('\n', configuration.Errors));
        if (SystemRequirements.ToRun(SystemInfo.Read(), config.Dns.ServeUplink) is { Count: > 0 } lacking)
        {
            throw new StartException(string.Join('\n', lacking));
        }

        // A second gateway must not touch the first one's maps.
        return ControlServer.IsAnswering(config.Control.Socket)
            ? throw new StartException($"another gateway is running and answers at {config.Control.Socket}; stop it, or give this one its own [control] socket")
            : config;
    }

    private static void AnnounceReady(ConfigurationResult configuration, Gateway gateway, string? failure, ILogger log)
    {
        var tookOver = TakesOver;

        // Before a client can learn that they are in force, and confirm them.
        gateway.SettingsAreInForce(failure);
        ProcessHandover.Completed();
        gateway.Prepare();
        Console.Out.WriteLine("ready");
        Console.Out.Flush();
        if (tookOver && failure is null)
        {
            log.SettingsInForce(configuration.File);
        }

        new SystemdNotifier().Notify(ServiceState.Ready);
        new SystemdNotifier().Notify(new ServiceState("STATUS=serving"));
        gateway.LogReady();
    }

    /// <summary>`systemctl reload` does what `innkeeper config reload` does.</summary>
    private static void Reload(PosixSignalContext context, Gateway gateway, ILogger log)
    {
        context.Cancel = true;
        log.Reloaded(gateway.Reload());
    }

    private static void Cancel(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }

    /// <summary>A failure that a sentence for the administrator says, and no fault of this program.</summary>
    internal static bool IsExpected(Exception e) =>
        e is DataPlaneException or NetlinkException or StorageException or IOException or UnauthorizedAccessException or StartException;

    private static ILoggerFactory CreateLoggers(bool verbose) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(verbose ? LogLevel.Debug : LogLevel.Information)
        .AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            o.UseUtcTimestamp = true;
            o.ColorBehavior = LoggerColorBehavior.Disabled;
        })
        .AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace));
}
