using Innkeeper.Events;
using Innkeeper.Management;

namespace Innkeeper.Guests;

/// <summary>Notes changes of vouchers and rooms: an event and an entry in the audit trail for each.</summary>
internal sealed class GuestJournal(EventLog events, IAuditTrail audit)
{
    public void OfVouchers(Actor actor, string what, string subject, string text, IReadOnlyDictionary<string, string?> after)
    {
        events.Add(new VouchersChanged(text, actor.Name));
        Note(actor, what, subject, text, after);
    }

    public void OfRoom(Actor actor, string what, string room, string text, IReadOnlyDictionary<string, string?> after)
    {
        events.Add(new RoomChanged(text, actor.Name));
        Note(actor, what, room, text, after);
    }

    private void Note(Actor actor, string what, string subject, string text, IReadOnlyDictionary<string, string?> after)
    {
        var (_, later) = AuditFields.Of(new Dictionary<string, string?>(), after);
        audit.Add(new AuditEntry(actor, what, subject, text, null, later));
    }
}
