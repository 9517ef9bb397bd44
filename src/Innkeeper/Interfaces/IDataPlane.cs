using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The data plane as far as it depends on interfaces: the loaded programs and their maps in the process, a record in tests.</summary>
internal interface IDataPlane
{
    /// <summary>Whether an earlier process left its programs and maps at work, so that devices are being served already.</summary>
    bool IsAdopted { get; }

    /// <summary>The configuration that the data plane works by, be it an earlier process's; null: there is none.</summary>
    DataPlaneConfig? ReadConfig();

    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WriteConfig(in DataPlaneConfig config);

    /// <summary>Which VLANs devices may be in, beside none.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WriteVlans(IReadOnlyCollection<ushort> vlans);

    /// <summary>Writes the profiles anew, as they depend on the uplinks.</summary>
    /// <param name="router">The main gateway's next hop; null: there is none.</param>
    /// <param name="uplinks">The uplinks' addresses in their subnets.</param>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void WriteProfiles(Ipv4Address? router, IReadOnlyList<Ipv4Network> uplinks);

    /// <summary>Attaches the program, in place of an earlier process's in one step.</summary>
    /// <exception cref="DataPlaneException">The kernel refused.</exception>
    void Attach(Hook hook);

    /// <summary>Takes our program off there, if it hangs there.</summary>
    void Detach(Hook hook);

    /// <summary>Every place on this host where a program of ours may hang.</summary>
    IEnumerable<Hook> PossibleHooks();
}
