using System.Collections.Immutable;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Guests;

/// <summary>The state of a grant now.</summary>
/// <param name="End">Why it is over; null: it is valid, up to <paramref name="Until"/>.</param>
internal readonly record struct GrantStanding(GrantEnd? End, DateTimeOffset? Until);

/// <summary>All vouchers and rooms at one moment. Immutable.</summary>
internal sealed record GuestState
{
    /// <summary>Vouchers that a gateway has at most, used or not.</summary>
    internal const int MostVouchers = 100_000;

    /// <summary>Batches that a gateway has at most.</summary>
    internal const int MostBatches = 5_000;

    /// <summary>Rooms that a gateway has at most.</summary>
    internal const int MostRooms = 5_000;

    /// <summary>Devices of one voucher or room at most.</summary>
    internal const int MostDevices = 50;

    public static readonly GuestState Empty = new();

    public ImmutableSortedDictionary<long, Batch> Batches { get; init; } = ImmutableSortedDictionary<long, Batch>.Empty;

    /// <summary>By <see cref="Voucher.Id"/>.</summary>
    public ImmutableDictionary<string, Voucher> Vouchers { get; init; } = ImmutableDictionary<string, Voucher>.Empty;

    /// <summary>The vouchers' names by the hashes of their codes.</summary>
    public ImmutableDictionary<string, string> Codes { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ImmutableSortedDictionary<string, Room> Rooms { get; init; } = ImmutableSortedDictionary.Create<string, Room>(StringComparer.OrdinalIgnoreCase);

    /// <summary>By <see cref="KeyOf"/>.</summary>
    public ImmutableDictionary<string, ImmutableList<GuestUse>> Uses { get; init; } = ImmutableDictionary<string, ImmutableList<GuestUse>>.Empty;

    /// <summary>The number of the last batch, whether it is still there or not.</summary>
    public long LastBatch { get; init; }

    public static string KeyOf(GrantKind kind, string id) => kind == GrantKind.Room ? $"room {id}" : $"voucher {id}";

    public ImmutableList<GuestUse> UsesOf(GrantKind kind, string id) => Uses.GetValueOrDefault(KeyOf(kind, id)) ?? [];

    /// <summary>Whether a code without a check character could be one of a room that the device is in: then a wrong one is a guess.</summary>
    public bool HasOwnCodeFor(GuestDevice device, DateTimeOffset now) => Rooms.Values.Any(r => r.IsOwn && r.IsOpen(now) && r.Has(device));

    /// <returns>Null: nothing is known of it here, and it stays as it is.</returns>
    public GrantStanding? StandingOf(Grant grant) => grant.Kind switch
    {
        GrantKind.Voucher => Vouchers.TryGetValue(grant.Id, out var voucher) && Batches.TryGetValue(voucher.Batch, out var batch)
            ? new GrantStanding(voucher.Revoked is not null ? GrantEnd.Revoked : voucher.IsUsedUp(batch) ? GrantEnd.Data : null, voucher.EndIn(batch))
            : null,
        GrantKind.Room => Rooms.TryGetValue(grant.Label, out var room)
            ? new GrantStanding(room.Id != grant.Id || room.Ended is not null ? GrantEnd.CheckOut : room.IsUsedUp ? GrantEnd.Data : null, room.Until)
            : null,
        _ => null,
    };

    /// <summary>Whether the devices of some voucher or room may use only so much data.</summary>
    public bool HasDataLimits => Batches.Values.Any(b => b.Data > 0) || Rooms.Values.Any(r => r.Data > 0);

    /// <summary>Octets that the devices of a voucher or stay may still use; null: any number, or it is gone.</summary>
    public long? DataLeft(GrantKind kind, string id) => kind switch
    {
        GrantKind.Voucher when Vouchers.TryGetValue(id, out var voucher) && Batches.TryGetValue(voucher.Batch, out var batch) && batch.Data > 0 => batch.Data - voucher.Octets,
        GrantKind.Room when RoomOf(id) is { Data: > 0 } room => room.Data - room.Octets,
        _ => null,
    };

    /// <summary>The room of a stay; null: the room is gone, or has another stay.</summary>
    public Room? RoomOf(string stay) => Rooms.TryGetValue(stay[..Math.Max(0, stay.LastIndexOf('/'))], out var room) && room.Id == stay ? room : null;

    public GuestState With(Batch batch) => this with { Batches = Batches.SetItem(batch.Number, batch), LastBatch = Math.Max(LastBatch, batch.Number) };

    public GuestState With(Voucher voucher) => this with { Vouchers = Vouchers.SetItem(voucher.Id, voucher), Codes = Codes.SetItem(voucher.Hash, voucher.Id) };

    public GuestState With(Room room) => this with { Rooms = Rooms.SetItem(room.Name, room) };

    public GuestState With(GuestUse use)
    {
        var uses = UsesOf(use.Kind, use.Id);
        var at = uses.FindIndex(u => u.Mac == use.Mac);
        return this with { Uses = Uses.SetItem(KeyOf(use.Kind, use.Id), at < 0 ? uses.Add(use) : uses.SetItem(at, use)) };
    }

    public GuestState Without(GrantKind kind, string id) => this with { Uses = Uses.Remove(KeyOf(kind, id)) };

    public GuestState Without(MacAddress mac) => this with
    {
        Uses = Uses.SetItems(Uses.Where(u => u.Value.Exists(use => use.Mac == mac)).Select(u => KeyValuePair.Create(u.Key, u.Value.RemoveAll(use => use.Mac == mac)))),
    };

    public GuestState Without(Batch batch)
    {
        var vouchers = batch.Vouchers.Select(id => Vouchers.GetValueOrDefault(id)).OfType<Voucher>().ToList();
        return this with
        {
            Batches = Batches.Remove(batch.Number),
            Vouchers = Vouchers.RemoveRange(vouchers.Select(v => v.Id)),
            Codes = Codes.RemoveRange(vouchers.Select(v => v.Hash)),
            Uses = Uses.RemoveRange(vouchers.Select(v => KeyOf(GrantKind.Voucher, v.Id))),
        };
    }
}

/// <summary>A change that is being decided: the state as it will be, and the rows that it writes. One thread.</summary>
internal sealed class GuestEdit(GuestState state)
{
    private readonly List<GuestRow> _rows = [];

    public GuestState State { get; private set; } = state;

    public IReadOnlyList<GuestRow> Rows => _rows;

    public void Save(Batch batch) => Save(State.With(batch), new BatchRow(batch));

    public void Save(Voucher voucher) => Save(State.With(voucher), new VoucherRow(voucher));

    public void Save(Room room) => Save(State.With(room), new RoomRow(room));

    /// <summary>The devices of a voucher or stay used data.</summary>
    public void AddData(GrantKind kind, string id, long octets)
    {
        if (kind == GrantKind.Voucher && State.Vouchers.TryGetValue(id, out var voucher))
        {
            Save(voucher with { Octets = voucher.Octets + octets });
        }
        else if (kind == GrantKind.Room && State.RoomOf(id) is { } room)
        {
            Save(room with { Octets = room.Octets + octets });
        }
    }

    public void Save(GuestUse use) => Save(State.With(use), new UseRow(use));

    /// <summary>Acceptances of terms are on disk only.</summary>
    public void Save(Acceptance acceptance) => Save(State, new AcceptanceRow(acceptance));

    /// <summary>The uses of a stay that is over: the next one begins without.</summary>
    public void ForgetUses(GrantKind kind, string id) => Save(State.Without(kind, id), new ForgottenUses(kind, id));

    public void Delete(Batch batch) => Save(State.Without(batch), new ForgottenBatch(batch.Number));

    /// <summary>Takes a device out of all uses and acceptances: its places are free again.</summary>
    public void Erase(MacAddress mac) => Save(State.Without(mac), new ErasedDeviceRow(mac));

    private void Save(GuestState next, GuestRow row)
    {
        State = next;
        _rows.Add(row);
    }
}
