namespace Innkeeper.Policy;

/// <summary>By what a guest let a device in. The database holds the numbers: append only.</summary>
internal enum GrantKind
{
    /// <summary>The guest accepted the owner's terms.</summary>
    Terms = 0,

    /// <summary>The code of a voucher.</summary>
    Voucher = 1,

    /// <summary>The code of a room.</summary>
    Room = 2,
}

/// <summary>Why the admission by a grant ended. The database holds the numbers: append only.</summary>
internal enum GrantEnd
{
    /// <summary>Its time is over.</summary>
    Time = 0,

    /// <summary>The owner revoked the voucher.</summary>
    Revoked = 1,

    /// <summary>The room's stay ended before its time.</summary>
    CheckOut = 2,

    /// <summary>The data that the voucher or the room's stay allows is used up.</summary>
    Data = 3,
}

/// <summary>The voucher, room or terms by which a guest let a device in. While it is in force its profile applies: the administrator's pin, then this, then the rules.</summary>
/// <param name="Id">Names the voucher ("3-17") or the stay in a room ("214/2"); of terms, the hash of the text.</param>
/// <param name="Label">The owner's words for it: a voucher's label, a room's name; may be empty.</param>
/// <param name="Profile">The profile of the voucher or room; empty: the rules choose, as with terms.</param>
/// <param name="End">Null: it is in force.</param>
internal sealed record Grant(GrantKind Kind, string Id, string Label, string Profile, GrantEnd? End = null)
{
    /// <summary>For people: "voucher 3-17 (Conference)", "room 214", "the terms of use".</summary>
    public string Name => Kind switch
    {
        GrantKind.Terms => "the terms of use",
        GrantKind.Voucher => Label.Length > 0 ? $"voucher {Id} ({Label})" : $"voucher {Id}",
        _ => $"room {Label}",
    };

    /// <summary>Why the admission ended, as a reason in the device's record.</summary>
    /// <param name="kind">Null: there was no grant.</param>
    public static string ReasonOf(GrantEnd end, GrantKind? kind) => end switch
    {
        GrantEnd.Time => AdmissionPolicy.Expired,
        GrantEnd.Revoked => "its voucher was revoked",
        GrantEnd.CheckOut => "the stay in its room has ended",
        _ => $"the data of its {(kind == GrantKind.Room ? "room" : "voucher")} is used up",
    };
}
