using System.Diagnostics;
using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>
/// Waits for the uplink's address where nothing can be served without it: on one arm it tells which hosts belong to the LAN, and a DHCP
/// server that leases outside addresses names its network. All other gateways start without an address, and wait as they serve.
/// </summary>
internal static class StartupWait
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether these settings can be started only when the uplink has an address.</summary>
    public static bool IsNeeded(InnkeeperConfig config) => config.IsOneArmed || config.Dhcp is { Enabled: true, LeasesLegal: true };

    /// <summary>Waits as long as it takes. systemd gets the message that the service is up, so that its time limit does not end it.</summary>
    /// <returns>False: it is to stop meanwhile.</returns>
    public static bool Run(InnkeeperConfig config, ILogger log, CancellationToken stop)
    {
        var isTold = false;
        var limit = ServiceWatchdog.LimitFor(Environment.ProcessId);
        var watchdog = limit is { } given ? new ServiceWatchdog(given, turns: null, ServiceWatchdog.Give) : null;
        while (IsNeeded(config) && NetworkState.AtStart(config, Netlink.ReadInterfaces(), out var problem) is { HasAddress: false })
        {
            if (!isTold)
            {
                var notifier = new SystemdNotifier();
                notifier.Notify(ServiceState.Ready);
                notifier.Notify(new ServiceState($"STATUS=waiting: {problem.Text}"));
                log.AddressAwaited(problem.Text);
                isTold = true;
            }

            // From "ready" on systemd expects it.
            watchdog?.Tick(Stopwatch.GetElapsedTime(0));
            if (stop.WaitHandle.WaitOne(s_interval))
            {
                return false;
            }
        }

        if (isTold && limit is { } time)
        {
            ServiceWatchdog.GiveDuringStart(time);
        }

        return true;
    }
}
