using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Revisions;

/// <summary>A change that is in force, or is being started, and is rolled back unless it is confirmed.</summary>
/// <param name="Until">Wall time.</param>
/// <param name="IsFirst">It is this machine's first configuration: the gateway is stopped, and the file removed.</param>
internal sealed record WaitingChange(string By, string? From, DateTimeOffset Until, bool IsFirst = false);

/// <summary>An order to change the configuration.</summary>
/// <param name="Keys">Settings that change.</param>
/// <param name="Limit">The change is rolled back unless it is confirmed within this time; null: it stays.</param>
/// <param name="Replaces">The gateway replaces itself. Otherwise only the text differs.</param>
internal sealed record ChangeOrder(string Text, IReadOnlyList<string> Keys, string? Comment, TimeSpan? Limit, bool Replaces);

/// <summary>
/// Changes the configuration file, and returns to the previous text when the change is not confirmed, is rolled back, or cannot be started. Each step is
/// noted in the state directory before it is done, so that the next process goes on with it. May be used from any thread.
/// </summary>
/// <param name="active">The settings of this process.</param>
/// <param name="replace">Starts a process that reads the file again.</param>
/// <param name="fail">Hears of a file of the state directory, or of the configuration, that cannot be read or written; a sentence.</param>
internal sealed class SettingsChanges(
    SettingsFile file, ConfigurationResult active, RevisionStore store, IMachineClock machine, TimeProvider clock, EventLog events, Action replace, Action<string> fail) : IDisposable
{
    public const string NothingWaits = "no change of the configuration waits for a confirmation";

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    /// <summary>Until the next attempt where neither file could be written.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly RevisionHistory _history = new(store);
    private ITimer? _timer;

    /// <summary>The change under way; null: none. Written under the lock.</summary>
    private volatile ChangeNote? _note;

    public RevisionHistory History => _history;

    public SettingsFile File => file;

    /// <summary>Null: no change waits for a confirmation.</summary>
    public WaitingChange? Waiting => _note is { IsReload: false, End: { } end, Phase: ChangePhase.Starting or ChangePhase.Waiting } note
        ? new WaitingChange(note.By, note.From, clock.WallNow() + TimeSpan.FromSeconds(Math.Max(0, end - machine.SinceBoot.TotalSeconds)), note.IsFirst)
        : null;

    /// <summary>This process serves with its settings: a change that led to them is complete, or waits for its confirmation from here on.</summary>
    /// <param name="failure">Why newer settings could not be started; null: these are the newest.</param>
    public void InForce(string? failure) => Guarded(() =>
    {
        var note = store.LoadNote();
        if (note is null)
        {
            if (failure is null)
            {
                _history.CameInForce(active.Text, Details(null, RevisionOrigin.Start));
            }
        }
        else if (note.IsFirst)
        {
            FirstArrived(note);
        }
        else if (note.Phase == ChangePhase.Undoing)
        {
            Returned(note, failure);
        }
        else if (failure is not null && active.Text != note.After)
        {
            Failed(note, failure);
        }
        else
        {
            Arrived(note);
        }
    });

    /// <summary>Writes another text to the file and has it started. The order was checked.</summary>
    /// <returns>Why not, in a sentence; null: done.</returns>
    public string? Apply(Author by, ChangeOrder order)
    {
        lock (_lock)
        {
            if (Waiting is { } waiting && waiting.By != by.Name)
            {
                return $"the change of {waiting.By} waits for its confirmation until {waiting.Until.UtcDateTime:HH:mm:ss}Z; confirm it or roll it back first";
            }

            if (_note is { Phase: not ChangePhase.Waiting })
            {
                return "another change of the configuration is under way; try again";
            }

            if (_note is { IsFirst: true })
            {
                return "the first configuration waits for its confirmation; confirm it first (`innkeeper config confirm`)";
            }

            var here = file.Read().Text;
            var previous = HasSameSettings(here) ? here : active.Text;
            if (here != previous && here != order.Text)
            {
                _history.Keep(here, Details(null, RevisionOrigin.Apply) with { Outcome = RevisionOutcome.Unused });
            }

            var end = order.Limit is { } limit ? machine.SinceBoot + limit : (TimeSpan?)null;
            Write(here, new ChangeNote(
                ChangePhase.Writing, _note?.Before ?? previous, previous, order.Text, by.Name, by.From, order.Comment, Boot: machine.BootId, End: end?.TotalSeconds ?? _note?.End,
                Limit: order.Limit?.TotalSeconds ?? _note?.Limit ?? 0), order);
            return null;
        }
    }

    /// <param name="here">The text that the file has.</param>
    private void Write(string here, ChangeNote note, ChangeOrder order)
    {
        var earlier = _note;
        try
        {
            Note(note);
            file.Write(order.Text);
            if (order.Replaces)
            {
                Note(note with { Phase = ChangePhase.Starting });
            }
            else
            {
                // Only its words differ: nothing is started, and there is nothing to roll back.
                Note(earlier is null ? null : earlier with { After = order.Text, Previous = order.Text });
                _history.CameInForce(order.Text, Details(note with { End = earlier?.End }, RevisionOrigin.Apply));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Attempt(() => file.Write(here));
            Attempt(() => Note(earlier));
            throw;
        }

        events.Add(new ConfigurationApplied(note.By, note.From, note.Comment, [.. order.Keys], order.Replaces ? Waiting?.Until : null));
        if (order.Replaces)
        {
            replace();
        }
    }

    /// <summary>A change by hand is to be started: the history will name the user.</summary>
    /// <returns>Why not; null: it may.</returns>
    public string? Reload(Author by, string text)
    {
        lock (_lock)
        {
            if (Waiting is { } waiting && text != _note?.After)
            {
                return $"the change of {waiting.By} waits for its confirmation until {waiting.Until.UtcDateTime:HH:mm:ss}Z, and the file has another text; run `innkeeper config confirm` or `innkeeper config rollback` first";
            }

            if (_note is null)
            {
                Guarded(() => Note(new ChangeNote(ChangePhase.Starting, "", "", text, by.Name, by.From, IsReload: true)));
            }

            return null;
        }
    }

    /// <summary>The change that waits stays.</summary>
    /// <returns>Why not; null: done.</returns>
    public string? Confirm(Author by) => Decide(note =>
    {
        Note(null);
        _history.End(note.After, RevisionOutcome.Confirmed);
        events.Add(new ConfigurationConfirmed(by.Name, by.From, note.By));
    });

    /// <summary>Rolls the change that waits back.</summary>
    /// <inheritdoc cref="Confirm"/>
    public string? Rollback(Author by) => Decide(note =>
    {
        var undone = note with { UndoneBy = by.Name, UndoneFrom = by.From };
        if (note.IsFirst)
        {
            // `innkeeper setup --web` reads it, and stops this process.
            Note(undone with { Phase = ChangePhase.Undoing });
            events.Add(new ConfigurationUndone(by.Name, by.From, note.By, null));
        }
        else
        {
            Undo(undone);
        }
    });

    /// <summary>Rolls a change back that was not confirmed in time.</summary>
    public void Tick() => Guarded(() =>
    {
        if (_note is { Phase: ChangePhase.Waiting, IsFirst: false, End: { } end } note && machine.SinceBoot.TotalSeconds >= end)
        {
            Undo(note with { Reason = NotConfirmed(note) });
        }
    });

    public void Dispose()
    {
        lock (_lock)
        {
            _timer?.Dispose();
            _timer = null;
        }
    }

    /// <summary>The settings to start with: those of the file, or the previous ones where a change is to be rolled back first.</summary>
    /// <param name="takesOver">The process before asked for this start, and noted all that is to be done.</param>
    public static ConfigurationResult Resume(ConfigurationResult loaded, bool takesOver, IMachineClock machine, Action<string> fail)
    {
        var store = new RevisionStore(loaded.StateDirectory);
        try
        {
            if (store.LoadNote() is not { IsReload: false, IsFirst: false } note || ReasonToUndo(note, takesOver, machine) is not { } undone)
            {
                return loaded;
            }

            var before = ConfigurationFile.Judge(note.Before, loaded.File);
            if (before.Config is null)
            {
                // A newer program may not know a setting of an older text.
                return loaded;
            }

            try
            {
                new RevisionHistory(store).KeepUnknown(loaded.Text, undone, machine.Wall);
                store.Save(undone);
                new SettingsFile(loaded.File).Write(note.Before);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                fail($"the gateway starts with the previous configuration, as the change of {note.By} is rolled back, but the files could not be written: {e.Message}");
            }

            return before;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is no note that could be read.
            return loaded;
        }
    }

    /// <returns>The note with the reason; null: the change stays.</returns>
    private static ChangeNote? ReasonToUndo(ChangeNote note, bool takesOver, IMachineClock machine) => note switch
    {
        { Phase: ChangePhase.Undoing } => note,
        _ when takesOver => null,
        { Phase: ChangePhase.Writing } => note with { Phase = ChangePhase.Undoing, Reason = "the gateway ended while it wrote the file" },
        { End: null } => null,
        _ when note.Boot != machine.BootId => note with { Phase = ChangePhase.Undoing, Reason = "the machine was started again before the change was confirmed" },
        _ when machine.SinceBoot.TotalSeconds >= note.End => note with { Phase = ChangePhase.Undoing, Reason = NotConfirmed(note) },
        _ => null,
    };

    private static string NotConfirmed(ChangeNote note) => $"it was not confirmed within {note.Limit:0} s";

    private string? Decide(Action<ChangeNote> decide)
    {
        lock (_lock)
        {
            if (_note is not { IsReload: false, End: not null } note)
            {
                return NothingWaits;
            }

            if (note.Phase != ChangePhase.Waiting)
            {
                return "the change is not in force yet, or is being rolled back; try again";
            }

            decide(note);
            return null;
        }
    }

    /// <summary>Has the previous text started. One of both files is enough: the note, or the file itself.</summary>
    private void Undo(ChangeNote note)
    {
        var undone = note with { Phase = ChangePhase.Undoing };
        Attempt(() => _history.KeepUnknown(file.Read().Text, undone, clock.WallNow()));
        var isNoted = Attempt(() => Note(undone));
        if (Attempt(() => file.Write(note.Before)) || isNoted)
        {
            replace();
        }
        else
        {
            _note = note with { End = (machine.SinceBoot + s_patience).TotalSeconds };
        }
    }

    /// <returns>Whether it was done. Otherwise the reason is in the log.</returns>
    private bool Attempt(Action act)
    {
        try
        {
            act();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            fail(SafeText.OneLine(e.Message));
            return false;
        }
    }

    private void Arrived(ChangeNote note)
    {
        var isApplied = !note.IsReload && active.Text == note.After;
        if (!isApplied && !note.IsReload && active.Text == note.Before)
        {
            Returned(note, null);
            return;
        }

        if (!note.IsReload && note.End is not null)
        {
            // First, so that it is rolled back even if nothing more can be written.
            note = note with { Phase = ChangePhase.Waiting };
            _note = note;
            _timer ??= clock.CreateTimer(_ => Tick(), null, s_interval, s_interval);
        }

        var how = isApplied ? RevisionOrigin.Apply : note.IsReload ? RevisionOrigin.Reload : RevisionOrigin.Start;
        _history.CameInForce(active.Text, Details(isApplied || note.IsReload ? note : null, how));
        Note(note.Phase == ChangePhase.Waiting ? note : null);
    }

    /// <summary>
    /// The first configuration on trial. `innkeeper setup --web` takes a missing note for the confirmation, so it stays until a user decides. In another boot, or with
    /// another text, that trial is over: an administrator started this process by hand.
    /// </summary>
    private void FirstArrived(ChangeNote note)
    {
        var isOnTrial = active.Text == note.After && note.Boot == machine.BootId;
        var next = !isOnTrial ? null : note.Phase == ChangePhase.Undoing ? note : note with { Phase = ChangePhase.Waiting };
        _note = next;
        _history.CameInForce(active.Text, Details(isOnTrial ? note : null, isOnTrial ? RevisionOrigin.Apply : RevisionOrigin.Start));
        Note(next);
    }

    /// <summary>The text of a change that could not be started leaves the file. A change by hand stays there, so that its author finds it.</summary>
    private void Failed(ChangeNote note, string failure)
    {
        if (!_history.End(note.After, RevisionOutcome.Failed))
        {
            _history.Keep(note.After, Details(note, note.IsReload ? RevisionOrigin.Reload : RevisionOrigin.Apply) with { Outcome = RevisionOutcome.Failed });
        }

        _history.CameInForce(active.Text, Details(null, RevisionOrigin.Rollback));
        if (!note.IsReload)
        {
            Attempt(() => _history.KeepUnknown(file.Read().Text, note, clock.WallNow()));
            Attempt(() => file.Write(note.Previous));
            events.Add(new ConfigurationUndone(null, null, note.By, $"its settings cannot be started ({failure})"));
        }

        if (!note.IsReload && note.Previous != note.Before && note.End is not null)
        {
            // The change before this one waits for its confirmation still.
            Arrived(note with { After = note.Previous });
        }
        else
        {
            Note(null);
        }
    }

    private void Returned(ChangeNote note, string? failure)
    {
        if (failure is null)
        {
            _history.End(note.After, RevisionOutcome.Undone);
            _history.CameInForce(active.Text, Details(note with { By = note.UndoneBy ?? "innkeeper", From = note.UndoneFrom, Comment = null, End = null }, RevisionOrigin.Rollback));
            events.Add(new ConfigurationUndone(note.UndoneBy, note.UndoneFrom, note.By, note.Reason));
        }

        Note(null);
    }

    private void Note(ChangeNote? note)
    {
        if (note is null)
        {
            store.DeleteNote();
        }
        else
        {
            store.Save(note);
        }

        _note = note;
    }

    private Revision Details(ChangeNote? note, string how) => new(
        0, clock.WallNow(), note?.By, note?.From, note?.Comment, how, note?.End is null ? RevisionOutcome.Applied : RevisionOutcome.Waiting, 0, "");

    /// <summary>The file may have other words than the settings that this process was started with.</summary>
    private bool HasSameSettings(string text) =>
        ConfigurationFile.Judge(text, file.Path) is { Config: not null } judged && EffectiveConfiguration.Changed(active, judged).IsEmpty;

    private void Guarded(Action act)
    {
        lock (_lock)
        {
            try
            {
                act();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                fail($"the history of the configuration cannot be kept: {SafeText.OneLine(e.Message)}");
            }
        }
    }
}
