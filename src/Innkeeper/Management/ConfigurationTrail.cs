using Innkeeper.Events;

namespace Innkeeper.Management;

/// <summary>
/// Keeps in the audit trail what the gateway itself does to the configuration: it rolls a change back that was not confirmed in time, or whose settings cannot be started.
/// A person's order is in the trail already.
/// </summary>
/// <param name="file">The configuration's.</param>
internal sealed class ConfigurationTrail(IAuditTrail audit, string file)
{
    /// <summary>An event was logged.</summary>
    public void Note(Event logged)
    {
        if (logged.What is ConfigurationUndone { Actor: null })
        {
            audit.Add(new AuditEntry(Actor.Gateway, EventKind.ConfigurationRollback, file, logged.Text));
        }
    }
}
