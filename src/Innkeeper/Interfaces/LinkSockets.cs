using System.Collections.Immutable;
using Innkeeper.Arp;
using Innkeeper.Configuration;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>
/// Owns the sockets that the control plane sends by: one for each interface, and one for each uplink that brings frames back as if they
/// came from it. They are opened once and bound again when an interface has another index, so that every thread may keep them.
/// </summary>
internal sealed class LinkSockets : IDisposable
{
    /// <summary>UPLINK_MARK in bpf/abi.h; an uplink's index is added.</summary>
    internal const int UplinkMark = 0x6980;

    private readonly InnkeeperConfig _config;
    private readonly (Ipv4Address Server, Ipv4Address Router)? _dhcp;
    private readonly ILinkSocket _access;
    private readonly ILinkSocket _stack;
    private readonly ImmutableArray<(ILinkSocket Uplink, ILinkSocket Return)> _uplinks;

    /// <param name="dhcp">The address of the DHCP server on the access side, and the router that its leases name; null: DHCP is not served.</param>
    /// <param name="open">Opens a socket with a mark (0: none) that listens to a group (null: none): <see cref="PacketSocket.Open"/>.</param>
    public LinkSockets(InnkeeperConfig config, (Ipv4Address Server, Ipv4Address Router)? dhcp, Func<int, MacAddress?, ILinkSocket> open)
    {
        (_config, _dhcp) = (config, dhcp);
        _access = open(0, config.IsOneArmed ? Advertisement.Group : null);
        if (!config.IsOneArmed)
        {
            // Frames to a gateway that this one replaced, and frames with our own MAC as source: a card would keep them from us.
            _access.TakeAll();
        }

        _stack = open(0, null);
        _uplinks = [.. Enumerable.Range(0, config.UplinkInterfaces.Length).Select(i => (i == 0 && config.IsOneArmed ? _access : open(0, null), open(UplinkMark + i, null)))];
    }

    /// <summary>Binds every socket to its interface as it is now; the socket of a missing uplink stays as it is.</summary>
    /// <exception cref="NetlinkException">An interface disappeared since it was read; the next call binds them all again.</exception>
    public void Bind(NetworkState network, LinkInfo stack)
    {
        _access.Bind(network.Access.Index);
        _stack.Bind(stack.Index);
        for (var i = 0; i < _uplinks.Length; i++)
        {
            var (socket, back) = _uplinks[i];
            back.Bind(stack.Index);
            if (socket != _access && network.UplinkAt(i) is { } uplink)
            {
                socket.Bind(uplink.Interface.Index);
            }
        }
    }

    /// <summary>The context that the control plane acts with while the interfaces are like this.</summary>
    public NetworkContext ContextOf(NetworkState network) => new(
        new ArpNetworks(network.Access.Mac, network.AccessNetwork, network.UplinkAddress, _dhcp) { FormerGateways = _config.Access.FormerGateways },
        network.IsOneArmed ? network.UplinkAddress.Address : network.AccessNetwork?.Address ?? _config.Portal.Address,
        network.Gateway, _config.Pool.Idle, _access, _stack, [.. _uplinks.Select((_, index) => LinkOf(network, index))])
    {
        AccessMtu = network.Access.Mtu,
    };

    public void Dispose()
    {
        _access.Dispose();
        _stack.Dispose();
        foreach (var (socket, back) in _uplinks)
        {
            socket.Dispose();
            back.Dispose();
        }
    }

    private UplinkLink? LinkOf(NetworkState network, int index) => network.UplinkAt(index) is { } uplink
        ? new UplinkLink(uplink.Mac, uplink.Address.Address, IsOwnShared(index) && uplink.Address != NetworkState.NoAddress ? uplink.Address.Address : null, _uplinks[index].Uplink, _uplinks[index].Return)
        {
            IsConnected = uplink.Interface.HasCarrier,
            Mtu = uplink.Mtu,
        }
        : null;

    /// <summary>If there are no addresses for sharing, devices that use this uplink share its own.</summary>
    private bool IsOwnShared(int uplink) => _config.Napt.Enabled
        && (uplink == 0 ? _config.Napt.Addresses.IsEmpty : _config.Gateways.Any(g => _config.UplinkOf(g) == uplink && g.Shared.IsEmpty));
}
