using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Bindings;

/// <summary>
/// Every binding, found by its number, claimed address, outside address, station, MAC, or by other claims of its address. One thread writes;
/// other threads read <see cref="All"/>, an immutable snapshot.
/// </summary>
internal sealed class BindingIndex
{
    private readonly Dictionary<ClaimedAddress, Binding> _byClaim = [];
    private readonly Dictionary<Ipv4Address, Binding> _byLegal = [];
    private readonly Dictionary<Station, List<ClaimedAddress>> _byStation = [];
    private readonly Dictionary<MacAddress, List<Station>> _byMac = [];
    private readonly Dictionary<(ushort Vlan, Ipv4Address Address), List<ClaimedAddress>> _byAddress = [];
    private volatile ImmutableDictionary<uint, Binding> _all = ImmutableDictionary<uint, Binding>.Empty;

    public ImmutableDictionary<uint, Binding> All => _all;

    public int StationCount => _byStation.Count;

    public bool Contains(ClaimedAddress claim) => _byClaim.ContainsKey(claim);

    public bool Contains(uint number) => _all.ContainsKey(number);

    public bool Contains(MacAddress mac) => _byMac.ContainsKey(mac);

    public Binding? Find(ClaimedAddress claim) => _byClaim.GetValueOrDefault(claim);

    public Binding? FindByLegal(Ipv4Address legal) => _byLegal.GetValueOrDefault(legal);

    /// <summary>All bindings of a station, oldest first.</summary>
    public IEnumerable<Binding> OfStation(Station station) =>
        _byStation.TryGetValue(station, out var claims) ? claims.Select(c => _byClaim[c]) : [];

    public int CountOf(Station station) => _byStation.TryGetValue(station, out var claims) ? claims.Count : 0;

    /// <summary>All bindings of a MAC, in any VLAN.</summary>
    public IReadOnlyList<Binding> OfMac(MacAddress mac) =>
        _byMac.TryGetValue(mac, out var stations) ? [.. stations.SelectMany(OfStation)] : [];

    /// <summary>Bindings of a VLAN that claim an address.</summary>
    public IEnumerable<Binding> Claiming(ushort vlan, Ipv4Address address) =>
        _byAddress.TryGetValue((vlan, address), out var claims) ? claims.Select(c => _byClaim[c]) : [];

    public void Add(Binding binding)
    {
        var station = binding.Claim.Station;
        Replace(binding);
        if (!_byStation.ContainsKey(station))
        {
            Put(_byMac, station.Mac, station);
        }

        Put(_byStation, station, binding.Claim);
        Put(_byAddress, (station.Vlan, binding.Claim.Address), binding.Claim);
    }

    /// <summary>The same number and claimed address, with other properties.</summary>
    public void Replace(Binding updated)
    {
        _byClaim[updated.Claim] = updated;
        if (updated.IsPooled)
        {
            _byLegal[updated.Legal] = updated;
        }

        _all = _all.SetItem(updated.Number, updated);
    }

    public void Remove(Binding binding)
    {
        var station = binding.Claim.Station;
        _byClaim.Remove(binding.Claim);
        if (binding.IsPooled)
        {
            _byLegal.Remove(binding.Legal);
        }

        _all = _all.Remove(binding.Number);
        Take(_byAddress, (station.Vlan, binding.Claim.Address), binding.Claim);
        if (Take(_byStation, station, binding.Claim))
        {
            Take(_byMac, station.Mac, station);
        }
    }

    private static void Put<TKey, TItem>(Dictionary<TKey, List<TItem>> index, TKey key, TItem item)
        where TKey : notnull
    {
        if (!index.TryGetValue(key, out var items))
        {
            index[key] = items = new List<TItem>(1);
        }

        items.Add(item);
    }

    /// <returns>Whether it was the last one.</returns>
    private static bool Take<TKey, TItem>(Dictionary<TKey, List<TItem>> index, TKey key, TItem item)
        where TKey : notnull
    {
        var items = index[key];
        items.Remove(item);
        return items.Count == 0 && index.Remove(key);
    }
}
