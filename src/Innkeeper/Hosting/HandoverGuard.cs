using System.Diagnostics;
using Innkeeper.Interop;
using Microsoft.Extensions.Hosting.Systemd;

namespace Innkeeper.Hosting;

/// <summary>The guard of a handover watches the new program, and decides whether it must take its place (decision 18).</summary>
internal static class HandoverGuard
{
    /// <summary>For a new program to come to work. A start takes a second, where the kernel's verifier is slow a few.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_killPatience = TimeSpan.FromSeconds(5);

    /// <summary>systemd attributes a message to the process that sent it, which it must find alive when it reads the message.</summary>
    private static readonly TimeSpan s_systemdPatience = TimeSpan.FromSeconds(2);

    /// <summary>While the handover is under way the guard is the service's main process: if the new program ends, the service goes on.</summary>
    public static void BecomesMain(int guard) => new SystemdNotifier().Notify(new ServiceState($"MAINPID={guard}"));

    /// <param name="program">The file that the new program was started from.</param>
    /// <returns>Why this process must be the gateway; null: the new program is at work.</returns>
    public static string? Watch(HandoverWatch watch, string program)
    {
        watch.SayHere();
        var watchdog = ServiceWatchdog.LimitFor(watch.Process);
        var end = Await(watch, watchdog);
        if (end == HandoverEnd.Ready)
        {
            var notifier = new SystemdNotifier();
            notifier.Notify(new ServiceState($"MAINPID={watch.Process}"));
            watch.SayHere();
            if (notifier.IsEnabled)
            {
                Thread.Sleep(s_systemdPatience);
            }

            return null;
        }

        if (end == HandoverEnd.Late)
        {
            watch.Kill(s_killPatience);
        }

        if (watchdog is { } limit)
        {
            ServiceWatchdog.TakeOver();
            ServiceWatchdog.GiveDuringStart(limit);
        }

        return end == HandoverEnd.Late ? $"the program {program} was not at work after {Limit.TotalSeconds} s" : $"the program {program} ended before it was at work";
    }

    /// <summary>Waits, and gives the service's sign of life meanwhile: the new program is not the main process yet.</summary>
    private static HandoverEnd Await(HandoverWatch watch, TimeSpan? watchdog)
    {
        var begin = Stopwatch.GetTimestamp();
        while (true)
        {
            var left = Limit - Stopwatch.GetElapsedTime(begin);
            var wait = watchdog is { } limit && ServiceWatchdog.IntervalOf(limit) is var interval && interval < left ? interval : left;
            var end = watch.Await(wait);
            if (end != HandoverEnd.Late || wait == left)
            {
                return end;
            }

            ServiceWatchdog.Give();
        }
    }
}
