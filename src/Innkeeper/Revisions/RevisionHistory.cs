using System.Collections.Immutable;
using System.Text;
using Innkeeper.Configuration;

namespace Innkeeper.Revisions;

/// <summary>A text of the configuration file that was in force, or was to be.</summary>
/// <param name="Number">Counts up from 1 and is never used again.</param>
/// <param name="Time">Wall time when it came in force, or failed to.</param>
/// <param name="By">The user who applied it; null: not known, as the file was changed by hand.</param>
/// <param name="From">The address that the order came from; null: this machine.</param>
/// <param name="How">One of <see cref="RevisionOrigin"/>.</param>
/// <param name="Outcome">One of <see cref="RevisionOutcome"/>.</param>
/// <param name="Hash">SHA-256 of the text.</param>
internal sealed record Revision(int Number, DateTimeOffset Time, string? By, string? From, string? Comment, string How, string Outcome, int Octets, string Hash);

/// <summary>How a text came to the gateway. Frozen: scripts match them.</summary>
internal static class RevisionOrigin
{
    public const string Start = "start";
    public const string Reload = "reload";
    public const string Apply = "apply";
    public const string Rollback = "rollback";
}

/// <summary>How a change ended. Frozen: scripts match them.</summary>
internal static class RevisionOutcome
{
    /// <summary>It came in force without a confirmation.</summary>
    public const string Applied = "applied";

    public const string Waiting = "waiting";
    public const string Confirmed = "confirmed";
    public const string Undone = "undone";

    /// <summary>Its settings could not be started.</summary>
    public const string Failed = "failed";

    /// <summary>The gateway replaced this text of the file, and it was never in force.</summary>
    public const string Unused = "unused";
}

/// <param name="InForce">The number of the text in force; 0: none is known.</param>
/// <param name="Entries">Oldest first.</param>
internal sealed record RevisionList(int InForce, ImmutableArray<Revision> Entries);

/// <summary>The texts of the configuration that were in force, oldest first. The number of texts and their size are bounded.</summary>
internal sealed class RevisionHistory(RevisionStore store)
{
    public const int MostEntries = 100;

    /// <summary>Of all texts together.</summary>
    public const int MostOctets = 4 * ConfigurationFile.MaxSize;

    /// <exception cref="IOException">It cannot be read; or <see cref="UnauthorizedAccessException"/>.</exception>
    public RevisionList List => store.LoadList();

    public string? TextOf(int number) => List.Entries.Any(e => e.Number == number) ? store.LoadText(number) : null;

    /// <summary>A text is in force. The same text again is no news.</summary>
    /// <param name="details">All but the number, the size and the hash.</param>
    public void CameInForce(string text, Revision details)
    {
        var list = List;
        if (list.Entries.LastOrDefault(e => e.Number == list.InForce) is not { } present || present.Hash != FileText.HashOf(text))
        {
            Add(list, text, details, isInForce: true);
        }
    }

    /// <summary>Keeps a text that is not in force.</summary>
    public void Keep(string text, Revision details) => Add(List, text, details, isInForce: false);

    /// <summary>Keeps a text that someone wrote to the file by hand, before the gateway replaces it.</summary>
    public void KeepUnknown(string text, ChangeNote note, DateTimeOffset now)
    {
        if (text != note.After && text != note.Before && text != note.Previous)
        {
            Keep(text, new Revision(0, now, null, null, null, RevisionOrigin.Reload, RevisionOutcome.Unused, 0, ""));
        }
    }

    /// <summary>Says how the change to the text in force ended.</summary>
    /// <param name="text">If it is in force; otherwise nothing changes.</param>
    /// <returns>Whether it is in force.</returns>
    public bool End(string text, string outcome)
    {
        var list = List;
        var hash = FileText.HashOf(text);
        if (list.Entries.LastOrDefault(e => e.Number == list.InForce) is not { } present || present.Hash != hash)
        {
            return false;
        }

        store.Save(list with { Entries = list.Entries.Replace(present, present with { Outcome = outcome }) });
        return true;
    }

    private void Add(RevisionList list, string text, Revision details, bool isInForce)
    {
        // Texts stay that a damaged list does not name any more: a person may want one.
        var last = Math.Max(list.Entries.LastOrDefault()?.Number ?? 0, store.Numbers.DefaultIfEmpty(0).Max());
        var added = details with { Number = last + 1, Octets = Encoding.UTF8.GetByteCount(text), Hash = FileText.HashOf(text) };
        var inForce = isInForce ? added.Number : list.InForce;
        store.SaveText(added.Number, text);
        var kept = Bounded(list.Entries.Add(added), inForce);
        store.Save(new RevisionList(inForce, kept));
        var listed = kept.Select(e => e.Number).ToHashSet();
        foreach (var gone in list.Entries.Select(e => e.Number).Concat(store.Numbers.Where(n => n <= added.Number - MostEntries)).Where(n => !listed.Contains(n)).ToList())
        {
            store.DeleteText(gone);
        }
    }

    /// <summary>The text in force and the newest always stay.</summary>
    private static ImmutableArray<Revision> Bounded(ImmutableArray<Revision> entries, int inForce)
    {
        while (entries.Length > MostEntries || (entries.Length > 2 && entries.Sum(e => (long)e.Octets) > MostOctets))
        {
            entries = entries.Remove(entries.First(e => e.Number != inForce));
        }

        return entries;
    }
}
