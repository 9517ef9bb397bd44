namespace Innkeeper.Management;

/// <summary>What the host does to the process on an operation's behalf.</summary>
internal interface IGatewayLifetime
{
    /// <summary>Has the process replace itself with one that reads its settings again, once answers under way are sent. Returns at once.</summary>
    void RequestReplacement();
}
