namespace Innkeeper.Links;

/// <summary>The host's firewall, as far as it takes to say how to open it: nftables, and what iptables-nft writes there.</summary>
internal interface IFirewall
{
    /// <summary>Whether its rules changed since the last call. Never waits.</summary>
    bool TakeChange();

    /// <summary>All base chains for IPv4.</summary>
    IReadOnlyList<FirewallChain> ReadChains();
}

/// <summary>The kernel's nftables. Where the kernel has none, nothing changes and there are no chains.</summary>
internal sealed class HostFirewall : IFirewall, IDisposable
{
    private const int NETLINK_NETFILTER = 12;
    private const int NFNLGRP_NFTABLES = 7;
    private const ushort NFT_MSG_NEWCHAIN = 0xA03;
    private const ushort NFT_MSG_GETCHAIN = 0xA04;
    private const ushort NFT_MSG_NEWRULE = 0xA06;
    private const ushort NFT_MSG_GETRULE = 0xA07;
    private const byte AnyFamily = 0;

    private readonly RuleWatch? _watch;

    public HostFirewall()
    {
        try
        {
            _watch = new RuleWatch();
        }
        catch (NetlinkException)
        {
            // The kernel has no nfnetlink.
        }
    }

    /// <inheritdoc/>
    public bool TakeChange() => _watch?.TakeChange() ?? false;

    /// <inheritdoc/>
    public IReadOnlyList<FirewallChain> ReadChains()
    {
        try
        {
            using var socket = new NetlinkSocket(NETLINK_NETFILTER);
            return socket.Dump<FirewallChain>("firewall's chains", NFT_MSG_GETCHAIN, NFT_MSG_NEWCHAIN, AnyFamily, 4, FirewallChain.TryParse);
        }
        catch (NetlinkException)
        {
            return [];
        }
    }

    /// <summary>All rules.</summary>
    public static IReadOnlyList<FirewallRule> ReadRules()
    {
        try
        {
            using var socket = new NetlinkSocket(NETLINK_NETFILTER);
            return socket.Dump<FirewallRule>("firewall's rules", NFT_MSG_GETRULE, NFT_MSG_NEWRULE, AnyFamily, 4, FirewallRule.TryParse);
        }
        catch (NetlinkException)
        {
            return [];
        }
    }

    public void Dispose() => _watch?.Dispose();

    private sealed class RuleWatch() : NetlinkWatch(1 << (NFNLGRP_NFTABLES - 1), NETLINK_NETFILTER);
}
