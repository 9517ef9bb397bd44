using System.Net.Sockets;
using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Management.Diagnosis;

/// <summary>Names as this host itself resolves them, where the gateway serves no DNS.</summary>
internal static class HostNames
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public static async Task<ResolvedHost> ResolveAsync(string name)
    {
        try
        {
            var found = await System.Net.Dns.GetHostAddressesAsync(name, AddressFamily.InterNetwork).WaitAsync(s_patience).ConfigureAwait(false);
            return found.Length > 0 ? new ResolvedHost(Ipv4Address.Read(found[0].GetAddressBytes())) : new ResolvedHost(null, "the name has no IPv4 address");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return new ResolvedHost(null, "this host cannot resolve it");
        }
        catch (TimeoutException)
        {
            return new ResolvedHost(null, "no answer came in time");
        }
    }
}
