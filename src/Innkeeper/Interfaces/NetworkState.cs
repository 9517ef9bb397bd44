using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
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

    /// <summary>The uplink's address before it has one.</summary>
    public static Ipv4Network NoAddress { get; } = new(Ipv4Address.Any, 32);

    /// <summary>The router is the last one that the kernel had: it has no default route through the uplink any more.</summary>
    public bool IsRouterRemembered { get; init; }

    /// <summary>Whether the uplink has an address; a gateway may start without one, and waits for it.</summary>
    public bool HasAddress => UplinkAddress != NoAddress;

    /// <summary>Whether the kernel reaches the router without another between, though it may be in no subnet of the uplink.</summary>
    public bool IsRouterOnLink => Gateway is { } router && (IsRouterRemembered || Uplink.ReachesOnLink(router));

    /// <summary>The address and router to remember for the time when the kernel has no route; null: there is no router.</summary>
    public UplinkMemory? Memory => Gateway is { } router ? new UplinkMemory(UplinkAddress, router) : null;

    /// <summary>Access and uplink are one interface.</summary>
    public bool IsOneArmed => Access.Index == Uplink.Index;

    /// <summary>Reads the interfaces from the kernel.</summary>
    /// <inheritdoc cref="From"/>
    public static NetworkState? Read(InnkeeperConfig config, out (string Key, string Text) problem) => From(config, Netlink.ReadInterfaces(), out problem);

    /// <summary>As <see cref="From"/>, but an address that is still to come is no problem: <see cref="HasAddress"/> says that it is missing.</summary>
    public static NetworkState? AtStart(InnkeeperConfig config, ImmutableArray<LinkInfo> links, out (string Key, string Text) problem)
    {
        if (From(config, links, out problem) is { } complete)
        {
            return complete;
        }

        var waiting = links.Select(link => link.Name == config.Uplink.Interface ? link with { Addresses = [NoAddress] } : link).ToImmutableArray();
        return links.Any(link => link.Name == config.Uplink.Interface && UplinkChoice.Of(link, config.Uplink.Address, config.Uplink.Gateway, null) is null)
            && From(config, waiting, out _) is { } network
            ? network with { Gateway = null, Uplink = links.First(link => link.Name == config.Uplink.Interface) }
            : null;
    }

    /// <summary>Picks the gateway's interfaces out of the host's. No I/O, clock or log.</summary>
    /// <param name="config">The settings.</param>
    /// <param name="links">All interfaces of the host, read at one moment.</param>
    /// <param name="problem">The setting that cannot be obeyed and why, when null is returned.</param>
    /// <param name="before">The uplink's address and router until now; null: none.</param>
    public static NetworkState? From(InnkeeperConfig config, ImmutableArray<LinkInfo> links, out (string Key, string Text) problem, UplinkMemory? before = null)
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

        if (UplinkChoice.Of(uplink, config.Uplink.Address, config.Uplink.Gateway, before) is not var (address, router, isRemembered))
        {
            problem = ("uplink.interface", $"interface {uplink.Name} has no IPv4 address; give it one, or set [uplink] address");
            return null;
        }

        if (config.Uplink is { Address: null, Gateway: { } hop } && UplinkChoice.IsRouterElsewhere(uplink, hop))
        {
            problem = ("uplink.gateway", $"{hop} is in no subnet of interface {uplink.Name} ({string.Join(", ", uplink.Addresses)}); correct it, or name the address to use as [uplink] address");
            return null;
        }

        return new NetworkState(
            access, uplink, address, router, config.Uplink.Mac ?? uplink.Mac,
            Math.Min(config.Uplink.Mtu ?? uplink.Mtu, uplink.Mtu), config.IsOneArmed ? null : config.Access.Address ?? access.PrimaryAddress)
        {
            Inside = config.Inside.Network,
            IsRouterRemembered = isRemembered,
            Others = [.. config.UplinkInterfaces.Skip(1).Select(name => UplinkState.From(
                Find(name), config.Gateways.FirstOrDefault(g => g.Interface == name && g.Address is not null)?.Address, config.Gateways.First(g => g.Interface == name).NextHop))],
        };
    }

    /// <summary>The same, with the router by which an earlier process left the data plane at work, if the kernel has lost its route meanwhile.</summary>
    /// <param name="earlier">The data plane's configuration; null: no process left one.</param>
    public NetworkState Resume(DataPlaneConfig? earlier) =>
        earlier is { } config && Gateway is null && HasAddress && Uplink.IsUp && config.NextHop != default(BigEndian32)
        && config.Uplinks[0].Ifindex == (uint)Uplink.Index && config.Uplinks[0].Address == (BigEndian32)UplinkAddress.Address
            ? this with { Gateway = (Ipv4Address)config.NextHop, IsRouterRemembered = true }
            : this;

    /// <summary>The subnets of all uplinks that are there, with the gateway's own address in each; the main one first.</summary>
    public IEnumerable<Ipv4Network> UplinkAddresses => Others.OfType<UplinkState>().Select(other => other.Address).Prepend(UplinkAddress).Where(address => address != NoAddress);

    /// <summary>An uplink by its index; the first is the main one. Null: the interface is not there, or has no address.</summary>
    public UplinkState? UplinkAt(int index) => index == 0 ? new UplinkState(Uplink, UplinkAddress, UplinkMac, UplinkMtu) : Others[index - 1];

    /// <summary>By content: the compiler's own comparison would ask whether the others are the same array.</summary>
    public bool Equals(NetworkState? other) =>
        other is not null && (Access, Uplink, UplinkAddress, Gateway) == (other.Access, other.Uplink, other.UplinkAddress, other.Gateway)
        && (UplinkMac, UplinkMtu, AccessNetwork, Inside, IsRouterRemembered) == (other.UplinkMac, other.UplinkMtu, other.AccessNetwork, other.Inside, other.IsRouterRemembered)
        && Others.SequenceEqual(other.Others);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Access, Uplink, UplinkAddress, Gateway);

    /// <summary>The event that reports a change to the administrator.</summary>
    public InterfacesChanged ToEvent() => new(
        IsOneArmed ? null : new InterfaceStatus(Access.Name, StateOf(Access)), new InterfaceStatus(Uplink.Name, StateOf(Uplink), UplinkAddress), Gateway, UplinkMtu,
        [.. Others.Select(o => o is null ? (InterfaceStatus?)null : new InterfaceStatus(o.Interface.Name, StateOf(o.Interface), o.Address))], IsRouterRemembered);

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
    /// <param name="router">The router that is reached by it.</param>
    public static UplinkState? From(LinkInfo? link, Ipv4Network? address, Ipv4Address router) =>
        link is not null && UplinkChoice.Of(link, address, router, null) is { } choice ? new UplinkState(link, choice.Address, link.Mac, link.Mtu) : null;
}
