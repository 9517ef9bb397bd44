using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>On what terms a device is served, by its profile and by where it stands with the administrator.</summary>
/// <param name="Profile">Its profile's number in the data plane.</param>
/// <param name="Gateway">By which gateway it leaves: the number of the supply that its legal addresses come from.</param>
/// <param name="Addresses">How many addresses it may use at once.</param>
/// <param name="PrefersOwn">It gets a legal address of its own where there is one.</param>
/// <param name="MayShare">It shares one where there is none.</param>
/// <param name="Inbound">Hosts outside may start conversations with it.</param>
/// <param name="IsHeld">It waits for the administrator: it gets no legal address at all.</param>
/// <param name="Pinned">The legal address that the administrator gave it; null: any.</param>
internal sealed record BindingPolicy(
    uint Profile = 0, int Gateway = 0, int Addresses = 4, bool PrefersOwn = true, bool MayShare = true, bool Inbound = true, bool IsHeld = false, Ipv4Address? Pinned = null)
{
    public static readonly BindingPolicy Default = new();

    /// <summary>Whether a binding made on these terms may go on under others: then only the data plane's flags change.</summary>
    public bool IsCompatibleWith(BindingPolicy other) =>
        (Gateway, PrefersOwn, MayShare, IsHeld, Pinned) == (other.Gateway, other.PrefersOwn, other.MayShare, other.IsHeld, other.Pinned);
}
