using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Events;

/// <summary>The file of vouchers and rooms was damaged; a new one was begun.</summary>
/// <param name="Path">Where the damaged one is now.</param>
/// <param name="IsWhole">All was in memory, and the new file has it.</param>
internal sealed record GuestsSetAside(string Path, string Reason, bool IsWhole) : GatewayEvent(EventKind.Guests);

/// <summary>Vouchers and rooms cannot be read or written.</summary>
internal sealed record GuestsUnusable(string Reason) : GatewayEvent(EventKind.Guests);

/// <summary>They can be read and written again.</summary>
internal sealed record GuestsUsable() : GatewayEvent(EventKind.Guests);

/// <summary>A guest let a device in.</summary>
/// <param name="By">"voucher 3-17 (Conference)", "room 214" or "the terms of use".</param>
/// <param name="Until">Null: without an end.</param>
internal sealed record GuestAdmitted(MacAddress Mac, string Name, string By, string Profile, DateTimeOffset? Until) : GatewayEvent(EventKind.GuestAdmitted, new(Mac));

/// <summary>Vouchers were made, extended, revoked or deleted.</summary>
/// <param name="Outcome">A sentence without the name of the user who did it.</param>
internal sealed record VouchersChanged(string Outcome, string Actor) : GatewayEvent(EventKind.Vouchers, new(Actor: Actor));

/// <summary>A room's code was set, or its stay ended.</summary>
/// <inheritdoc cref="VouchersChanged"/>
internal sealed record RoomChanged(string Outcome, string Actor) : GatewayEvent(EventKind.Room, new(Actor: Actor));

/// <summary>Devices try out codes.</summary>
/// <param name="Devices">Those with most wrong codes.</param>
/// <param name="Count">How many devices gave wrong codes.</param>
/// <param name="Wrong">How many wrong codes there were.</param>
internal sealed record CodesGuessed(ImmutableArray<MacAddress> Devices, int Count, int Wrong) : GatewayEvent(EventKind.CodeGuessing, new(Devices.IsEmpty ? null : Devices[0]));
