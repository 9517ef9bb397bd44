using System.Collections.Immutable;
using System.Net;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>Where the portal is to be found, and what it tells besides a device's standing.</summary>
/// <param name="Service">The gateway's own address in the inside network.</param>
/// <param name="Notice">Plain text of the administrator's; empty: none.</param>
/// <param name="Name">The host name that leads to <paramref name="Service"/> and that the certificate is for; empty: no HTTPS.</param>
internal sealed record PortalSettings(Ipv4Address Service, string Notice, string Name)
{
    public const string ApiPath = "/captive-portal/api";

    public PortalSettings(InnkeeperConfig config)
        : this(config.Inside.ServiceAddress, config.Portal.Notice, config.Portal.Enabled ? config.Portal.Name : "")
    {
    }

    /// <summary>By address: it needs no DNS, and no certificate.</summary>
    public string PageUrl => $"http://{Service}/";

    /// <summary>Null without HTTPS.</summary>
    public string? SecureUrl => Name == "" ? null : $"https://{Name}/";

    /// <summary>What DHCP's option 114 is to say (RFC 8910 section 2.1); null: nothing, as the API must be reached by TLS (RFC 8908 section 4).</summary>
    public string? ApiUrl => Name == "" ? null : $"https://{Name}{ApiPath}";

    /// <summary>The names that are answered here, and the portal's among them.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> NamesWith(ImmutableDictionary<string, ImmutableArray<IPAddress>> hosts) =>
        Name == "" ? hosts : hosts.SetItem(Name, [IPAddress.Parse(Service.ToString())]);
}
