using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The data plane as far as it depends on interfaces: the loaded programs and their maps in the process, a record in tests.</summary>
internal interface IDataPlane
{
    /// <summary>Whether an earlier process left its programs and maps at work, so that devices are already being served.</summary>
    bool IsAdopted { get; }

    /// <summary>The configuration that the data plane works by, even an earlier process's; null: there is none.</summary>
    DataPlaneConfig? ReadConfig();

    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WriteConfig(in DataPlaneConfig config);

    /// <summary>The VLANs that devices may be in, beside untagged frames.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WriteVlans(IReadOnlyCollection<ushort> vlans);

    /// <summary>The addresses that no host outside may have: the pool and the shared addresses, of all gateways.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WritePool(IEnumerable<Ipv4Network> networks);

    /// <summary>MACs of gateways that this one replaced: frames to them are taken, too.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WriteFormerGateways(IReadOnlyCollection<MacAddress> macs);

    /// <summary>Writes the profiles again, as they depend on the uplinks.</summary>
    /// <param name="router">The main gateway's next hop; null: there is none.</param>
    /// <param name="uplinks">The uplinks' addresses in their subnets.</param>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WriteProfiles(Ipv4Address? router, IReadOnlyList<Ipv4Network> uplinks);

    /// <summary>Attaches the program, and replaces an earlier process's in one step.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void Attach(Hook hook);

    /// <summary>Whether our program is attached there.</summary>
    bool IsAttached(Hook hook);

    /// <summary>Detaches our program there, if there is one.</summary>
    void Detach(Hook hook);

    /// <summary>No program of an earlier process is attached any more.</summary>
    void ForgetEarlierPrograms();

    /// <summary>Every place on this host where a program of ours may be attached.</summary>
    IEnumerable<Hook> PossibleHooks();
}
