using System.Text.Json.Serialization;

namespace Innkeeper.Management.Contracts;

/// <summary>Vouchers to be made.</summary>
/// <param name="Count">How many, from 1 to 1000; null: 1.</param>
/// <param name="Profile">The profile that they give.</param>
/// <param name="For">How long each is valid from its first use, such as "8h"; null: up to <paramref name="Until"/>.</param>
/// <param name="From">When they can be used first, such as "2026-12-05T09:00"; null: at once.</param>
/// <param name="Until">When they end at the latest.</param>
/// <param name="Devices">How many devices each lets in; null: 1.</param>
/// <param name="Data">How much data the devices of each may use together, both ways, such as "2G"; null: any amount.</param>
/// <param name="Label">The owner's words for them.</param>
/// <param name="Network">The name of the network, for the print sheet.</param>
/// <param name="Length">Random characters of a code, from 6 to 16; null: 8.</param>
/// <param name="Sheet">"a4" or "58mm": the answer has a page to print; null: none.</param>
internal sealed record NewVouchers(
    int? Count = null, string? Profile = null, string? For = null, string? From = null, string? Until = null, int? Devices = null, string? Data = null, string? Label = null, string? Network = null,
    int? Length = null, string? Sheet = null);

/// <summary>A voucher that was made.</summary>
/// <param name="Voucher">Its name: "3-17" is the seventeenth of the third batch.</param>
/// <param name="Code">Its code, in groups: it is shown this once.</param>
/// <param name="Url">Opens the portal's page with the code filled in.</param>
internal sealed record MadeVoucher(string Voucher, string Code, string Url);

/// <summary>Vouchers that were made.</summary>
/// <param name="Batch">The number that names all of them.</param>
/// <param name="Text">A sentence about them.</param>
/// <param name="Sheet">A page to print (HTML), if one was asked for.</param>
/// <param name="DryRun">Nothing was made: the sentence says what would be.</param>
internal sealed record VouchersMade(
    int Schema, long Batch, string Text, IReadOnlyList<MadeVoucher> Vouchers, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Sheet = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false);

/// <summary>A device that a voucher or room let in.</summary>
/// <param name="Name">The administrator's name for the device; null: none.</param>
/// <param name="Last">When the code was given last.</param>
internal sealed record CodeUse(string Mac, int Vlan, DateTimeOffset First, DateTimeOffset Last, string? Name = null);

/// <summary>One voucher, without its code.</summary>
/// <param name="State">"unused", "used", "over", "revoked", "used_up" or "not_yet".</param>
/// <param name="For">How long it is valid from its first use, in seconds; null: by date only.</param>
/// <param name="Until">When it ends as things stand; null: that depends on its first use.</param>
/// <param name="Data">Octets that its devices may use; null: any number.</param>
/// <param name="DataUsed">Octets that its devices used, both ways.</param>
internal sealed record VoucherReport(
    string Voucher, long Batch, string Label, string Profile, string State, DateTimeOffset Created, string CreatedBy, int Devices, IReadOnlyList<CodeUse> Uses, long? For = null,
    DateTimeOffset? From = null, DateTimeOffset? Until = null, DateTimeOffset? FirstUse = null, DateTimeOffset? Revoked = null, long? Data = null, long DataUsed = 0);

/// <summary>Vouchers, the latest batch first.</summary>
/// <param name="Total">How many there are on all pages.</param>
/// <param name="Next">The cursor of the next page; null: there is none.</param>
internal sealed record VouchersReport(int Schema, IReadOnlyList<VoucherReport> Vouchers, int Total, string? Next = null);

/// <summary>How vouchers are extended: by a time, or to a date.</summary>
/// <param name="For">Added to their time, such as "2h".</param>
/// <param name="Until">Their new end.</param>
internal sealed record VoucherExtension(string? For = null, string? Until = null);

/// <summary>A change of vouchers that was carried out.</summary>
/// <param name="Voucher">Of one, or the number of a batch.</param>
/// <param name="Vouchers">How many changed.</param>
/// <param name="Devices">How many devices' admissions changed with them.</param>
internal sealed record VoucherChange(
    string Voucher, string Text, int Vouchers, int Devices, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false);

/// <summary>A room, and the stay that its code is for.</summary>
/// <param name="Vlan">The code works in this VLAN; or for devices with <paramref name="Tag"/>. One of both.</param>
/// <param name="Until">When the stay ends, such as "2026-12-05T11:00".</param>
/// <param name="Profile">Null: the rules choose.</param>
/// <param name="Code">Null: the one that it has, or a new one.</param>
/// <param name="Devices">How many devices the code lets in; null: 5.</param>
/// <param name="Data">How much data the devices of the stay may use together, both ways, such as "2G"; null: any amount.</param>
internal sealed record RoomSetting(int? Vlan = null, string? Tag = null, string? Until = null, string? Profile = null, string? Code = null, int? Devices = null, string? Data = null);

/// <summary>One room, without its code.</summary>
/// <param name="State">"open" or "over".</param>
/// <param name="Data">Octets that the devices of the stay may use; null: any number.</param>
/// <param name="DataUsed">Octets that they used, both ways; counted only where there is a limit.</param>
internal sealed record RoomReport(
    string Room, string State, DateTimeOffset Since, DateTimeOffset Until, string SetBy, int Devices, IReadOnlyList<CodeUse> Uses, int? Vlan = null, string? Tag = null, string? Profile = null,
    DateTimeOffset? Ended = null, long? Data = null, long DataUsed = 0);

/// <summary>The rooms, by name.</summary>
internal sealed record RoomsReport(int Schema, IReadOnlyList<RoomReport> Rooms);

/// <summary>A change of a room that was carried out.</summary>
/// <param name="Code">A code that was made, in groups: it is shown this once. Null: the code is the one that was given, or the same as before.</param>
/// <param name="Url">Opens the portal's page with that code filled in.</param>
/// <param name="Devices">How many devices' admissions changed.</param>
internal sealed record RoomChange(
    string Room, string Text, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Url = null, int Devices = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool DryRun = false);

/// <summary>A guest accepted the terms.</summary>
/// <param name="Language">Of the text that the page showed.</param>
/// <param name="Hash">SHA-256 of that text: which version it was.</param>
internal sealed record AcceptanceReport(DateTimeOffset Time, string Mac, int Vlan, string Language, string Hash);

/// <summary>Acceptances of the terms, the latest first.</summary>
internal sealed record AcceptancesReport(int Schema, IReadOnlyList<AcceptanceReport> Acceptances);
