using System.Net;
using System.Runtime.InteropServices;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Control;
using Innkeeper.Hosting;
using Innkeeper.Interop;
using Innkeeper.Links;
using Innkeeper.Revisions;
using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <summary>
/// `innkeeper setup --web`: serves the first-run page, then has the gateway tried, and again if that was not confirmed. It is root's: the gateway's user
/// may not write to /etc (docs/decisions/0023-first-run.md).
/// </summary>
/// <param name="hasUnit">systemd runs the gateway.</param>
/// <param name="replaces">A file that is there is replaced.</param>
/// <param name="output">For the administrator; the terminal may go away.</param>
internal sealed class FirstRunHost(FirstRunSettings settings, IPEndPoint listen, bool hasUnit, bool replaces, string etc, TextWriter output)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    /// <summary>Files of the state that this command writes as root.</summary>
    private static readonly string[] s_written =
        ["accounts.db", "accounts.db-wal", "accounts.db-shm", "accounts.db-journal", "web.pem", "web.pem.new", "web.key", "web.key.new", "configuration"];

    private readonly InnkeeperConfig _usual = new();

    private RevisionStore Store => new(_usual.State.Directory);

    /// <returns>The exit code.</returns>
    public int Run(Action<string> fail)
    {
        if (WhyNot() is { } reason)
        {
            fail(reason);
            return ExitCode.Failure;
        }

        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Cancel(context, stop));
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Cancel(context, stop));
        SetPortsUp();
        var earlier = default(EarlierTrials);
        PosixSignalRegistration? hangup = null;
        try
        {
            while (true)
            {
                if (Serve(earlier, fail, stop.Token) is not { } order)
                {
                    return stop.IsCancellationRequested ? ExitCode.Ok : ExitCode.Failure;
                }

                // The trial may cut the terminal off: what was begun is ended in an orderly way all the same.
                hangup ??= PosixSignalRegistration.Create(PosixSignal.SIGHUP, context => context.Cancel = true);
                var child = hasUnit ? null : new ChildGateway(ProgramFile.OfThisProcess(null).Path, settings.File, Say, TearDown);
                using (child)
                {
                    if (Try(order, child ?? (ITrialGateway)new UnitGateway(Tool.Run, TearDown), stop.Token) is not { } outcome)
                    {
                        return child?.Wait(stop.Token) ?? ExitCode.Ok;
                    }

                    earlier = new EarlierTrials(earlier.Count + 1, outcome);
                }
            }
        }
        finally
        {
            hangup?.Dispose();
        }
    }

    /// <summary>Why it cannot begin; null: it can. A trial that the machine's end broke off is taken back.</summary>
    private string? WhyNot()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return "it writes to /etc and starts the gateway; run this as root";
        }

        if (ControlServer.IsAnswering(_usual.Control.Socket))
        {
            return $"a gateway is running (it answers at {_usual.Control.Socket}); change its settings on its console, or stop it first";
        }

        try
        {
            if (LinkIn(_usual.State.Directory) is { } link)
            {
                return $"{link} is a symbolic link; this command follows none there, as the gateway's user may have made it. Remove it";
            }

            if (BrokenOffTrial.TakeBack(settings.File, Store, new NetworkManagers(etc), Give))
            {
                Say($"an earlier trial ended without a confirmation; took {settings.File} back");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return SafeText.OneLine(e.Message);
        }

        return File.Exists(settings.File) && !replaces ? $"{SafeText.Shorten(settings.File)} is there already; --force replaces it and keeps it as {SafeText.Shorten(settings.File)}.bak" : null;
    }

    /// <summary>A link among the files of the state that this command, as root, writes; null: there is none.</summary>
    internal static string? LinkIn(string directory) => !Directory.Exists(directory) ? null
        : s_written.Select(name => Path.Combine(directory, name)).FirstOrDefault(file => new FileInfo(file).LinkTarget is not null);

    /// <summary>Devices are heard only on an interface that is up.</summary>
    private void SetPortsUp()
    {
        foreach (var port in InterfaceSurvey.Read().Where(p => !p.IsUp))
        {
            try
            {
                // A device's router advertisement must not give this host an address or a route.
                _ = Sysctl.Write($"net/ipv6/conf/{port.Name}/accept_ra", "0");
                if (Netlink.ReadInterface(port.Name, out var link))
                {
                    Netlink.SetUp(link.Index);
                    Say($"set {port.Name} up, to hear who is there");
                }
            }
            catch (NetlinkException)
            {
                // The page shows it as down.
            }
        }
    }

    /// <returns>Null: it is to end, or cannot serve.</returns>
    private FirstRunOrder? Serve(EarlierTrials earlier, Action<string> fail, CancellationToken stop)
    {
        using var server = new FirstRunServer(settings, listen, _usual.State.Directory, earlier);
        var outcome = earlier.Outcome;
        var reason = server.AccountsFailure ?? server.Begin();
        if (reason is not null && outcome is null)
        {
            fail(reason);
            return null;
        }

        Say(outcome is null ? $"open {server.Link()}" : $"the configuration was taken back: {outcome}. The page is there again: {server.Url}/");
        if (outcome is null && server.Fingerprint is { } fingerprint)
        {
            Say($"the browser will warn of the certificate once; its SHA-256 fingerprint is {fingerprint}");
        }

        if (outcome is null && IPAddress.IsLoopback(listen.Address))
        {
            Say($"from another machine: `ssh -L {listen.Port}:{listen} THIS-MACHINE`, and then open the link there");
        }

        return server.Await(stop);
    }

    /// <returns>Why it was taken back; null: it was confirmed.</returns>
    private string? Try(FirstRunOrder order, ITrialGateway gateway, CancellationToken stop)
    {
        Say($"trying the configuration for {settings.ConfirmWithin.TotalSeconds:0} s; confirm it on the page, or with `innkeeper config confirm`");
        var files = new FirstRunFiles(settings, new NetworkManagers(etc), Give, Changed);
        var outcome = new Trial(files, gateway, Store, new MachineClock(), settings.ConfirmWithin).Run(order, stop);
        if (outcome is null)
        {
            Say(hasUnit ? "confirmed: the gateway runs, now and after every boot" : $"confirmed: the gateway runs until this command ends; `innkeeper run --config {settings.File}` starts it again");
        }

        return outcome;
    }

    private void Give(string file)
    {
        if (hasUnit)
        {
            ServiceUser.Give(file);
        }
    }

    /// <summary>Where systemd runs, the programs that manage interfaces read their files again. A program that does not run refuses that, and needs it not.</summary>
    private void Changed(string text, string? command)
    {
        Say(command is null || hasUnit ? text : new ManagerChange(text, command).ToString());
        if (command is not null && hasUnit)
        {
            Tool.Run(command.Split(' '), s_patience);
        }
    }

    private void TearDown()
    {
        using var errors = new StringWriter();
        if (Teardown.Run(_usual, TextWriter.Null, errors) != ExitCode.Ok)
        {
            Say(errors.ToString().TrimEnd());
        }
    }

    private void Say(string text)
    {
        try
        {
            output.WriteLine(text);
            output.Flush();
        }
        catch (IOException)
        {
            // The terminal is gone.
        }
    }

    private static void Cancel(PosixSignalContext context, CancellationTokenSource stop)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
