namespace Innkeeper.Events;

/// <summary>Texts of orders about many devices, and of orders that are only tried.</summary>
internal static class OrderText
{
    /// <summary>Devices that an event names.</summary>
    public const int MostNamed = 20;

    /// <summary>The order in words, with the user's name.</summary>
    public static string Of(DevicesOrdered order)
    {
        var isOne = order.Count == 1;
        var (subject, be, have) = (isOne ? "1 device" : $"{order.Count} devices", isOne ? "is" : "are", isOne ? "has" : "have");
        var done = order.Order switch
        {
            "approve" => $"{be} admitted{(order.For.Length > 0 ? $" for {order.For}" : "")}",
            "block" => $"{be} blocked",
            "hold" => $"{be} held",
            "forget" => $"{be} forgotten",
            "tag" => $"{have} the tag {order.Value}",
            "untag" => $"{have} the tag {order.Value} no more",
            _ => order.Value.Length > 0 ? $"{have} the profile {order.Value}, whatever the rules say" : $"{have} the profile that the rules give {(isOne ? "it" : "each")}",
        };
        var names = string.Join(", ", order.Names) + (order.Count > order.Names.Length ? $" and {order.Count - order.Names.Length} more" : "");
        var refused = order.Refused == 0 ? "" : $"; {order.Refused} more could not be changed";
        return $"{subject} {done}: {names}{refused} (by {order.Actor}{(order.Reason.Length > 0 ? $": {order.Reason}" : "")})";
    }

    /// <summary>The result that an order about one device would have.</summary>
    public static string ForecastOf(DeviceDecision decision)
    {
        var device = decision.Device;
        var shown = device.Name.Length > 0 ? $"{device.Mac} ({device.Name})" : device.Mac.ToString();
        var state = device.State == "admitted" ? "" : $"; it would be {device.State}";
        return decision switch
        {
            DeviceApproved e => $"{shown} would be admitted{(e.Until is { } until ? $" until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z" : "")}; profile {e.Profile}",
            DeviceBlocked => $"{shown} would be blocked: the gateway would drop its packets and answer none",
            DeviceHeld => $"{shown} would be held: it would reach only the portal's page",
            DeviceForgotten => $"{shown} would be forgotten; if it is still connected, it would appear as a new device",
            DeviceNamed => (device.Name.Length > 0 ? $"{device.Mac} would be called {device.Name}" : $"{device.Mac} would have no name any more") + state,
            DeviceTagged e => e.Tags.IsEmpty ? $"{shown} would have no tags" : $"{shown} would have the tags {string.Join(", ", e.Tags)}",
            DeviceProfiled { IsPinned: true } e => $"{shown} would have the profile {e.Profile}, whatever the rules say{state}",
            DeviceProfiled e => $"{shown} would have the profile that the rules give it: {e.Profile}{state}",
            DevicePinned { Address: { } address } => $"{address} would be kept for {shown}{state}",
            DevicePinned => $"no outside address would be kept for {shown}{state}",
            _ => throw new ArgumentOutOfRangeException(nameof(decision), decision.GetType().Name, "has no forecast"),
        };
    }
}
