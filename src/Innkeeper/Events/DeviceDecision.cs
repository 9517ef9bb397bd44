using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Events;

/// <summary>The device that an order is about.</summary>
/// <param name="Name">The administrator's name for it; empty: none.</param>
/// <param name="State">"admitted", "held", "blocked" or "new", after the order.</param>
internal readonly record struct DeviceSnapshot(MacAddress Mac, string Name, string State);

/// <summary>An administrator's order about a device was carried out.</summary>
/// <param name="Reason">The administrator's words; empty: none.</param>
internal abstract record DeviceDecision(string Kind, DeviceSnapshot Device, string Actor, string Reason) : GatewayEvent(Kind, new(Device.Mac, Actor: Actor));

/// <summary>The device is admitted.</summary>
/// <param name="Until">Null: for good.</param>
internal sealed record DeviceApproved(DeviceSnapshot Device, DateTimeOffset? Until, string Profile, string Actor, string Reason)
    : DeviceDecision(EventKind.DeviceApprove, Device, Actor, Reason);

/// <summary>The device is blocked.</summary>
internal sealed record DeviceBlocked(DeviceSnapshot Device, string Actor, string Reason) : DeviceDecision(EventKind.DeviceBlock, Device, Actor, Reason);

/// <summary>The device is held until it is approved or blocked.</summary>
internal sealed record DeviceHeld(DeviceSnapshot Device, string Actor, string Reason) : DeviceDecision(EventKind.DeviceHold, Device, Actor, Reason);

/// <summary>The device's record was deleted.</summary>
internal sealed record DeviceForgotten(DeviceSnapshot Device, string Actor) : DeviceDecision(EventKind.DeviceForget, Device, Actor, "");

/// <summary>A device's data was taken out of everything that is kept. The event does not name it.</summary>
internal sealed record DeviceErased(string Actor) : GatewayEvent(EventKind.DeviceForget, new(Actor: Actor));

/// <summary>The device has another name, or none.</summary>
internal sealed record DeviceNamed(DeviceSnapshot Device, string Actor, string Reason) : DeviceDecision(EventKind.DeviceName, Device, Actor, Reason);

/// <summary>A tag was added or removed.</summary>
/// <param name="Tags">All of the device's tags now.</param>
internal sealed record DeviceTagged(DeviceSnapshot Device, bool IsAdded, ImmutableArray<string> Tags, string Actor, string Reason)
    : DeviceDecision(IsAdded ? EventKind.DeviceTag : EventKind.DeviceUntag, Device, Actor, Reason);

/// <summary>The device has another profile.</summary>
/// <param name="IsPinned">The administrator chose the profile; otherwise the rules do.</param>
internal sealed record DeviceProfiled(DeviceSnapshot Device, string Profile, bool IsPinned, string Actor, string Reason)
    : DeviceDecision(EventKind.DeviceProfile, Device, Actor, Reason);

/// <summary>The device's packets are captured.</summary>
/// <param name="Time">How long at most.</param>
internal sealed record DeviceCaptured(DeviceSnapshot Device, TimeSpan Time, string Actor) : DeviceDecision(EventKind.DeviceCapture, Device, Actor, "");

/// <summary>Frames that wake the device were sent.</summary>
internal sealed record DeviceWoken(DeviceSnapshot Device, string Actor) : DeviceDecision(EventKind.DeviceWake, Device, Actor, "");

/// <summary>An outside address is reserved for the device, or no longer.</summary>
/// <param name="Address">Null: no longer.</param>
internal sealed record DevicePinned(DeviceSnapshot Device, Ipv4Address? Address, string Actor, string Reason) : DeviceDecision(EventKind.DevicePin, Device, Actor, Reason);

/// <summary>An administrator's order about many devices was carried out: one event for all of them.</summary>
/// <param name="Order">"approve", "block" and so on, as the API names it.</param>
/// <param name="Count">Devices that it was carried out for.</param>
/// <param name="Names">The first of them, by name or MAC.</param>
/// <param name="Refused">Devices that it could not be carried out for.</param>
/// <param name="Value">The tag or profile; empty: none.</param>
/// <param name="For">How long; empty: not given.</param>
/// <param name="Reason">The administrator's words; empty: none.</param>
internal sealed record DevicesOrdered(string Order, int Count, ImmutableArray<string> Names, int Refused, string Value, string For, string Actor, string Reason)
    : GatewayEvent(EventKind.DevicesOrder, new(Actor: Actor));
