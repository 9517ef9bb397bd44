using Innkeeper.Interfaces;

namespace Innkeeper.ControlPlane;

/// <summary>Has something to do when the interfaces, their addresses or the router change.</summary>
internal interface INetworkListener
{
    void OnNetworkChanged(NetworkContext network, TimeSpan now);
}

/// <summary>The network as it is now. It is replaced as a whole, and read at the moment of acting: no reader keeps a stale one.</summary>
internal sealed class CurrentNetwork(NetworkContext initial)
{
    private readonly List<INetworkListener> _listeners = [];
    private volatile NetworkContext _current = initial;

    /// <summary>Thread-safe.</summary>
    public NetworkContext Current => _current;

    /// <summary>Listeners are called in the order in which they were added.</summary>
    public void Add(INetworkListener listener) => _listeners.Add(listener);

    public void Set(NetworkContext next, TimeSpan now)
    {
        _current = next;
        foreach (var listener in _listeners)
        {
            listener.OnNetworkChanged(next, now);
        }
    }
}
