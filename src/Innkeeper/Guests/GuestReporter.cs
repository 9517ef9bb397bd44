using System.Globalization;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Policy;

namespace Innkeeper.Guests;

/// <summary>Reports of vouchers and rooms, from one state. Any thread.</summary>
internal sealed class GuestReporter(InnkeeperConfig config, GuestStore store, DeviceStore devices, TimeProvider clock)
{
    /// <summary>Opens the portal's page with a code filled in.</summary>
    public string UrlOf(string code) => $"http://{config.Portal.Address}/?code={code}";

    /// <summary>A time for people: the gateway's local time.</summary>
    public string DateOf(DateTimeOffset steady) => clock.ToWall(steady).ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The vouchers that a filter selects: the latest batch first, within it by number.</summary>
    public IEnumerable<(Batch Batch, Voucher Voucher)> Select(VoucherFilter filter)
    {
        var (state, now) = (store.State, clock.GetUtcNow());
        foreach (var batch in state.Batches.Values.Reverse().Where(b => filter.Batch is not { } number || number == b.Number))
        {
            foreach (var voucher in batch.Vouchers.Select(id => state.Vouchers.GetValueOrDefault(id)).OfType<Voucher>())
            {
                var fits = (filter.State is not { } wanted || wanted == StateOf(batch, voucher, now))
                    && (filter.Text is not { } text || voucher.Id == text || IsIn(batch.Label, text) || IsIn(batch.Profile, text));
                if (fits)
                {
                    yield return (batch, voucher);
                }
            }
        }
    }

    public VoucherReport Of(Batch batch, Voucher voucher) => new(
        voucher.Id, batch.Number, batch.Label, batch.Profile, StateOf(batch, voucher, clock.GetUtcNow()), clock.ToWall(batch.Created), batch.By, batch.Devices,
        UsesOf(GrantKind.Voucher, voucher.Id), batch.Lasts is { } lasts ? (long)(lasts + voucher.Extra).TotalSeconds : null, clock.ToWall(batch.From), clock.ToWall(voucher.EndIn(batch) ?? batch.Until),
        clock.ToWall(voucher.FirstUse), clock.ToWall(voucher.Revoked), batch.Data == 0 ? null : batch.Data, voucher.Octets);

    public RoomReport Of(Room room) => new(
        room.Name, room.IsOpen(clock.GetUtcNow()) ? "open" : "over", clock.ToWall(room.Since), clock.ToWall(room.Until), room.By, room.Devices, UsesOf(GrantKind.Room, room.Id), room.Vlan, room.Tag,
        room.Profile.Length == 0 ? null : room.Profile, clock.ToWall(room.Ended), room.Data == 0 ? null : room.Data, room.Octets);

    private static string StateOf(Batch batch, Voucher voucher, DateTimeOffset now) =>
        voucher.Revoked is not null ? "revoked"
        : voucher.IsUsedUp(batch) ? "used_up"
        : voucher.EndIn(batch) <= now || (voucher.FirstUse is null && voucher.Until is null && batch.Until <= now) ? "over"
        : now < batch.From ? "not_yet"
        : voucher.FirstUse is null ? "unused"
        : "used";

    private static bool IsIn(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private List<CodeUse> UsesOf(GrantKind kind, string id) =>
    [
        .. store.State.UsesOf(kind, id).Select(u => new CodeUse(
            u.Mac.ToString(), u.Vlan, clock.ToWall(u.First), clock.ToWall(u.Last), devices.Find(u.Mac) is { Name.Length: > 0 } named ? named.Name : null)),
    ];
}
