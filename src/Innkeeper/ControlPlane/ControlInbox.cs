using System.Collections.Concurrent;
using Innkeeper.DataPlane;

namespace Innkeeper.ControlPlane;

/// <summary>Runs something on the control loop's thread soon: other threads change none of its state themselves.</summary>
internal sealed class ControlInbox(IPuntSource punts) : IControlInbox
{
    private readonly ConcurrentQueue<Action> _posted = new();

    /// <inheritdoc/>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        punts.Wake();
    }

    /// <summary>Actions that are posted meanwhile wait for the next turn: packets come between the parts of a long order.</summary>
    public void Run()
    {
        for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var action); left--)
        {
            action();
        }
    }
}
