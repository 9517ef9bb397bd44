using Innkeeper.Management;
using Innkeeper.Management.Contracts;
using Innkeeper.Tests.Cli;

namespace Innkeeper.Tests.Management;

/// <summary>Vouchers and rooms, for tests of their clients.</summary>
internal sealed class FakeGuests : IVoucherOperations, IRoomOperations, ITermsQueries
{
    private static readonly VoucherReport s_voucher = new(
        "3-17", 3, "Conference [red]", "guests", "used_up", SampleReports.FirstSeen, "anna", 2, [new CodeUse("02:00:00:00:00:01", 214, SampleReports.FirstSeen, SampleReports.FirstSeen, "phone [red]")], 28_800,
        Until: SampleReports.FirstSeen.AddHours(8), FirstUse: SampleReports.FirstSeen, Data: 2_000_000_000, DataUsed: 2_000_000_001);

    private static readonly RoomReport s_room = new("214", "open", SampleReports.FirstSeen, SampleReports.FirstSeen.AddDays(2), "anna", 5, s_voucher.Uses, 214, Data: 20_000_000_000, DataUsed: 3_000_000_000);

    /// <summary>What was asked: the operation, its subject and its value.</summary>
    public List<(string What, string Subject, object? Value)> Asked { get; } = [];

    public Result<VouchersReport> List(Actor actor, VoucherFilter filter)
    {
        Asked.Add(("list", "", filter));
        return new VouchersReport(1, [s_voucher], 1);
    }

    public Result<VoucherReport> Find(Actor actor, string voucher) => voucher == "3-17" ? s_voucher : new NotFound("voucher", voucher);

    public ValueTask<Result<VouchersMade>> CreateAsync(Actor actor, NewVouchers vouchers, WriteOptions? options = null)
    {
        Asked.Add(("create", "", vouchers));
        return new(new VouchersMade(1, 3, "batch 3 has 2 vouchers", [new("3-1", "7KM-Q2X-9RW", "http://192.88.99.99/?code=7KMQ2X9RW"), new("3-2", "8KM-Q2X-9RT", "http://192.88.99.99/?code=8KMQ2X9RT")], vouchers.Sheet is null ? null : "<html/>\n"));
    }

    public ValueTask<Result<VoucherChange>> ExtendAsync(Actor actor, string voucher, VoucherExtension extension, WriteOptions? options = null) => Change("extend", voucher, extension);

    public ValueTask<Result<VoucherChange>> RevokeAsync(Actor actor, string voucher, WriteOptions? options = null) => Change("revoke", voucher);

    public ValueTask<Result<VoucherChange>> DeleteAsync(Actor actor, string batch, WriteOptions? options = null) => Change("delete", batch);

    public Result<RoomsReport> List(Actor actor) => new RoomsReport(1, [s_room, s_room with { Vlan = null, Tag = "staff", Profile = "fast" }]);

    Result<RoomReport> IRoomOperations.Find(Actor actor, string room) => room == "214" ? s_room : new NotFound("room", room);

    public ValueTask<Result<RoomChange>> SetAsync(Actor actor, string room, RoomSetting setting, WriteOptions? options = null)
    {
        Asked.Add(("room-set", room, setting));
        return new(new RoomChange(room, $"room {room} is open", setting.Code is null ? "7KM-Q2X-9RW" : null));
    }

    public ValueTask<Result<RoomChange>> EndAsync(Actor actor, string room, WriteOptions? options = null)
    {
        Asked.Add(("room-end", room, null));
        return new(new RoomChange(room, $"the stay in room {room} has ended", Devices: 1));
    }

    public Result<AcceptancesReport> List(Actor actor, string? device, int last)
    {
        Asked.Add(("terms", device ?? "", last));
        return new AcceptancesReport(1, [new AcceptanceReport(SampleReports.FirstSeen, "02:00:00:00:00:01", 7, "de", "ab12")]);
    }

    private ValueTask<Result<VoucherChange>> Change(string what, string voucher, object? value = null)
    {
        Asked.Add((what, voucher, value));
        return new(voucher == "9" ? new NotFound("voucher", voucher) : new VoucherChange(voucher, $"voucher {voucher}: {what}", 1, what == "delete" ? 0 : 2));
    }
}
