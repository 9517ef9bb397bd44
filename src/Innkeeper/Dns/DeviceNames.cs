using System.Collections.Immutable;
using System.Globalization;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>
/// Devices by the names that each has in the local zone: one by its MAC, and one that the administrator gave it. One thread; what it finds may be a
/// second old.
/// </summary>
/// <param name="bindings">The registry's snapshot.</param>
/// <param name="given">The names that the administrator gave, at this moment.</param>
internal sealed class DeviceNames(Func<ImmutableDictionary<uint, Binding>> bindings, Func<GivenNames> given)
{
    private const string Prefix = "d-";
    private const string VlanMark = "-v";
    private const int MacTextSize = 17;

    private readonly Dictionary<Station, List<Ipv4Address>> _legal = [];
    private readonly Dictionary<MacAddress, List<Ipv4Address>> _legalOf = [];
    private readonly Dictionary<Ipv4Address, MacAddress> _devices = [];
    private GivenNames _given = GivenNames.None;
    private ImmutableDictionary<uint, Binding>? _seen;
    private long _seenAt;

    /// <summary>The label of a device by its MAC: "d-" and its MAC, and "-v" with its VLAN; the same as long as it keeps these.</summary>
    public static string LabelOf(Station station) =>
        Prefix + station.Mac.ToString().Replace(':', '-') + (station.Vlan == 0 ? "" : $"{VlanMark}{station.Vlan}");

    /// <summary>The outside addresses of a device by its label; none when no such device is there.</summary>
    public IReadOnlyList<Ipv4Address> Find(string label)
    {
        Follow();
        return TryParse(label, out var station) ? _legal.GetValueOrDefault(station) ?? []
            : _given.Find(label) is { } mac ? _legalOf.GetValueOrDefault(mac) ?? []
            : [];
    }

    /// <summary>The label that the administrator gave the device with an outside address; null: none. The name by MAC is not told: a device that asks for every address would learn whom to pretend to be.</summary>
    public string? NameOf(Ipv4Address outside)
    {
        Follow();
        return _devices.TryGetValue(outside, out var mac) ? _given.LabelOf(mac) : null;
    }

    /// <summary>Reads the bindings again if they changed, once a second at most.</summary>
    private void Follow()
    {
        var now = Environment.TickCount64;
        if (_seen is not null && (now - _seenAt < 1000 || (ReferenceEquals(_seen, bindings()) && ReferenceEquals(_given, given()))))
        {
            return;
        }

        (_seen, _seenAt) = (bindings(), now);
        _given = given();
        _legal.Clear();
        _legalOf.Clear();
        _devices.Clear();

        // A shared address leads to no device in particular.
        foreach (var binding in _seen.Values.Where(b => b.HasOwn))
        {
            Add(_legal, binding.Claim.Station, binding.Legal);
            Add(_legalOf, binding.Claim.Station.Mac, binding.Legal);
            _devices[binding.Legal] = binding.Claim.Station.Mac;
        }
    }

    private static void Add<T>(Dictionary<T, List<Ipv4Address>> lists, T key, Ipv4Address address)
        where T : notnull
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = new List<Ipv4Address>(1);
        }

        list.Add(address);
    }

    /// <summary>Reads what <see cref="LabelOf"/> writes.</summary>
    internal static bool TryParse(string label, out Station station)
    {
        station = default;
        if (label.Length < Prefix.Length + MacTextSize || !label.StartsWith(Prefix, StringComparison.Ordinal)
            || !MacAddress.TryParse(label.AsSpan(Prefix.Length, MacTextSize).ToString().Replace('-', ':'), out var mac))
        {
            return false;
        }

        ushort vlan = 0;
        var rest = label.AsSpan(Prefix.Length + MacTextSize);
        if (!rest.IsEmpty && (!rest.StartsWith(VlanMark) || !ushort.TryParse(rest[VlanMark.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out vlan)))
        {
            return false;
        }

        station = new Station(vlan, mac);
        return LabelOf(station) == label;
    }
}
