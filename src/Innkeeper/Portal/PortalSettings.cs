using System.Collections.Immutable;
using System.Net;
using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>Where to reach the portal, and what it shows besides a device's admission.</summary>
/// <param name="Service">The portal's address, for every device.</param>
/// <param name="Notice">The administrator's plain text; empty: none.</param>
/// <param name="Name">The host name of <paramref name="Service"/> and that the certificate is for; empty: no HTTPS.</param>
internal sealed record PortalSettings(Ipv4Address Service, string Notice, string Name)
{
    public const string ApiPath = "/captive-portal/api";
    public const string LogoPath = "/logo";

    public PortalSettings(InnkeeperConfig config)
        : this(config.Portal.Address, config.Portal.Notice, config.Portal.Enabled ? config.Portal.Name : "")
    {
    }

    /// <summary>By address: it needs no DNS, and no certificate.</summary>
    public string PageUrl => $"http://{Service}/";

    /// <summary>Null without HTTPS.</summary>
    public string? SecureUrl => Name == "" ? null : $"https://{Name}/";

    /// <summary>The URI for DHCP's option 114 (RFC 8910 section 2.1); null: none, as the API must be reached by TLS (RFC 8908 section 4).</summary>
    public string? ApiUrl => Name == "" ? null : $"https://{Name}{ApiPath}";

    /// <summary>The names that are answered here, with the portal's.</summary>
    public ImmutableDictionary<string, ImmutableArray<IPAddress>> NamesWith(ImmutableDictionary<string, ImmutableArray<IPAddress>> hosts) =>
        Name == "" ? hosts : hosts.SetItem(Name, [IPAddress.Parse(Service.ToString())]);
}
