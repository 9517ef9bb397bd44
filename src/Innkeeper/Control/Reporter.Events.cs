using Innkeeper.Events;
using Innkeeper.Storage.Tables;

namespace Innkeeper.Control;

/// <content>What happened, and is happening.</content>
internal sealed partial class Reporter
{
    public EventReport[] Events(int most) => Latest(store.ReadEvents(most), events.Latest(), most);

    public IDisposable Follow(Action<EventReport> see) => events.Follow(entry => see(ReportOf(entry)));

    /// <summary>The trail is written behind: what memory holds counts, and before that the trail, whose times are whole milliseconds.</summary>
    /// <param name="trail">Newest first.</param>
    /// <param name="memory">Oldest first.</param>
    internal static EventReport[] Latest(IEnumerable<StoredEvent> trail, IReadOnlyList<Event> memory, int most)
    {
        var known = memory.Count == 0 ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeMilliseconds(memory[0].Time.ToUnixTimeMilliseconds());
        return
        [
            .. trail.Where(e => e.Time < known).Reverse().Select(e => new EventReport(e.Time, e.Kind, e.Text))
                .Concat(memory.Select(ReportOf)).TakeLast(most),
        ];
    }

    private static EventReport ReportOf(Event entry) => new(
        entry.Time, entry.Kind, entry.Text, entry.What.About.Mac?.ToString(), entry.What.About.Address?.ToString(), entry.What.About.Gateway, entry.What.About.Actor);
}
