using System.Globalization;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Wire;

namespace Innkeeper.Management.Diagnosis;

/// <summary>The stations that a question is about.</summary>
/// <param name="Unheard">A sentence about the address or VLAN that was asked for, for the case that there are no stations.</param>
/// <param name="Vlan">The VLAN that was asked for; null: none was.</param>
internal sealed record SelectedStations(IReadOnlyList<Station> Stations, string Unheard, ushort? Vlan = null);

/// <summary>
/// Finds the stations that a text means: a MAC, a given name, an address (own or outside), a host name, or a VLAN. Stations that are no known devices
/// are found too, by what was heard of them. Never one that is merely similar: it would be another guest.
/// </summary>
internal sealed class DeviceSelector(DeviceDirectory directory)
{
    private const string VlanPrefix = "vlan:";
    private const int LastVlan = 4094;

    /// <param name="inspector">Called here: so this is the control loop's thread.</param>
    public Result<SelectedStations> Select(string device, IDeviceInspector inspector, IReadOnlyList<StationDrop> drops)
    {
        if (device.StartsWith(VlanPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return VlanOf(device[VlanPrefix.Length..]) is { } number ? InVlan(number, inspector, drops) : new Invalid("device", device, $"vlan: and a number from 0 to {LastVlan}");
        }

        if (MacText.TryParse(device, out var mac))
        {
            return mac.IsMulticast || mac == MacAddress.Zero
                ? new Invalid("device", device, "the MAC of one device")
                : new SelectedStations(StationsOf(mac, inspector, drops), $"Nothing was ever heard of {mac}.");
        }

        if (Ipv4Address.TryParse(device, out var address))
        {
            return WithAddress(address, inspector, drops);
        }

        var named = directory.Matches(device);
        if (named.Count > 0)
        {
            return new SelectedStations([.. named.SelectMany(m => StationsOf(m, inspector, drops))], "");
        }

        return VlanOf(device) is { } vlan ? InVlan(vlan, inspector, drops) : directory.Unknown(device);
    }

    private static ushort? VlanOf(string text) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= LastVlan ? number : null;

    /// <summary>By its bindings; a device without any, by where it was heard, or where its frames were dropped.</summary>
    private List<Station> StationsOf(MacAddress mac, IDeviceInspector inspector, IReadOnlyList<StationDrop> drops)
    {
        var known = directory.Of(mac);
        var stations = known.Where(d => !d.Bindings.IsEmpty).Select(d => d.Station)
            .Union(inspector.Find((s, _) => s.Mac == mac)).Union(drops.Select(d => d.Station).Where(s => s.Mac == mac)).OrderBy(s => s.Vlan).ToList();
        return stations.Count > 0 ? stations : [.. known.Select(d => d.Station)];
    }

    private SelectedStations WithAddress(Ipv4Address address, IDeviceInspector inspector, IReadOnlyList<StationDrop> drops)
    {
        IEnumerable<MacAddress> macs = directory.Matches(address.ToString());
        if (!macs.Any())
        {
            macs = directory.HolderOf(address) is { } holder ? [holder.Mac]
                : inspector.LeasedTo(address).Concat(inspector.Find((_, t) => t.Own == address || t.Arrival?.Address == address)).Select(s => s.Mac).Distinct();
        }

        return new SelectedStations([.. macs.SelectMany(m => StationsOf(m, inspector, drops))], $"Nothing was heard of the address {address}.");
    }

    private SelectedStations InVlan(ushort vlan, IDeviceInspector inspector, IReadOnlyList<StationDrop> drops)
    {
        return new SelectedStations(
            [.. directory.StationsIn(vlan).Union(inspector.Find((s, _) => s.Vlan == vlan)).Union(drops.Select(d => d.Station).Where(s => s.Vlan == vlan))],
            vlan == 0 ? "Nothing was heard without a VLAN tag." : $"Nothing was heard on VLAN {vlan}.", vlan);
    }
}
