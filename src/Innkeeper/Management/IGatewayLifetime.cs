namespace Innkeeper.Management;

/// <summary>Lets an operation replace the process.</summary>
internal interface IGatewayLifetime
{
    /// <summary>Has the process replace itself with one that reads its settings again, once answers under way are sent. Returns at once.</summary>
    void RequestReplacement();
}
