using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>How a device is served, by its profile and its admission.</summary>
/// <param name="Profile">Its profile's number in the data plane.</param>
/// <param name="Gateway">Which gateway it uses: the number of the gateway that its outside addresses come from.</param>
/// <param name="Addresses">How many addresses it may use at once.</param>
/// <param name="PrefersOwn">It gets an outside address of its own if there is one.</param>
/// <param name="MayShare">It shares an outside address if there is none of its own. Held: it does, for the hosts of its walled garden.</param>
/// <param name="Inbound">Hosts outside may start conversations with it.</param>
/// <param name="IsHeld">It waits for the administrator: it gets no outside address of its own.</param>
/// <param name="Pinned">The outside address that the administrator pinned; null: any.</param>
/// <param name="AppearsLocal">Hosts outside appear to it as addresses of its own subnet.</param>
/// <param name="Group">The profile's limits are for all its devices with the same words here together; null: for the device by itself.</param>
internal sealed record BindingPolicy(
    uint Profile = 0, int Gateway = 0, int Addresses = 4, bool PrefersOwn = true, bool MayShare = true, bool Inbound = true, bool IsHeld = false, Ipv4Address? Pinned = null,
    bool AppearsLocal = false, string? Group = null)
{
    public static readonly BindingPolicy Default = new();

    /// <summary>Whether a binding made by this policy may continue under another: then only the data plane's flags change.</summary>
    public bool IsCompatibleWith(BindingPolicy other) =>
        (Gateway, PrefersOwn, MayShare, IsHeld, Pinned) == (other.Gateway, other.PrefersOwn, other.MayShare, other.IsHeld, other.Pinned);
}
