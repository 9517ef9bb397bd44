using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Api;

/// <summary>Vouchers and rooms, by whose codes guests let their devices in.</summary>
internal static class GuestRoutes
{
    private static readonly ContractsContext s_answers = ContractsContext.Default;
    private static readonly RequestsContext s_requests = RequestsContext.Default;

    private const int UsualAcceptances = 100;

    public static ApiRoute[] Of(GatewayOperations gateway) => [.. VoucherRoutes(gateway.Vouchers), .. RoomRoutes(gateway.Rooms), Terms(gateway.Terms)];

    private static ApiRoute Terms(ITermsQueries terms) =>
        ApiRoutes.Get("listAcceptances", Routes.Terms, "The guests who accepted the terms, the latest first: when, and which text.", Permission.Operator, s_answers.AcceptancesReport, call =>
            call.Number("last", UsualAcceptances, out var last) is { } wrong ? wrong : terms.List(call.Actor, call.Query("device"), ApiRoutes.Count(last))) with
        {
            Parameters =
            [
                new("device", "Only those of this device, as devices are named elsewhere."),
                new("last", $"How many; from 1 to {ITermsQueries.MostEntries}. {UsualAcceptances} if it is left out.", ApiParameterType.Number),
            ],
        };

    private static ApiRoute[] VoucherRoutes(IVoucherOperations vouchers) =>
    [
        ApiRoutes.Get("listVouchers", Routes.Vouchers, "The vouchers with their uses, the latest batch first, without their codes.", Permission.Viewer, s_answers.VouchersReport, call => List(vouchers, call)) with
        {
            Parameters =
            [
                new("batch", "Only those of this batch.", ApiParameterType.Number),
                new("text", "Only the voucher of this name, or those with this in their label or profile."),
                new("state", "Only those in this state.", Choices: VoucherFilter.States),
                new("limit", $"At most so many, from 1 to {VoucherFilter.MostLimit}; {VoucherFilter.UsualLimit} if it is left out.", ApiParameterType.Number),
                new("cursor", "The \"next\" of the page before."),
            ],
        },
        ApiRoutes.Get("getVoucher", Routes.Voucher, "One voucher, such as 3-17, with its uses.", Permission.Viewer, s_answers.VoucherReport, call => vouchers.Find(call.Actor, call.Path("voucher"))),
        ApiRoutes.Write(
            "createVouchers", "POST", Routes.Vouchers, "Makes vouchers. Their codes are in this answer and nowhere else. An operator gives only profiles with vouchers = true.", Permission.Operator,
            s_requests.NewVouchers, s_answers.VouchersMade, (call, made, options) => vouchers.CreateAsync(call.Actor, made, options)),
        ApiRoutes.Write(
            "extendVoucher", "POST", Routes.ExtendVoucher, "Moves the end of a voucher (3-17) or of a whole batch (3), and of the admissions of their devices.", Permission.Operator,
            s_requests.VoucherExtension, s_answers.VoucherChange, (call, extension, options) => vouchers.ExtendAsync(call.Actor, call.Path("voucher"), extension, options)),
        ApiRoutes.Write(
            "revokeVoucher", "POST", Routes.RevokeVoucher, "Makes a voucher (3-17) or a whole batch (3) void, and ends the admissions of their devices.", Permission.Operator, s_answers.VoucherChange,
            (call, options) => vouchers.RevokeAsync(call.Actor, call.Path("voucher"), options)),
        ApiRoutes.Write(
            "deleteVouchers", "DELETE", Routes.Voucher, "Deletes a batch (3) whose vouchers are all over or revoked, with what is kept of their uses.", Permission.Admin, s_answers.VoucherChange,
            (call, options) => vouchers.DeleteAsync(call.Actor, call.Path("voucher"), options)),
    ];

    private static ApiRoute[] RoomRoutes(IRoomOperations rooms) =>
    [
        ApiRoutes.Get("listRooms", Routes.Rooms, "The rooms with the devices of their stays, without their codes.", Permission.Viewer, s_answers.RoomsReport, call => rooms.List(call.Actor)),
        ApiRoutes.Get("getRoom", Routes.Room, "One room, with the devices of its stay.", Permission.Viewer, s_answers.RoomReport, call => rooms.Find(call.Actor, call.Path("room"))),
        ApiRoutes.Write(
            "setRoom", "PUT", Routes.Room, "Sets a room and its code. The same request again changes nothing. After an end it begins a new stay. A code that is made is in this answer and nowhere else.",
            Permission.Operator, s_requests.RoomSetting, s_answers.RoomChange, (call, setting, options) => rooms.SetAsync(call.Actor, call.Path("room"), setting, options)),
        ApiRoutes.Write(
            "endRoom", "DELETE", Routes.Room, "Ends the stay in a room: its code is void, and the admissions of its devices end.", Permission.Operator, s_answers.RoomChange,
            (call, options) => rooms.EndAsync(call.Actor, call.Path("room"), options)),
    ];

    private static Result<VouchersReport> List(IVoucherOperations vouchers, ApiCall call)
    {
        if ((call.Number("batch", null, out _) ?? call.Number("limit", VoucherFilter.UsualLimit, out _)) is { } wrong)
        {
            return wrong;
        }

        call.Number("batch", null, out var batch);
        call.Number("limit", VoucherFilter.UsualLimit, out var limit);
        return vouchers.List(call.Actor, new VoucherFilter(batch, call.Query("text"), call.Query("state"), ApiRoutes.Count(limit), call.Query("cursor")));
    }
}
