using Innkeeper.Configuration;
using Innkeeper.Links;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Hosting;

/// <summary>
/// Sets the access interface up when the gateway starts: NetworkManager, which leaves it alone (<c>innkeeper setup</c>), does not, and the interface
/// needs no other setting. On one arm the interface is the host's own.
/// </summary>
internal static class AccessLink
{
    /// <returns>Whether it was down.</returns>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    public static bool SetUp(InnkeeperConfig config, ILogger log)
    {
        if (config.IsOneArmed || !Netlink.ReadInterface(config.Access.Interface, out var link) || link.IsUp)
        {
            return false;
        }

        // A device's router advertisement must not give this host an address or a route.
        _ = Sysctl.Write($"net/ipv6/conf/{link.Name}/accept_ra", "0");
        Netlink.SetUp(link.Index);
        log.AccessSetUp(link.Name);
        return true;
    }
}
