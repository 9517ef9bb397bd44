using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The interfaces at one moment (with one arm, the same twice), with what the configuration says instead of them.</summary>
/// <param name="Access">The side on which devices appear.</param>
/// <param name="Uplink">The side that leads out.</param>
/// <param name="UplinkAddress">The gateway's own legal address, in its subnet.</param>
/// <param name="Gateway">The next hop beyond that subnet; null: there is none.</param>
/// <param name="UplinkMac">The MAC that legal addresses are answered with.</param>
/// <param name="UplinkMtu">Octets of the largest packet that may leave.</param>
/// <param name="AccessNetwork">The access interface's own address, where it has one and is another than the uplink.</param>
internal sealed record NetworkState(
    LinkInfo Access, LinkInfo Uplink, Ipv4Network UplinkAddress, Ipv4Address? Gateway, MacAddress UplinkMac, int UplinkMtu, Ipv4Network? AccessNetwork)
{
    /// <summary>The uplinks of other gateways, by their index less one; null: the interface is not there, or has no address.</summary>
    public ImmutableArray<UplinkState?> Others { get; init; } = [];

    /// <summary>Access and uplink are one interface.</summary>
    public bool IsOneArmed => Access.Index == Uplink.Index;

    /// <summary>Reads both interfaces from the kernel.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="problem">Which key cannot be obeyed and why, when null is returned.</param>
    public static NetworkState? Read(InnkeeperConfig config, out (string Key, string Text) problem)
    {
        problem = default;
        if (!Netlink.ReadInterface(config.Access.Interface, out var access))
        {
            problem = Missing("access.interface", config.Access.Interface);
            return null;
        }

        if (!Netlink.ReadInterface(config.Uplink.Interface, out var uplink))
        {
            problem = Missing("uplink.interface", config.Uplink.Interface);
            return null;
        }

        if ((config.Uplink.Address ?? (uplink.Addresses.IsEmpty ? null : uplink.Addresses[0])) is not { } address)
        {
            problem = ("uplink.interface", $"interface {uplink.Name} has no IPv4 address; give it one, or set [uplink] address");
            return null;
        }

        return new NetworkState(
            access, uplink, address, config.Uplink.Gateway ?? uplink.Gateway, config.Uplink.Mac ?? uplink.Mac,
            Math.Min(config.Uplink.Mtu ?? uplink.Mtu, uplink.Mtu), config.IsOneArmed ? null : config.Access.Address ?? (access.Addresses.IsEmpty ? null : access.Addresses[0]))
        {
            Others = [.. config.UplinkInterfaces.Skip(1).Select(name => UplinkState.Read(name, config.Gateways.FirstOrDefault(g => g.Interface == name && g.Address is not null)?.Address))],
        };
    }

    /// <summary>An uplink by its index; the first is the main one.</summary>
    public UplinkState? UplinkAt(int index) => index == 0 ? new UplinkState(Uplink, UplinkAddress, UplinkMac, UplinkMtu) : Others[index - 1];

    /// <summary>By content: the compiler's own comparison would ask whether the others are the same array.</summary>
    public bool Equals(NetworkState? other) =>
        other is not null && (Access, Uplink, UplinkAddress, Gateway) == (other.Access, other.Uplink, other.UplinkAddress, other.Gateway)
        && (UplinkMac, UplinkMtu, AccessNetwork) == (other.UplinkMac, other.UplinkMtu, other.AccessNetwork) && Others.SequenceEqual(other.Others);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Access, Uplink, UplinkAddress, Gateway);

    /// <summary>The event for a change to this state.</summary>
    public InterfacesChanged ToEvent() => new(
        IsOneArmed ? null : new InterfaceStatus(Access.Name, StateOf(Access)), new InterfaceStatus(Uplink.Name, StateOf(Uplink), UplinkAddress), Gateway, UplinkMtu,
        [.. Others.Select(o => o is null ? (InterfaceStatus?)null : new InterfaceStatus(o.Interface.Name, StateOf(o.Interface), o.Address))]);

    private static string StateOf(LinkInfo facts) => !facts.IsUp ? "down" : facts.HasCarrier ? "up" : "without a carrier";

    private static (string Key, string Text) Missing(string key, string name) =>
        (key, $"there is no interface {name}; there are {string.Join(", ", Netlink.ListInterfaces().Order())}");
}

/// <summary>An interface that leads out, with the gateway's own address there.</summary>
/// <param name="Address">The gateway's own, in its subnet.</param>
/// <param name="Mac">The MAC that legal addresses are answered with.</param>
/// <param name="Mtu">Octets of the largest packet that may leave.</param>
internal sealed record UplinkState(LinkInfo Interface, Ipv4Network Address, MacAddress Mac, int Mtu)
{
    public static UplinkState? Read(string name, Ipv4Network? address) =>
        Netlink.ReadInterface(name, out var facts) && (address ?? (facts.Addresses.IsEmpty ? null : facts.Addresses[0])) is { } own
            ? new UplinkState(facts, own, facts.Mac, facts.Mtu)
            : null;
}
