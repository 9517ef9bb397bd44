using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>
/// Profiles as the data plane has them. A name keeps its number while settings change and processes come and go: a binding that
/// continues must never be treated by another profile.
/// </summary>
internal sealed class ProfileTable : IProfileMap
{
    private readonly BpfMap<uint, ProfileSlot> _slots;
    private readonly BpfMap<DestinationKey, Destination> _destinations;
    private readonly BpfMap<Destination6Key, Destination> _ipv6Destinations;
    private readonly Dictionary<string, uint> _places = [];
    private readonly Dictionary<string, ProfileSlot> _before = [];

    /// <param name="names">All profiles; the first is the default, which is number 0.</param>
    public ProfileTable(BpfPlane plane, IReadOnlyList<string> names)
    {
        (_slots, _destinations, _ipv6Destinations) = (plane.Profiles, plane.Destinations, plane.Destinations6);
        _places[names[0]] = 0;
        var (free, left) = (new Stack<uint>(), new Stack<uint>());
        for (var place = (uint)ProfileSlot.Count - 1; place > 0; place--)
        {
            if (!_slots.TryGet(place, out var slot) || slot.Id == 0)
            {
                free.Push(place);
            }
            else if (names.Skip(1).FirstOrDefault(n => IdOf(n) == slot.Id && !_places.ContainsKey(n)) is { } known)
            {
                _places[known] = place;
            }
            else
            {
                left.Push(place);
            }
        }

        foreach (var name in names.Where(n => !_places.ContainsKey(n)))
        {
            // Bindings still name the places of profiles that are gone: those are given last.
            _places[name] = (free.Count > 0 ? free : left).Pop();
        }

        foreach (var (name, place) in _places)
        {
            if (_slots.TryGet(place, out var slot) && slot.Id == IdOf(name))
            {
                _before[name] = slot;
            }
        }

        // A deleted profile forwards nothing until its devices have another one.
        foreach (var place in free.Concat(left))
        {
            _slots.Set(place, new ProfileSlot { Flags = ProfileFlags.NoGateway | ProfileFlags.Isolate });
        }
    }

    public uint PlaceOf(string name) => _places[name];

    /// <inheritdoc/>
    public ProfileSlot? Before(string name) => _before.TryGetValue(name, out var slot) ? slot : null;

    /// <inheritdoc/>
    public void Set(string name, ProfileSlot slot, ProfileDestinations destinations)
    {
        var place = _places[name];
        foreach (var (network, verdict) in destinations.Ipv4)
        {
            _destinations.Set(KeyOf(place, network), verdict);
        }

        foreach (var (network, verdict) in destinations.Ipv6)
        {
            _ipv6Destinations.Set(KeyOf(place, network), verdict);
        }

        _slots.Set(place, slot with { Id = IdOf(name) });
        var kept = destinations.Ipv4.Keys.Select(n => (KeyOf(place, n).Prefix, n.NetworkId)).ToHashSet();
        foreach (var key in _destinations.Keys().Where(k => k.Profile == place && !kept.Contains((k.Prefix, k.Network))))
        {
            _destinations.Delete(key);
        }

        var ipv6Kept = destinations.Ipv6.Keys.Select(n => (KeyOf(place, n).Prefix, n.NetworkId)).ToHashSet();
        foreach (var key in _ipv6Destinations.Keys().Where(k => k.Profile == place && !ipv6Kept.Contains((k.Prefix, k.Network))))
        {
            _ipv6Destinations.Delete(key);
        }
    }

    private static DestinationKey KeyOf(uint place, Ipv4Network network) =>
        new() { Prefix = DestinationKey.ProfileBits + (uint)network.PrefixLength, Profile = place, Network = network.NetworkId };

    private static Destination6Key KeyOf(uint place, Ipv6Network network) =>
        new() { Prefix = DestinationKey.ProfileBits + (uint)network.PrefixLength, Profile = place, Network = network.NetworkId };

    /// <summary>FNV-1a; never 0.</summary>
    private static ulong IdOf(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in name)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        return hash == 0 ? 1 : hash;
    }
}
