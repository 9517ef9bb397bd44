using Innkeeper.Policy;

namespace Innkeeper.Management;

/// <summary>A device that a filter selects, and its place in the filter's order.</summary>
internal readonly record struct SelectedDevice(KnownDevice Device, DevicePlace Place);

/// <summary>The devices that a filter selects, in its order. Statistics are read only where the filter depends on them, and only of devices that fit the rest of it.</summary>
/// <param name="filter">Checked.</param>
/// <param name="text">The filter's text; null: it has none.</param>
/// <param name="causeOf">One of <see cref="DeviceCause.All"/>, or null.</param>
internal sealed class DeviceSelection(
    DeviceFilter filter, DeviceText? text, DeviceDirectory directory, IBindingStatistics statistics, Func<KnownDevice, string?> causeOf, DateTimeOffset now)
{
    private readonly HashSet<AdmissionState>? _states = filter.States;
    private readonly HashSet<string>? _causes = filter.Causes;
    private readonly int? _vlan = filter.VlanNumber;
    private readonly TimeSpan? _seen = filter.SeenWithin;
    private readonly bool? _isOnline = filter.IsOnline;

    /// <summary>The order's name in cursors.</summary>
    public string Order => (filter.Sort ?? "vlan") + (filter.IsReversed ? "-" : "");

    public List<SelectedDevice> Select()
    {
        var selected = new List<SelectedDevice>();
        foreach (var device in directory.All())
        {
            if (Fits(device) && (_seen is null || (directory.IsSeen(device) && now - LastSeenOf(device) <= _seen)))
            {
                selected.Add(new SelectedDevice(device, PlaceOf(device)));
            }
        }

        // Directory and order agree: nothing is to be sorted.
        if (filter.Sort is not (null or "vlan") || filter.IsReversed)
        {
            selected.Sort(Compare);
        }

        return selected;
    }

    /// <summary>The index of the first device after a place, which may be a device's that has gone.</summary>
    public int IndexAfter(List<SelectedDevice> selected, DevicePlace place)
    {
        var (low, high) = (0, selected.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Compare(selected[middle].Place, place) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private bool Fits(KnownDevice device) =>
        (_states is null || _states.Contains(device.State))
        && (_vlan is null || device.Station.Vlan == _vlan)
        && (filter.Tag is null || device.Record?.Tags.Contains(filter.Tag, StringComparer.OrdinalIgnoreCase) == true)
        && (filter.Profile is null || device.Record?.Profile == filter.Profile)
        && (_causes is null || (causeOf(device) is { } cause && _causes.Contains(cause)))
        && (_isOnline is null || device.IsOnline == _isOnline)
        && (text is null || text.IsIn(device));

    private int Compare(SelectedDevice a, SelectedDevice b) => Compare(a.Place, b.Place);

    private int Compare(DevicePlace a, DevicePlace b) => filter.IsReversed ? b.CompareTo(a) : a.CompareTo(b);

    /// <summary>Devices without the value come last.</summary>
    private DevicePlace PlaceOf(KnownDevice device)
    {
        var station = device.Station;
        return filter.Sort switch
        {
            "mac" => new(station.Mac.Value, "", station),
            "seen" => new(directory.IsSeen(device) ? ulong.MaxValue - (ulong)LastSeenOf(device).UtcTicks : ulong.MaxValue, "", station),
            "address" => new(device.Bindings.IsEmpty ? ulong.MaxValue : device.Bindings[0].Claim.Address.Value, "", station),
            "name" => NameOf(device) is { } name ? new(0, name, station) : new(1, "", station),
            "traffic" => new(ulong.MaxValue - device.Bindings.Aggregate(0UL, (sum, b) => sum + statistics.MovementOf(b).Octets), "", station),
            _ => new(0, "", station),
        };
    }

    private static string? NameOf(KnownDevice device) =>
        device.Record is not { } record ? null : record.Name.Length > 0 ? record.Name : record.HostName.Length > 0 ? record.HostName : null;

    private DateTimeOffset LastSeenOf(KnownDevice device)
    {
        var first = device.FirstSeen;
        var last = directory.LastSeenOf(device.Station.Mac) ?? first;
        foreach (var binding in device.Bindings)
        {
            var seen = DeviceQueries.LastSeenOf(binding, statistics.MovementOf(binding).Idle, now);
            last = seen > last ? seen : last;
        }

        return last < first ? first : last;
    }
}
