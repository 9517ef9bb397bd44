using Innkeeper.Events;

namespace Innkeeper.Tests.Events;

internal static class EventLogs
{
    /// <summary>A log whose every event the listener hears.</summary>
    public static EventLog HeardBy(Action<Event> listener, TimeProvider? clock = null)
    {
        var log = new EventLog(clock ?? TimeProvider.System);
        log.Subscribe(listener);
        return log;
    }
}
