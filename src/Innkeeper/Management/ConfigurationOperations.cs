using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Interfaces;
using Innkeeper.Management.Contracts;
using Innkeeper.Revisions;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>The active settings, a reload of others, and changes of the file with a way back.</summary>
/// <param name="configuration">The settings in force.</param>
/// <param name="network">The interfaces now.</param>
/// <param name="check">Whether settings fit this machine as it is now: every error.</param>
/// <param name="checkProgram">
/// Whether the program's file, if it was replaced, can take over with a file of settings: every reason why not, in words. Null: it was not replaced.
/// </param>
/// <param name="changes">Null: the gateway was started with options, and there is no file.</param>
internal sealed class ConfigurationOperations(
    ConfigurationResult configuration, Func<NetworkState> network, Func<ConfigurationResult, IReadOnlyList<ConfigurationError>> check, Func<Func<string>, IReadOnlyList<string>?> checkProgram,
    SettingsStatus settings, SettingsEffects effects, IGatewayLifetime lifetime, SettingsChanges? changes, RevisionStore store, IAuditTrail audit) : IConfigurationOperations
{
    private const int Schema = 1;
    private const int MostComment = 200;

    /// <summary>Of the time for a confirmation, in seconds.</summary>
    private const int LeastLimit = 5;

    private static readonly TimeSpan s_mostLimit = TimeSpan.FromHours(1);

    /// <summary>The settings that a gateway started now would use.</summary>
    public static ConfigReport Preview(ConfigurationResult configuration) => ReportOf(configuration, NetworkState.Read(configuration.Config!, out _), isInForce: false);

    public Result<ConfigReport> Get(Actor actor) => Refusal(actor) is { } refusal ? refusal : ReportOf(configuration, network(), isInForce: true);

    public Result<ConfigFileReport> GetFile(Actor actor) => Refusal(actor) is { } refusal ? refusal : WithFile<ConfigFileReport>(changes =>
    {
        var text = changes.File.Read();
        var note = changes.File.WhyReadOnly();
        return new ConfigFileReport(Schema, configuration.File, text.Text, note is null, note, text.Tag);
    });

    public Result<CheckReport> Check(Actor actor, ConfigText text) => Refusal(actor) is { } refusal ? refusal
        : text.Text is null ? new Invalid("text", null, "the text of a configuration file")
        : new CheckReport(Schema, [.. ErrorsOf(ConfigurationFile.Judge(text.Text, configuration.File)).Select(e => new CheckError(e.Line, e.Column, e.Key is "file" or "" ? null : e.Key, e.Text))]);

    public Result<ReloadReport> Preview(Actor actor) => Refusal(actor) is { } refusal ? refusal : Next(ConfigurationFile.Load(configuration.File), checkProgram(() => configuration.File), out _);

    public Result<ReloadReport> PreviewText(Actor actor, ConfigText text) => Refusal(actor) is { } refusal ? refusal : WithFile(changes =>
    {
        var next = text.Text is { } given ? Weigh(given, out _) : Preview(actor);
        return next.IsOk ? Detailed(next.Value, changes.File.Read().Text, text.Text) : next;
    });

    public Result<ReloadReport> Reload(Actor actor)
    {
        if (Refusal(actor) is { } refusal)
        {
            return refusal;
        }

        var file = ConfigurationFile.Load(configuration.File);
        var next = Next(file, checkProgram(() => configuration.File), out var isReplacing);
        if (next.Failure is not null)
        {
            return next;
        }

        if (!isReplacing)
        {
            // The file and the machine are right as they are: a failure from earlier does not matter any more.
            settings.Forgive();
            return next;
        }

        if (changes?.Reload(AuthorOf(actor), file.Text) is { } reason)
        {
            return new Rejected([reason]);
        }

        Audit(actor, "configuration-reload", "reloaded the file", ValuesOf(next.Value!.Changed, file));
        lifetime.RequestReplacement();
        return next.Value! with { Number = settings.Number + 1 };
    }

    public Result<ReloadReport> Apply(Actor actor, ApplyRequest request, WriteOptions options) => Refusal(actor) is { } refusal ? refusal : WithFile(changes =>
    {
        if (Fault(request, out var limit) is { } wrong)
        {
            return wrong;
        }

        var here = changes.File.Read();
        if (!options.Fits(here.Tag))
        {
            return new Changed("configuration file", configuration.File);
        }

        if (changes.File.WhyReadOnly() is { } readOnly)
        {
            return new Unavailable(readOnly);
        }

        var next = Weigh(request.Text!, out var isReplacing);
        if (!next.IsOk)
        {
            return next;
        }

        var report = Detailed(next.Value, here.Text, request.Text);
        if (options.IsDryRun)
        {
            return report with { DryRun = true };
        }

        if (!isReplacing && request.Text == here.Text)
        {
            settings.Forgive();
            return report;
        }

        var order = new ChangeOrder(request.Text!, report.Changed, request.Comment is { } comment ? SafeText.Collapse(comment) : null, limit, isReplacing);
        if (changes.Apply(AuthorOf(actor), order) is { } reason)
        {
            return new Rejected([reason]);
        }

        Audit(actor, "configuration-apply", $"applied {order.Keys.Count} changed settings{(limit is { } time ? $", to be confirmed within {time.TotalSeconds:0} s" : "")}", report.Values);
        return isReplacing ? report with { Number = settings.Number + 1, Pending = PendingOf(changes) } : report;
    });

    public Result<ConfigChange> Confirm(Actor actor, WriteOptions options) =>
        Decide(actor, options, "configuration-confirm", (changes, by) => changes.Confirm(by), () => new ConfigChange("the configuration stays"));

    public Result<ConfigChange> Rollback(Actor actor, WriteOptions options) =>
        Decide(actor, options, "configuration-rollback", (changes, by) => changes.Rollback(by),
            () => changes?.Waiting is { IsFirst: true }
                ? new ConfigChange("`innkeeper setup` stops this gateway and takes the file back")
                : new ConfigChange("the previous configuration returns", Replaces: true, settings.Number + 1));

    public Result<PendingReport> GetPending(Actor actor) => Refusal(actor) is { } refusal ? refusal : PendingOf(changes) ?? new PendingReport();

    public Result<HistoryReport> ListHistory(Actor actor) => Refusal(actor) is { } refusal ? refusal : WithFile<HistoryReport>(changes =>
    {
        var list = changes.History.List;
        return new HistoryReport(Schema, list.InForce, store.Directory, [.. list.Entries.Reverse().Select(EntryOf)]);
    });

    public Result<HistoryEntry> GetHistory(Actor actor, string number) => Refusal(actor) is { } refusal ? refusal : WithFile<HistoryEntry>(changes =>
        int.TryParse(number, out var wanted) && changes.History.List.Entries.FirstOrDefault(e => e.Number == wanted) is { } entry && store.LoadText(wanted) is { } text
            ? EntryOf(entry) with { Text = text }
            : new NotFound("revision of the configuration", number));

    /// <summary>The change that waits for its confirmation; null: none.</summary>
    internal static PendingReport? PendingOf(SettingsChanges? changes) => changes?.Waiting is { } waiting ? new PendingReport(waiting.Until, waiting.By, waiting.IsFirst) : null;

    /// <summary>Ends the change that waits.</summary>
    private Result<ConfigChange> Decide(Actor actor, WriteOptions options, string what, Func<SettingsChanges, Author, string?> decide, Func<ConfigChange> outcome) => Refusal(actor) is { } refusal ? refusal : WithFile<ConfigChange>(changes =>
    {
        var done = outcome();
        if (options.IsDryRun)
        {
            return changes.Waiting is null ? new Rejected([SettingsChanges.NothingWaits]) : done with { Number = null };
        }

        if (decide(changes, AuthorOf(actor)) is { } reason)
        {
            return new Rejected([reason]);
        }

        Audit(actor, what, done.Text, []);
        return done;
    });

    private void Audit(Actor actor, string what, string text, IReadOnlyList<ValueChange>? values)
    {
        var (before, after) = AuditFields.Of((values ?? []).ToDictionary(v => v.Key, v => v.Before), (values ?? []).ToDictionary(v => v.Key, v => v.After));
        audit.Add(new AuditEntry(actor, what, configuration.File, text, before, after));
        audit.Flush();
    }

    private static Forbidden? Refusal(Actor actor) => actor.Lacks(Permission.Admin);

    private static Author AuthorOf(Actor actor) => new(actor.Name, actor.From is Actor.Socket or Actor.Signal ? null : actor.From);

    private HistoryEntry EntryOf(Revision revision) => new(
        revision.Number, revision.Time, revision.By, revision.From, revision.Comment, revision.How, revision.Outcome, revision.Octets, store.TextOf(revision.Number));

    private static Invalid? Fault(ApplyRequest request, out TimeSpan? limit)
    {
        limit = request.ConfirmWithin is { } time ? SettingTypes.ParseDuration(time, LeastLimit) : null;
        return request.Text is null ? new Invalid("text", null, "the text of a configuration file")
            : request.Comment is { } comment && (comment.Length > MostComment || !SafeText.IsOneLine(comment)) ? new Invalid("comment", comment, $"one line of up to {MostComment} characters")
            : request.ConfirmWithin is not null && (limit is null || limit > s_mostLimit) ? new Invalid("confirm_within", request.ConfirmWithin, $"a time from \"{LeastLimit}s\" to \"1h\", such as \"60s\"")
            : null;
    }

    private Result<T> WithFile<T>(Func<SettingsChanges, Result<T>> act)
        where T : class
    {
        if (changes is null)
        {
            return NoFile();
        }

        try
        {
            return act(changes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Unavailable($"the configuration file, or its history, cannot be used: {SafeText.OneLine(e.Message)}");
        }
    }

    private static Unavailable NoFile() => new("the gateway was started with options, not with a file; the active configuration is unchanged");

    private IReadOnlyList<ConfigurationError> ErrorsOf(ConfigurationResult next) => next.Config is null ? next.Errors : check(next);

    /// <summary>The effects of a text that is not on disk. Another version of the program may have other settings, and judges the text itself.</summary>
    private Result<ReloadReport> Weigh(string text, out bool isReplacing)
    {
        isReplacing = false;
        var next = ConfigurationFile.Judge(text, configuration.File);
        if (next.Config is { } config && config.State.Directory != configuration.StateDirectory)
        {
            return new Rejected([
                next.ErrorAt("state.directory", "cannot be changed by `config apply`: the way back to the previous configuration is kept there; change the file by hand, and run `innkeeper config reload`").ToString(),
            ]);
        }

        var ofProgram = store.WithCandidate(text, write => checkProgram(write));
        return Next(next, ofProgram, out isReplacing);
    }

    /// <summary>The effects of settings.</summary>
    /// <param name="ofProgram">The reasons why a program that was replaced cannot take over with them; null: it was not replaced.</param>
    /// <param name="isReplacing">Whether a reload would start another process: for other settings, or for another program.</param>
    private Result<ReloadReport> Next(ConfigurationResult next, IReadOnlyList<string>? ofProgram, out bool isReplacing)
    {
        isReplacing = false;
        if (!configuration.IsFromFile)
        {
            return NoFile();
        }

        var errors = ofProgram ?? [.. ErrorsOf(next).Select(e => e.ToString())];
        if (errors.Count > 0)
        {
            return new Rejected(errors);
        }

        isReplacing = ofProgram is not null;
        if (next.Config is null)
        {
            return new ReloadReport([], Replaces: isReplacing);
        }

        var changed = EffectiveConfiguration.Changed(configuration, next);
        isReplacing |= !changed.IsEmpty;
        return isReplacing
            ? effects.Add(new ReloadReport(changed, Replaces: true, Socket: next.ControlSocket == configuration.ControlSocket ? null : next.ControlSocket), next.Config)
            : new ReloadReport([]);
    }

    /// <summary>With both values of each setting, and the difference of the texts.</summary>
    /// <param name="here">The text of the file.</param>
    /// <param name="after">Null: the file is compared with the settings in force.</param>
    private ReloadReport Detailed(ReloadReport report, string here, string? after)
    {
        return report with
        {
            Values = ValuesOf(report.Changed, ConfigurationFile.Judge(after ?? here, configuration.File)),
            Diff = TextDiff.Of(after is null ? configuration.Text : here, after ?? here, configuration.File),
        };
    }

    private List<ValueChange> ValuesOf(IReadOnlyList<string> keys, ConfigurationResult next)
    {
        var (before, now) = (ValuesOf(configuration), next.Config is null ? [] : ValuesOf(next));
        return [.. keys.Select(key => new ValueChange(key, before.GetValueOrDefault(key), now.GetValueOrDefault(key)))];
    }

    private static ImmutableDictionary<string, string?> ValuesOf(ConfigurationResult configuration) =>
        EffectiveConfiguration.Of(configuration, null).ToImmutableDictionary(v => v.Key, v => v.Value);

    private static ConfigReport ReportOf(ConfigurationResult configuration, NetworkState? now, bool isInForce) => new(
        Schema, configuration.File, isInForce,
        [
            .. EffectiveConfiguration.Of(configuration, now is null ? null : new InterfaceReadings(now.HasAddress ? now.UplinkAddress : null, now.Gateway, now.UplinkMac, now.UplinkMtu, now.AccessNetwork))
                .Select(v => new ConfigValueReport(v.Key, v.Value, v.Origin)),
        ]);
}
