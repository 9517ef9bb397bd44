using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Events;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>
/// The interfaces at one moment (with one arm, the same twice), with the values that the configuration sets for them. Immutable: it is handed
/// by reference, so that each reader has a consistent view.
/// </summary>
/// <param name="Access">The side on which devices appear.</param>
/// <param name="Uplink">The side that leads out.</param>
/// <param name="UplinkAddress">The gateway's own address, in its subnet.</param>
/// <param name="Gateway">The next hop beyond that subnet; null: there is none.</param>
/// <param name="UplinkMac">The MAC that answers for outside addresses.</param>
/// <param name="UplinkMtu">Octets of the largest packet that the uplink sends.</param>
/// <param name="AccessNetwork">The access interface's own address, if it has one and is not the uplink.</param>
internal sealed record NetworkState(
    LinkInfo Access, LinkInfo Uplink, Ipv4Network UplinkAddress, Ipv4Address? Gateway, MacAddress UplinkMac, int UplinkMtu, Ipv4Network? AccessNetwork)
{
    /// <summary>The uplinks of other gateways, by their index less one; null: the interface is not there, or has no address.</summary>
    public ImmutableArray<UplinkState?> Others { get; init; } = [];

    /// <summary>The network of the inside addresses: a binding's is this plus its number.</summary>
    public Ipv4Network Inside { get; init; }

    /// <summary>Access and uplink are one interface.</summary>
    public bool IsOneArmed => Access.Index == Uplink.Index;

    /// <summary>Reads the interfaces from the kernel.</summary>
    /// <inheritdoc cref="From"/>
    public static NetworkState? Read(InnkeeperConfig config, out (string Key, string Text) problem) => From(config, Netlink.ReadInterfaces(), out problem);

    /// <summary>Picks the gateway's interfaces out of the host's. No I/O, clock or log.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="links">All interfaces of the host, read at one moment.</param>
    /// <param name="problem">The setting that cannot be obeyed and why, when null is returned.</param>
    public static NetworkState? From(InnkeeperConfig config, ImmutableArray<LinkInfo> links, out (string Key, string Text) problem)
    {
        problem = default;
        LinkInfo? Find(string name) => links.FirstOrDefault(link => link.Name == name);

        if (Find(config.Access.Interface) is not { } access)
        {
            problem = Missing("access.interface", config.Access.Interface, links);
            return null;
        }

        if (Find(config.Uplink.Interface) is not { } uplink)
        {
            problem = Missing("uplink.interface", config.Uplink.Interface, links);
            return null;
        }

        if ((config.Uplink.Address ?? uplink.PrimaryAddress) is not { } address)
        {
            problem = ("uplink.interface", $"interface {uplink.Name} has no IPv4 address; give it one, or set [uplink] address");
            return null;
        }

        return new NetworkState(
            access, uplink, address, config.Uplink.Gateway ?? uplink.Gateway, config.Uplink.Mac ?? uplink.Mac,
            Math.Min(config.Uplink.Mtu ?? uplink.Mtu, uplink.Mtu), config.IsOneArmed ? null : config.Access.Address ?? access.PrimaryAddress)
        {
            Inside = config.Inside.Network,
            Others = [.. config.UplinkInterfaces.Skip(1).Select(name => UplinkState.From(Find(name), config.Gateways.FirstOrDefault(g => g.Interface == name && g.Address is not null)?.Address))],
        };
    }

    /// <summary>The subnets of all uplinks that are there, with the gateway's own address in each; the main one first.</summary>
    public IEnumerable<Ipv4Network> UplinkAddresses => Others.OfType<UplinkState>().Select(other => other.Address).Prepend(UplinkAddress);

    /// <summary>An uplink by its index; the first is the main one. Null: the interface is not there, or has no address.</summary>
    public UplinkState? UplinkAt(int index) => index == 0 ? new UplinkState(Uplink, UplinkAddress, UplinkMac, UplinkMtu) : Others[index - 1];

    /// <summary>By content: the compiler's own comparison would ask whether the others are the same array.</summary>
    public bool Equals(NetworkState? other) =>
        other is not null && (Access, Uplink, UplinkAddress, Gateway) == (other.Access, other.Uplink, other.UplinkAddress, other.Gateway)
        && (UplinkMac, UplinkMtu, AccessNetwork) == (other.UplinkMac, other.UplinkMtu, other.AccessNetwork) && Inside == other.Inside && Others.SequenceEqual(other.Others);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Access, Uplink, UplinkAddress, Gateway);

    /// <summary>The event that reports a change to the administrator.</summary>
    public InterfacesChanged ToEvent() => new(
        IsOneArmed ? null : new InterfaceStatus(Access.Name, StateOf(Access)), new InterfaceStatus(Uplink.Name, StateOf(Uplink), UplinkAddress), Gateway, UplinkMtu,
        [.. Others.Select(o => o is null ? (InterfaceStatus?)null : new InterfaceStatus(o.Interface.Name, StateOf(o.Interface), o.Address))]);

    private static string StateOf(LinkInfo link) => !link.IsUp ? "down" : link.HasCarrier ? "up" : "without a carrier";

    private static (string Key, string Text) Missing(string key, string name, ImmutableArray<LinkInfo> links) =>
        (key, $"there is no interface {name}; there are {string.Join(", ", links.Select(link => link.Name).Order())}");
}

/// <summary>An interface that leads out, with the gateway's own address there.</summary>
/// <param name="Address">The gateway's own, in its subnet.</param>
/// <param name="Mac">The MAC that answers for outside addresses.</param>
/// <param name="Mtu">Octets of the largest packet that the uplink sends.</param>
internal sealed record UplinkState(LinkInfo Interface, Ipv4Network Address, MacAddress Mac, int Mtu)
{
    /// <summary>Null: the interface is not there, or has no address.</summary>
    /// <param name="link">The interface, or null.</param>
    /// <param name="address">The address that the settings give instead of the interface's own.</param>
    public static UplinkState? From(LinkInfo? link, Ipv4Network? address) =>
        link is not null && (address ?? link.PrimaryAddress) is { } own ? new UplinkState(link, own, link.Mac, link.Mtu) : null;
}
