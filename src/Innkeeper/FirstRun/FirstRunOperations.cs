using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Hosting;
using Innkeeper.Links;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Storage;
using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <summary>The frame of a first run, which the command line gave.</summary>
/// <param name="File">A full path.</param>
/// <param name="Listen">For the file; null: the console's default address.</param>
/// <param name="ConfirmWithin">How long a trial waits for its confirmation.</param>
internal sealed record FirstRunSettings(string File, string? Listen, TimeSpan ConfirmWithin)
{
    /// <summary>Beside the configuration.</summary>
    public string PasswordFile => Path.Combine(Path.GetDirectoryName(File)!, "mail.password");
}

/// <summary>Trials that were taken back since the command began.</summary>
/// <param name="Outcome">Why the last one was; null: there was none.</param>
internal readonly record struct EarlierTrials(int Count, string? Outcome);

/// <summary>A configuration to try.</summary>
/// <param name="By">The administrator.</param>
/// <param name="Text">Of the configuration file.</param>
/// <param name="MailPassword">Null: there is none.</param>
internal sealed record FirstRunOrder(Actor By, ChosenInterfaces Interfaces, string Text, string? MailPassword);

/// <inheritdoc/>
/// <param name="ports">Reads the interfaces.</param>
/// <param name="check">The errors of a file on this machine, as `innkeeper check` finds them.</param>
/// <param name="earlier">The trials before.</param>
/// <param name="apply">Takes an order; another one is refused.</param>
internal sealed class FirstRunOperations(
    FirstRunSettings settings, Func<IReadOnlyList<SurveyedInterface>> ports, IPortWatcher watcher, Vendors vendors, Func<ConfigurationResult, IReadOnlyList<string>> check,
    IAuditTrail audit, TimeProvider clock, EarlierTrials earlier, Func<FirstRunOrder, bool> apply) : IFirstRunOperations
{
    private const int Schema = 1;

    /// <summary>Stations that are named for each interface.</summary>
    private const int MostNamed = 8;

    private const string Busy = "another one is under way; wait for its end";

    private int _isAsking;
    private int _isTesting;

    public Result<FirstRunReport> Get(Actor actor)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        try
        {
            var all = ports();
            var uplink = PortSuggestion.Uplink(all);
            var heard = all.ToDictionary(p => p.Name, p => watcher.HeardOn(p.Name)?.Count ?? 0);
            return new FirstRunReport(
                Schema, [.. all.Select(p => ReportOf(p, heard[p.Name]))], PortSuggestion.Access(all, uplink, heard), uplink, settings.File, File.Exists(settings.File),
                (int)settings.ConfirmWithin.TotalSeconds, earlier.Outcome, earlier.Count);
        }
        catch (NetlinkException e)
        {
            return new Unavailable(e.Message);
        }
    }

    public async ValueTask<Result<PlanReport>> PlanAsync(Actor actor, PlanRequest request, CancellationToken stop)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        if (request.Devices is not ({ } devices and >= 1 and <= AddressPlan.MostDevices))
        {
            return new Invalid("devices", request.Devices?.ToString(System.Globalization.CultureInfo.InvariantCulture), $"a number from 1 to {AddressPlan.MostDevices}; docs/sizing.md has what more devices take");
        }

        if (ports().FirstOrDefault(p => p.Name == request.Uplink) is not { } uplink)
        {
            return new Invalid("uplink", request.Uplink, $"one of {string.Join(", ", ports().Select(p => p.Name))}");
        }

        var needed = AddressPlan.Needed(devices);
        if (needed == 0 || uplink.Address is not { } network)
        {
            return new PlanReport(Schema, devices, needed, [], 0, 0, 0);
        }

        if (Interlocked.Exchange(ref _isAsking, 1) == 1)
        {
            return new Unavailable(Busy);
        }

        try
        {
            var candidates = AddressPlan.Candidates(network, uplink.Router, needed);
            var used = await Task.Run(() => watcher.Ask(uplink.Name, candidates, stop), stop).ConfigureAwait(false);
            var chosen = AddressPlan.Choose(candidates, used, needed);
            return new PlanReport(Schema, devices, needed, [.. chosen.Select(TextOf)], (int)chosen.Sum(r => r.Count), candidates.Length, used.Count);
        }
        catch (NetlinkException e)
        {
            return new Unavailable(e.Message);
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }

    public Result<FirstRunFile> Preview(Actor actor, FirstRunChoices choices)
    {
        var judged = Judge(actor, choices);
        return judged.IsOk ? new FirstRunFile(Schema, settings.File, judged.Value.Text, judged.Value.Errors) : judged.Failure;
    }

    public async ValueTask<Result<MailTestReport>> TestMailAsync(Actor actor, FirstRunMail mail, CancellationToken stop)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        // The password is in a file of its own for as long as the test takes: the settings take it from no other place.
        var passwordFile = settings.PasswordFile + ".test";
        var read = ChoiceReader.ReadMail(mail, passwordFile);
        if (!read.IsOk)
        {
            return read.Failure;
        }

        var judged = ConfigurationFile.Judge(SetupFile.Text(new SetupChoices(new ChosenInterfaces("devices", "out")) { Mail = read.Value }), settings.File);
        if (judged.Config is not { } config)
        {
            return new MailTestReport(Schema, false, string.Join("; ", judged.Errors.Select(e => $"{e.Key}: {e.Text}")), []);
        }

        if (Interlocked.Exchange(ref _isTesting, 1) == 1)
        {
            return new Unavailable(Busy);
        }

        try
        {
            if (read.Value.PasswordFile is not null)
            {
                File.Delete(passwordFile);
                StateFiles.CreateDirectory(Path.GetDirectoryName(passwordFile)!);
                StateFiles.CreatePrivate(passwordFile);
                await File.WriteAllTextAsync(passwordFile, mail.Password!.Trim(), stop).ConfigureAwait(false);
            }

            return await new OutboxOperations([], config.Mail, audit, clock).TestMailAsync(actor, new MailTestRequest(), stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unavailable(SafeText.OneLine(e.Message));
        }
        finally
        {
            File.Delete(passwordFile);
            Volatile.Write(ref _isTesting, 0);
        }
    }

    public Result<FirstRunTrial> Apply(Actor actor, FirstRunChoices choices)
    {
        var judged = Judge(actor, choices);
        if (!judged.IsOk)
        {
            return judged.Failure;
        }

        if (judged.Value.Errors.Count > 0)
        {
            return new Rejected(judged.Value.Errors);
        }

        var password = judged.Value.Choices.Mail?.PasswordFile is null ? null : choices.Mail!.Password!.Trim();
        if (!apply(new FirstRunOrder(actor, judged.Value.Choices.Interfaces, judged.Value.Text, password)))
        {
            return new Unavailable("a trial is under way");
        }

        audit.Add(new AuditEntry(actor, "configuration-apply", settings.File, $"applied the first configuration, to be confirmed within {settings.ConfirmWithin.TotalSeconds:0} s"));
        audit.Flush();
        return new FirstRunTrial(Schema, (int)settings.ConfirmWithin.TotalSeconds);
    }

    private Result<Judged> Judge(Actor actor, FirstRunChoices choices)
    {
        if (actor.Lacks(Permission.Admin) is { } refusal)
        {
            return refusal;
        }

        var read = ChoiceReader.Read(choices, [.. ports().Select(p => p.Name)], settings.Listen, settings.PasswordFile);
        if (!read.IsOk)
        {
            return read.Failure;
        }

        var text = SetupFile.Text(read.Value);
        var result = ConfigurationFile.Judge(text, settings.File);

        // The password's file is written with the configuration, and is not there before.
        IReadOnlyList<string> errors = result.Config is not { } config ? [.. result.Errors.Select(e => e.ToString())]
            : check(result with { Config = config with { Mail = config.Mail with { Password = new SecretSource() } } });
        return new Judged(read.Value, text, errors);
    }

    private FirstRunPort ReportOf(SurveyedInterface port, int heard)
    {
        var hardware = port.Driver is null ? port.Vendor : port.Vendor is null ? port.Driver : $"{port.Vendor} ({port.Driver})";
        return new FirstRunPort(
            port.Name, port.Mac.ToString(), port.IsUp, port.HasCarrier, port.Address?.ToString(), port.Router?.ToString(), watcher.DoesRouterAnswer(port.Name), hardware, heard,
            [.. (watcher.HeardOn(port.Name)?.Latest(MostNamed) ?? []).Select(s => new HeardStation(s.Mac.ToString(), s.Vlan, s.Address?.ToString(), vendors.Find(s.Mac)))]);
    }

    private static string TextOf(AddressRange range) => range.First == range.Last ? range.First.ToString() : $"{range.First}-{range.Last}";

    private sealed record Judged(SetupChoices Choices, string Text, IReadOnlyList<string> Errors);
}
