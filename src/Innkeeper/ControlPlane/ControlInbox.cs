using System.Collections.Concurrent;
using Innkeeper.DataPlane;

namespace Innkeeper.ControlPlane;

/// <summary>Has the control loop's thread do something soon: other threads change none of its state themselves.</summary>
internal sealed class ControlInbox(IPuntSource punts)
{
    private readonly ConcurrentQueue<Action> _posted = new();

    /// <summary>Any thread may call it.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        punts.Wake();
    }

    public void Run()
    {
        while (_posted.TryDequeue(out var action))
        {
            action();
        }
    }
}
