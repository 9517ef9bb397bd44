namespace Innkeeper.Events;

/// <summary>Texts of the events about guests.</summary>
internal static class GuestText
{
    public static string Of(GatewayEvent happened) => happened switch
    {
        GuestsSetAside { IsWhole: true } e => $"the file of vouchers and rooms was damaged ({e.Reason}) and was moved to {e.Path}; the gateway wrote it again from memory",
        GuestsSetAside e => $"the file of vouchers and rooms was unusable ({e.Reason}) and was moved to {e.Path}: codes that were made before are void. Make new ones; devices that are admitted stay so",
        GuestsUnusable e => $"{e.Reason}. Devices are served as before; fix the cause, as no code lets a guest in until then",
        GuestsUsable => "vouchers and rooms are read and written again",
        GuestAdmitted e =>
            $"{e.Mac}{(e.Name.Length > 0 ? $" ({e.Name})" : "")} is admitted by {e.By}{(e.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}; profile {e.Profile}",
        VouchersChanged e => $"{e.Outcome} (by {e.Actor})",
        RoomChanged e => $"{e.Outcome} (by {e.Actor})",
        CodesGuessed e =>
            $"{(e.Count == 1 ? "a device tries" : $"{e.Count} devices try")} out codes: {e.Wrong} wrong ones, most from {string.Join(", ", e.Devices)}. " +
            "The gateway makes them wait longer and longer; block them with `innkeeper devices block` if they go on",
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened.GetType().Name, "has no text"),
    };
}
