using Innkeeper.Management.Contracts;

namespace Innkeeper.Management;

/// <summary>Which vouchers a list has.</summary>
/// <param name="Batch">Only of this batch; null: of all.</param>
/// <param name="Text">Only those with this in their name, label or profile; null: all.</param>
/// <param name="State">Only those in this state, as <see cref="VoucherReport.State"/> names it; null: in any.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="Cursor">The `next` of the page before; null: the first page.</param>
internal sealed record VoucherFilter(long? Batch = null, string? Text = null, string? State = null, int Limit = VoucherFilter.UsualLimit, string? Cursor = null)
{
    public const int UsualLimit = 100;

    public const int MostLimit = 1000;

    public static readonly IReadOnlyList<string> States = ["unused", "used", "over", "revoked", "used_up", "not_yet"];
}

/// <summary>Vouchers, by whose codes guests let their devices in. A voucher is named as in the list ("3-17"); a batch by its number ("3").</summary>
internal interface IVoucherOperations
{
    Result<VouchersReport> List(Actor actor, VoucherFilter filter);

    /// <summary>One voucher, with its uses.</summary>
    Result<VoucherReport> Find(Actor actor, string voucher);

    /// <summary>Makes vouchers. Their codes are in the answer and nowhere else.</summary>
    ValueTask<Result<VouchersMade>> CreateAsync(Actor actor, NewVouchers vouchers, WriteOptions? options = null);

    /// <summary>Moves the end of a voucher or of a whole batch, and of the admissions of their devices.</summary>
    ValueTask<Result<VoucherChange>> ExtendAsync(Actor actor, string voucher, VoucherExtension extension, WriteOptions? options = null);

    /// <summary>Makes a voucher or a whole batch void, and ends the admissions of their devices.</summary>
    ValueTask<Result<VoucherChange>> RevokeAsync(Actor actor, string voucher, WriteOptions? options = null);

    /// <summary>Deletes a batch whose vouchers are all over or revoked, with what is kept of their uses.</summary>
    ValueTask<Result<VoucherChange>> DeleteAsync(Actor actor, string batch, WriteOptions? options = null);
}

/// <summary>Rooms, whose codes let in the devices of a VLAN or tag up to the check-out.</summary>
internal interface IRoomOperations
{
    Result<RoomsReport> List(Actor actor);

    /// <summary>One room, with the devices of its stay.</summary>
    Result<RoomReport> Find(Actor actor, string room);

    /// <summary>Sets a room and its code. The same request again changes nothing. After an end it begins a new stay.</summary>
    ValueTask<Result<RoomChange>> SetAsync(Actor actor, string room, RoomSetting setting, WriteOptions? options = null);

    /// <summary>Ends the stay and the admissions of its devices. Its end again changes nothing.</summary>
    ValueTask<Result<RoomChange>> EndAsync(Actor actor, string room, WriteOptions? options = null);
}

/// <summary>The guests who accepted the terms.</summary>
internal interface ITermsQueries
{
    public const int MostEntries = 1000;

    /// <summary>The latest acceptances, the latest first.</summary>
    /// <param name="device">A MAC, a given name, an address or a host name; null: all.</param>
    /// <param name="last">How many, from 1 to <see cref="MostEntries"/>.</param>
    Result<AcceptancesReport> List(Actor actor, string? device, int last);
}
