namespace Innkeeper.Management;

/// <summary>Lets an operation replace the process.</summary>
internal interface IGatewayLifetime
{
    /// <summary>Replaces the process with one that reads its settings again, after answers under way are sent. Returns at once.</summary>
    void RequestReplacement();
}
