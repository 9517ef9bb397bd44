using Innkeeper.Policy;

namespace Innkeeper.Guests;

/// <summary>Why a code does not let a device in.</summary>
internal enum CodeRefusal
{
    /// <summary>There is no such code, or not for this device: both look the same to a guest, who could otherwise try out others' codes.</summary>
    Unknown,

    /// <summary>It can be used later.</summary>
    NotYet,

    /// <summary>Its time is over.</summary>
    Over,

    /// <summary>The owner revoked it.</summary>
    Revoked,

    /// <summary>As many devices use it as may.</summary>
    Full,

    /// <summary>Its data is used up.</summary>
    UsedUp,
}

/// <summary>The result for a code: the grant that the device may have, or why not.</summary>
/// <param name="Grant">Null: it was refused.</param>
/// <param name="Until">When the admission ends; null: it does not.</param>
internal sealed record Redeemed(Grant? Grant, DateTimeOffset? Until, CodeRefusal Refusal = default);

/// <summary>
/// Decides whether a code lets a device in, and notes the use. A pure function of the state: called under the store's lock, so that as many devices
/// as a voucher allows get in and no more, however many come at once. No I/O, clock or log.
/// </summary>
internal static class Redemption
{
    /// <param name="hash">Of the code.</param>
    /// <returns>Without a grant, nothing is changed.</returns>
    public static Redeemed Redeem(GuestEdit edit, string hash, GuestDevice device, DateTimeOffset now)
    {
        var state = edit.State;
        if (state.Codes.TryGetValue(hash, out var id) && state.Vouchers.TryGetValue(id, out var voucher) && state.Batches.TryGetValue(voucher.Batch, out var batch))
        {
            return RedeemVoucher(edit, voucher, batch, device, now);
        }

        var room = state.Rooms.Values.FirstOrDefault(r => r.Ended is null && r.Hash == hash && r.Has(device));
        return room is null ? Refuse(CodeRefusal.Unknown) : RedeemRoom(edit, room, device, now);
    }

    private static Redeemed RedeemVoucher(GuestEdit edit, Voucher voucher, Batch batch, GuestDevice device, DateTimeOffset now)
    {
        CodeRefusal? refusal = voucher.Revoked is not null ? CodeRefusal.Revoked
            : now < batch.From ? CodeRefusal.NotYet
            : voucher.EndIn(batch) <= now || (voucher.FirstUse is null && batch.Until <= now && voucher.Until is null) ? CodeRefusal.Over
            : voucher.IsUsedUp(batch) ? CodeRefusal.UsedUp
            : null;
        if (refusal is { } why)
        {
            return Refuse(why);
        }

        if (!TryUse(edit, GrantKind.Voucher, voucher.Id, batch.Devices, device, now))
        {
            return Refuse(CodeRefusal.Full);
        }

        if (voucher.FirstUse is null)
        {
            voucher = voucher.Begin(batch, now);
            edit.Save(voucher);
        }

        return new Redeemed(new Grant(GrantKind.Voucher, voucher.Id, batch.Label, batch.Profile), voucher.EndIn(batch));
    }

    private static Redeemed RedeemRoom(GuestEdit edit, Room room, GuestDevice device, DateTimeOffset now) =>
        !room.IsOpen(now) ? Refuse(CodeRefusal.Over)
        : room.IsUsedUp ? Refuse(CodeRefusal.UsedUp)
        : !TryUse(edit, GrantKind.Room, room.Id, room.Devices, device, now) ? Refuse(CodeRefusal.Full)
        : new Redeemed(new Grant(GrantKind.Room, room.Id, room.Name, room.Profile), room.Until);

    /// <summary>The same device may come again and again.</summary>
    private static bool TryUse(GuestEdit edit, GrantKind kind, string id, int most, GuestDevice device, DateTimeOffset now)
    {
        var uses = edit.State.UsesOf(kind, id);
        var known = uses.Find(u => u.Mac == device.Mac);
        if (known is null && uses.Count >= most)
        {
            return false;
        }

        edit.Save(known is null ? new GuestUse(kind, id, device.Mac, device.Vlan, now, now) : known with { Vlan = device.Vlan, Last = now, IsApplied = false });
        return true;
    }

    private static Redeemed Refuse(CodeRefusal refusal) => new(null, null, refusal);
}
