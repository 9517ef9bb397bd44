using Innkeeper.Clocks;
using Innkeeper.Revisions;
using Innkeeper.Wire;

namespace Innkeeper.FirstRun;

/// <summary>The gateway that a trial starts.</summary>
internal interface ITrialGateway
{
    /// <summary>Starts it, not for the next boot yet, and waits until it serves.</summary>
    /// <returns>Why it does not, as a sentence; null: it does.</returns>
    string? Start(TimeSpan limit, CancellationToken stop);

    /// <summary>Why it ended; null: it runs, or is started again by another program.</summary>
    string? WhyEnded { get; }

    /// <summary>Ends it, and removes what it left at work.</summary>
    void Stop();

    /// <summary>It is started at each boot from now on.</summary>
    void Keep();
}

/// <summary>How a trial is going.</summary>
internal enum TrialState
{
    /// <summary>The gateway runs, and a confirmation is awaited.</summary>
    Trying,

    Confirmed,

    TakenBack,
}

/// <param name="Reason">Why it is taken back; null otherwise.</param>
internal readonly record struct TrialStep(TrialState State, string? Reason = null);

/// <summary>
/// The first configuration on trial. The gateway's process knows of it by a <see cref="ChangeNote"/> in its state directory, deletes the note when an administrator
/// confirms, and notes when one undoes it. This process reads the note, which needs no answer of a gateway that may not work.
/// </summary>
internal sealed class Trial(IFirstRunFiles files, ITrialGateway gateway, RevisionStore store, IMachineClock clock, TimeSpan limit)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(200);

    /// <returns>Why it was taken back, as a sentence; null: it was confirmed.</returns>
    public string? Run(FirstRunOrder order, CancellationToken stop)
    {
        var end = clock.SinceBoot + limit;
        var isBegun = false;
        string? reason;
        try
        {
            var before = files.Present;
            files.Write(order);
            isBegun = true;
            store.Save(new ChangeNote(
                ChangePhase.Starting, before, before, order.Text, order.By.Name, order.By.From, Boot: clock.BootId, End: end.TotalSeconds, Limit: limit.TotalSeconds, IsFirst: true));
            reason = gateway.Start(limit, stop) ?? Await(end, stop);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = $"{SafeText.OneLine(e.Message)}";
        }

        if (reason is null)
        {
            gateway.Keep();
            return null;
        }

        return isBegun ? TakeBack(order, reason, stop) : reason;
    }

    /// <param name="note">As it is on the disk.</param>
    /// <param name="ended">Why the gateway ended; null: it runs.</param>
    /// <param name="now">The machine's uptime, as <paramref name="end"/>.</param>
    internal static TrialStep Judge(ChangeNote? note, string? ended, bool isStopped, TimeSpan now, TimeSpan end) => note switch
    {
        null => new(TrialState.Confirmed),
        { Phase: ChangePhase.Undoing } => new(TrialState.TakenBack, $"{note.UndoneBy} undid it"),
        _ when ended is not null => new(TrialState.TakenBack, ended),
        _ when isStopped => new(TrialState.TakenBack, "`innkeeper setup` was stopped"),
        _ when now >= end => new(TrialState.TakenBack, $"it was not confirmed within {note.Limit:0} s"),
        _ => new(TrialState.Trying),
    };

    private string? Await(TimeSpan end, CancellationToken stop)
    {
        while (true)
        {
            var step = Judge(store.LoadNote(), gateway.WhyEnded, stop.IsCancellationRequested, clock.SinceBoot, end);
            if (step.State != TrialState.Trying)
            {
                return step.Reason;
            }

            stop.WaitHandle.WaitOne(s_interval);
        }
    }

    private string? TakeBack(FirstRunOrder order, string reason, CancellationToken stop)
    {
        gateway.Stop();
        try
        {
            // The confirmation may have come in the same moment: without a process the note changes no more.
            if (store.LoadNote() is null && gateway.Start(limit, stop) is null)
            {
                gateway.Keep();
                return null;
            }

            gateway.Stop();
            new RevisionHistory(store).End(order.Text, RevisionOutcome.Undone);
            store.DeleteNote();
            files.TakeBack();
            return reason;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{reason}; not all files could be taken back: {SafeText.OneLine(e.Message)}";
        }
    }
}
