using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.Hosting;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Management.Contracts;

namespace Innkeeper.Doctor;

/// <summary>The facts that all examinations share: the file, the interfaces, this user's rights, and the running gateway's own report.</summary>
/// <param name="File">Null: there is no file yet.</param>
/// <param name="Links">All interfaces of this host.</param>
/// <param name="System">The kernel and this user's rights.</param>
/// <param name="Running">Null: no gateway answers.</param>
/// <param name="NoAnswer">Why none answers; null: one does.</param>
internal sealed record Examined(ConfigurationResult? File, ImmutableArray<LinkInfo> Links, SystemInfo System, StatusReport? Running, string? NoAnswer)
{
    private const int NetRaw = 13;

    /// <summary>The settings; those by default while there is no file, or it has errors.</summary>
    public InnkeeperConfig Config { get; } = File?.Config ?? new InnkeeperConfig();

    /// <summary>Whether a file says which interfaces are the gateway's.</summary>
    public bool HasSettings => File?.Config is not null;

    /// <summary>Whether this user may send and hear frames.</summary>
    public bool MayListen => (System.Capabilities & (1UL << NetRaw)) != 0;

    /// <summary>The devices' side; null: not known, or not there.</summary>
    public LinkInfo? Access => Find(Config.Access.Interface);

    /// <summary>The uplinks that are there, the main one first.</summary>
    public IEnumerable<LinkInfo> Uplinks => Config.UplinkInterfaces.Select(Find).OfType<LinkInfo>();

    /// <summary>The gateway's interfaces as it would see them; null: some are missing.</summary>
    public NetworkState? Network => HasSettings ? NetworkState.AtStart(Config, Links, out _) : null;

    private LinkInfo? Find(string name) => Links.FirstOrDefault(l => l.Name == name);
}
