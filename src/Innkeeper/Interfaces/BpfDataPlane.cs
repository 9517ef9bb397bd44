using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The loaded programs and their maps.</summary>
internal sealed class BpfDataPlane(BpfPlane plane, ProfileProgrammer profiles) : IDataPlane
{
    /// <inheritdoc/>
    public bool IsAdopted => plane.Adopted != AdoptedFrom.None;

    /// <inheritdoc/>
    public DataPlaneConfig? ReadConfig() => plane.Config.TryGet(0, out var config) ? config : null;

    /// <inheritdoc/>
    public void WriteConfig(in DataPlaneConfig config) => plane.Config.Set(0, config);

    /// <inheritdoc/>
    public void WriteVlans(IReadOnlyCollection<ushort> vlans)
    {
        for (uint vlan = 1; vlan < plane.Vlans.Capacity; vlan++)
        {
            plane.Vlans.Set(vlan, vlans.Contains((ushort)vlan) ? (byte)1 : (byte)0);
        }
    }

    /// <inheritdoc/>
    public void WritePool(IEnumerable<Ipv4Network> networks)
    {
        var kept = new HashSet<Ipv4Network>();
        foreach (var network in networks)
        {
            plane.PoolNetworks.Set(new PoolKey { Prefix = (uint)network.PrefixLength, Network = network.NetworkId }, 1);
            kept.Add(new Ipv4Network(network.NetworkId, network.PrefixLength));
        }

        foreach (var key in plane.PoolNetworks.Keys().Where(key => !kept.Contains(new Ipv4Network(key.Network, (int)key.Prefix))))
        {
            plane.PoolNetworks.Delete(key);
        }
    }

    /// <inheritdoc/>
    public void WriteFormerGateways(IReadOnlyCollection<MacAddress> macs)
    {
        foreach (var mac in macs)
        {
            plane.FormerGateways.Set(new StationKey { Mac = mac }, 1);
        }

        foreach (var key in plane.FormerGateways.Keys().Where(k => !macs.Contains((MacAddress)k.Mac)).ToList())
        {
            plane.FormerGateways.Delete(key);
        }
    }

    /// <inheritdoc/>
    public void WriteProfiles(Ipv4Address? router, IReadOnlyList<Ipv4Network> uplinks) => profiles.OnNetworkChanged(router, uplinks);

    /// <inheritdoc/>
    public void Attach(Hook hook) => plane.Attach(hook);

    /// <inheritdoc/>
    public bool IsAttached(Hook hook) => plane.IsAttached(hook);

    /// <inheritdoc/>
    public void Detach(Hook hook) => BpfPlane.Detach(hook, plane.Programs);

    /// <inheritdoc/>
    public void ForgetEarlierPrograms() => plane.ForgetEarlierPrograms();

    /// <inheritdoc/>
    public IEnumerable<Hook> PossibleHooks() => Hooks.Everywhere();
}
