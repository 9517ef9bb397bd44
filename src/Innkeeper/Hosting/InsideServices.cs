using Innkeeper.DataPlane;
using Innkeeper.Dns.Sockets;
using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>The gateway's own services on the inside network: which of the devices' packets the data plane brings to them.</summary>
internal static class InsideServices
{
    public static List<Service> Of(DnsService? dns, PortalService? portal)
    {
        var services = new List<Service>();
        if (dns is not null)
        {
            services.Add(new Service { Port = 53, Local = dns.UdpPort, Protocol = IpProtocol.Udp });
            services.Add(new Service { Port = 53, Local = dns.TcpPort, Protocol = IpProtocol.Tcp });
        }

        if (portal is not null)
        {
            services.Add(new Service { Port = 80, Local = portal.HttpPort, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Held | ServiceFlags.Own });
        }

        if (portal is { HttpsPort: > 0 })
        {
            services.Add(new Service { Port = 443, Local = portal.HttpsPort, Protocol = IpProtocol.Tcp, Flags = ServiceFlags.Own });
        }

        return services;
    }
}
