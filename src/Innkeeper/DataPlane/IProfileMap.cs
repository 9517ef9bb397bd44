using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>Profiles as the data plane has them.</summary>
internal interface IProfileMap
{
    uint PlaceOf(string name);

    /// <summary>A profile as an earlier process left it; null: it had none of that name.</summary>
    ProfileSlot? Before(string name);

    /// <summary>Writes a profile, and the networks it speaks of before it says that it does.</summary>
    void Set(string name, ProfileSlot slot, IReadOnlyDictionary<Ipv4Network, Destination> destinations);
}
