using System.Collections.Immutable;
using System.Globalization;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Dns;

/// <summary>Devices by the name that each has in the local zone. One thread; what it finds may be a second old.</summary>
/// <param name="bindings">The registry's snapshot.</param>
internal sealed class DeviceNames(Func<ImmutableDictionary<uint, Binding>> bindings)
{
    private const string Prefix = "d-";
    private const string VlanMark = "-v";
    private const int MacTextSize = 17;

    private readonly Dictionary<Station, List<Ipv4Address>> _legal = [];
    private ImmutableDictionary<uint, Binding>? _seen;
    private long _seenAt;

    /// <summary>The label of a device: "d-" and its MAC, and "-v" with its VLAN; the same as long as it keeps these.</summary>
    public static string LabelOf(Station station) =>
        Prefix + station.Mac.ToString().Replace(':', '-') + (station.Vlan == 0 ? "" : $"{VlanMark}{station.Vlan}");

    /// <summary>The outside addresses of a device by its label; none when no such device is there.</summary>
    public IReadOnlyList<Ipv4Address> Find(string label)
    {
        if (!TryParse(label, out var station))
        {
            return [];
        }

        Follow();
        return _legal.TryGetValue(station, out var found) ? found : [];
    }

    /// <summary>Reads the bindings again if they changed, once a second at most.</summary>
    private void Follow()
    {
        var now = Environment.TickCount64;
        if (_seen is not null && (now - _seenAt < 1000 || ReferenceEquals(_seen, bindings())))
        {
            return;
        }

        (_seen, _seenAt) = (bindings(), now);
        _legal.Clear();

        // A shared address leads to no device in particular.
        foreach (var binding in _seen.Values.Where(b => b.HasOwn))
        {
            if (!_legal.TryGetValue(binding.Claim.Station, out var list))
            {
                _legal[binding.Claim.Station] = list = new List<Ipv4Address>(1);
            }

            list.Add(binding.Legal);
        }
    }

    private static bool TryParse(string label, out Station station)
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
