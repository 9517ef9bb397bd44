namespace Innkeeper.DataPlane;

/// <summary>Profiles as the data plane has them.</summary>
internal interface IProfileMap
{
    uint PlaceOf(string name);

    /// <summary>A profile as an earlier process left it; null: no profile of that name.</summary>
    ProfileSlot? Before(string name);

    /// <summary>Writes a profile, after the networks that it names.</summary>
    void Set(string name, ProfileSlot slot, ProfileDestinations destinations);
}
