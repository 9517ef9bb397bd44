using System.Globalization;
using Innkeeper.Management;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Cli;

/// <content>Vouchers and rooms.</content>
internal sealed partial class GatewayClient
{
    public Reply<VouchersReport> ListVouchers(VoucherFilter filter)
    {
        var query = new (string Name, string? Value)[]
        {
            ("batch", filter.Batch?.ToString(CultureInfo.InvariantCulture)), ("text", filter.Text), ("state", filter.State), ("limit", filter.Limit.ToString(CultureInfo.InvariantCulture)), ("cursor", filter.Cursor),
        };
        return Ask(HttpMethod.Get, $"{Routes.Vouchers}?{string.Join('&', query.Where(q => q.Value is not null).Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value!)}"))}", s_answers.VouchersReport);
    }

    public Reply<VoucherReport> FindVoucher(string voucher) => Ask(HttpMethod.Get, Routes.Fill(Routes.Voucher, voucher), s_answers.VoucherReport);

    public Reply<VouchersMade> CreateVouchers(NewVouchers vouchers) => Send(HttpMethod.Post, Routes.Vouchers, vouchers, s_requests.NewVouchers, s_answers.VouchersMade);

    public Reply<VoucherChange> ExtendVoucher(string voucher, VoucherExtension extension) =>
        Send(HttpMethod.Post, Routes.Fill(Routes.ExtendVoucher, voucher), extension, s_requests.VoucherExtension, s_answers.VoucherChange);

    public Reply<VoucherChange> RevokeVoucher(string voucher) => Ask(HttpMethod.Post, Routes.Fill(Routes.RevokeVoucher, voucher), s_answers.VoucherChange);

    public Reply<VoucherChange> DeleteVouchers(string batch) => Ask(HttpMethod.Delete, Routes.Fill(Routes.Voucher, batch), s_answers.VoucherChange);

    public Reply<AcceptancesReport> ListAcceptances(string? device) =>
        Ask(HttpMethod.Get, device is null ? Routes.Terms : $"{Routes.Terms}?device={Uri.EscapeDataString(device)}", s_answers.AcceptancesReport);

    public Reply<RoomsReport> ListRooms() => Ask(HttpMethod.Get, Routes.Rooms, s_answers.RoomsReport);

    public Reply<RoomReport> FindRoom(string room) => Ask(HttpMethod.Get, Routes.Fill(Routes.Room, room), s_answers.RoomReport);

    public Reply<RoomChange> SetRoom(string room, RoomSetting setting) => Send(HttpMethod.Put, Routes.Fill(Routes.Room, room), setting, s_requests.RoomSetting, s_answers.RoomChange);

    public Reply<RoomChange> EndRoom(string room) => Ask(HttpMethod.Delete, Routes.Fill(Routes.Room, room), s_answers.RoomChange);
}
