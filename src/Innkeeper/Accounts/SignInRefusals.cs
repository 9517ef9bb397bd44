using Innkeeper.Events;
using Innkeeper.Management;

namespace Innkeeper.Accounts;

/// <summary>Notes refused sign-ins, in the audit trail and as an event, without letting clients fill either. Any thread.</summary>
internal sealed class SignInRefusals(IAuditTrail audit, EventLog events, TimeProvider clock)
{
    /// <summary>Entries in the audit trail within a <see cref="Period"/>; further refusals are counted.</summary>
    internal const int MostEntries = 20;

    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>The least time from one event to the next.</summary>
    internal static readonly TimeSpan EventPause = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private DateTimeOffset _began;
    private DateTimeOffset _said;
    private int _entries;
    private int _uncounted;
    private int _sinceEvent;

    /// <param name="user">The name of a user there is; null: the name given is no user's. It is not kept: people type passwords there.</param>
    /// <param name="failures">How many failed in a row.</param>
    public void Note(string? user, string from, int failures)
    {
        AuditEntry? entry = null;
        SignInsRefused? said = null;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            _sinceEvent++;
            if (now - _began >= Period)
            {
                (_began, _entries) = (now, 0);
            }

            if (_entries++ < MostEntries)
            {
                var others = _uncounted == 0 ? "" : $" (and {_uncounted} others since the entry before)";
                var text = $"{(user is null ? "a sign-in with a name that no user has was refused" : $"a sign-in as {user} was refused")}{others}";
                entry = new AuditEntry(new Actor(user ?? "unknown", ActorKind.Person, Permission.Viewer, from), "sign-in-refused", user ?? "", text) { IsRefusal = true };
                _uncounted = 0;
            }
            else
            {
                _uncounted++;
            }

            if (failures >= SignInGuard.FreeForName && now - _said >= EventPause)
            {
                said = new SignInsRefused(user ?? "unknown", from, _sinceEvent);
                (_said, _sinceEvent) = (now, 0);
            }
        }

        if (entry is not null)
        {
            audit.Add(entry);
        }

        if (said is not null)
        {
            events.Add(said);
        }
    }
}
