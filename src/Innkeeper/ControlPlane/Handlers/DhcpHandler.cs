using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane.Handlers;

/// <summary>DHCP messages of clients and of other servers.</summary>
/// <param name="server">Null: DHCP is not served.</param>
internal sealed class DhcpHandler(DhcpServer? server, GatewayInferences gateways, ArrivalService arrivals) : IPuntHandler, ITimed
{
    public IReadOnlyList<PuntReason> Reasons => [PuntReason.Dhcp, PuntReason.DhcpServer];

    public bool Handle(in Punt punt, in EthernetPacket ethernet, ReadOnlySpan<byte> frame, TimeSpan now)
    {
        if (server is null)
        {
            return true;
        }

        if (punt.Reason == PuntReason.DhcpServer)
        {
            server.OnServer(ethernet, now);
        }
        else if (server.OnClient(ethernet, punt.Vlan, now) is { } claim)
        {
            if (gateways.Find(claim) is null)
            {
                // A device that takes an address from this server uses this gateway: its first request is answered at once.
                gateways.Put(claim, GatewayInference.Inherited(claim.Address, server.Settings.Router));
            }

            arrivals.Lease(claim, now);
        }

        return true;
    }

    public TimeSpan NextDue(TimeSpan now) => server?.NextDue ?? TimeSpan.MaxValue;

    public void Tick(TimeSpan now) => server?.Tick(now);
}
