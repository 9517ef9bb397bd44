using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Dns;
using Innkeeper.Ipv6;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>A device at one moment: in one VLAN, with what is remembered of it and its bindings there.</summary>
/// <param name="Record">Null in the moment before its first record is kept.</param>
/// <param name="Bindings">By claimed address; empty for a device without an address.</param>
internal sealed record KnownDevice(Station Station, DeviceRecord? Record, ImmutableArray<Binding> Bindings)
{
    /// <summary>Its IPv6 addresses, oldest first.</summary>
    public ImmutableArray<Ipv6Binding> Ipv6 { get; init; } = [];

    /// <summary>Its bindings of both families.</summary>
    public IEnumerable<ICountedBinding> AllBindings => Bindings.Concat<ICountedBinding>(Ipv6);

    public AdmissionState State => Record?.Admission.State ?? AdmissionState.New;

    /// <summary>When it was first heard, or decided about.</summary>
    public DateTimeOffset FirstSeen => !Bindings.IsEmpty ? Bindings.Min(b => b.FirstSeen) : Record?.FirstSeen ?? Ipv6.Min(b => b.FirstSeen);

    /// <summary>It is admitted, has an address, and is not held for a volume that is used up.</summary>
    public bool IsOnline => State == AdmissionState.Admitted && AllBindings.Any(b => !b.Policy.IsHeld);
}

/// <summary>Finds devices in two immutable snapshots: the records and the bindings. No system call, from any thread.</summary>
/// <param name="records">The records of all known devices.</param>
/// <param name="bindings">The snapshot of the bindings, by number.</param>
internal sealed class DeviceDirectory(DeviceStore records, Func<ImmutableDictionary<uint, Binding>> bindings)
{
    /// <summary>Longer texts are no names: they are not compared with those of all devices.</summary>
    private const int LongestName = 64;

    private const int MostCandidates = 5;

    /// <summary>The snapshot of IPv6 bindings, by station.</summary>
    public Func<ImmutableDictionary<Station, ImmutableArray<Ipv6Binding>>> Ipv6 { get; init; } = () => Ipv6Bindings.NoStations;

    private volatile Tuple<ImmutableDictionary<MacAddress, DeviceRecord>, GivenNames>? _names;

    /// <summary>The labels of the names that the administrator gave, as the records have them now.</summary>
    public GivenNames Names
    {
        get
        {
            var known = records.Devices;
            if (_names is not { } names || !ReferenceEquals(names.Item1, known))
            {
                _names = names = Tuple.Create(known, new GivenNames(known.Values.Where(d => d.Name.Length > 0).Select(d => (d.Mac, d.Name))));
            }

            return names.Item2;
        }
    }

    /// <summary>When a device was last heard, beside what its bindings tell; null: not known.</summary>
    public DateTimeOffset? LastSeenOf(MacAddress mac) => records.LastSeenOf(mac);

    /// <summary>Why a device got no address lately; null: it got one, or asked for none.</summary>
    public ServiceRefusal? RefusalOf(MacAddress mac, DateTimeOffset now) => records.RefusalOf(mac, now);

    /// <summary>The volumes of devices; null: none is counted.</summary>
    public VolumeLimits? Volumes { get; init; }

    /// <summary>The volume of a device's group; null: its profile has none.</summary>
    public VolumeStanding? VolumeOf(KnownDevice device) => device.Record is { } record ? Volumes?.Of(record, device.Station.Vlan) : null;

    public DeviceRecord? RecordOf(MacAddress mac) => records.Find(mac);

    /// <inheritdoc cref="DeviceStore.FindOrNew"/>
    public DeviceRecord RecordOrNew(MacAddress mac, DateTimeOffset firstSeen) => records.FindOrNew(mac, firstSeen);

    /// <summary>The record that reserves an outside address; null: none does.</summary>
    public DeviceRecord? HolderOf(Ipv4Address pinned) => records.Devices.Values.FirstOrDefault(d => d.PinnedLegal == pinned);

    /// <summary>The machine that has an outside address by the file; null: none.</summary>
    public MachineConfig? MachineAt(Ipv4Address outside) => records.Machines.At(outside);

    /// <summary>A VLAN that a device is in; 0 where it has no address.</summary>
    public ushort VlanOf(MacAddress mac) => bindings().Values.Where(b => b.Claim.Station.Mac == mac).MinBy(b => b.Number)?.Claim.Station.Vlan ?? Ipv6().Keys.Where(s => s.Mac == mac).Select(s => s.Vlan).FirstOrDefault();

    /// <summary>The stations in a VLAN that have a binding, by MAC.</summary>
    public IEnumerable<Station> StationsIn(ushort vlan) => bindings().Values.Select(b => b.Claim.Station).Where(s => s.Vlan == vlan).Distinct().OrderBy(s => s.Mac);

    /// <summary>All devices, ordered by VLAN and MAC.</summary>
    public IReadOnlyList<KnownDevice> All()
    {
        var (known, present) = (records.Devices, bindings());
        var devices = Group(present.Values, known, Ipv6());

        // A device's record does not tell the VLAN of a device without an address.
        var macs = devices.Select(d => d.Station.Mac).ToHashSet();
        foreach (var (mac, record) in known)
        {
            if (!macs.Contains(mac))
            {
                devices.Add(new KnownDevice(new Station(0, mac), record, []));
            }
        }

        devices.Sort((a, b) => Compare(a.Station, b.Station));
        return devices;
    }

    /// <summary>By VLAN, then by MAC.</summary>
    public static int Compare(Station a, Station b) => a.Vlan != b.Vlan ? a.Vlan.CompareTo(b.Vlan) : a.Mac.CompareTo(b.Mac);

    /// <summary>False: it was decided about before it came.</summary>
    public bool IsSeen(KnownDevice device) => !device.Bindings.IsEmpty || !device.Ipv6.IsEmpty || LastSeenOf(device.Station.Mac) is not null || device.Record?.Uses is not null;

    /// <summary>One device, once for each VLAN it is in; empty: it is not known.</summary>
    public KnownDevice[] Of(MacAddress mac)
    {
        var here = Group(bindings().Values.Where(b => b.Claim.Station.Mac == mac), records.Devices, Ipv6().Where(s => s.Key.Mac == mac));
        return here.Count > 0 ? [.. here] : RecordOf(mac) is { } record ? [new KnownDevice(new Station(0, mac), record, [])] : [];
    }

    /// <summary>
    /// The device that a command means: by MAC or given name only, never by its own host name: a device could choose the host name of
    /// another one to be admitted in its place. An unknown MAC is accepted too: you can decide about a device before it arrives.
    /// </summary>
    public Result<IdentifiedDevice> Identify(string device)
    {
        if (MacText.TryParse(device, out var mac))
        {
            return mac.IsMulticast || mac == MacAddress.Zero ? new Invalid("device", mac.ToString(), "the MAC of one device") : new IdentifiedDevice(mac);
        }

        return One(device, Named(device));
    }

    /// <summary>The device that a query means: by MAC, given name, address (own, outside or shared) or the name it gives itself, in this order.</summary>
    public Result<IdentifiedDevice> Find(string device)
    {
        if (MacText.TryParse(device, out var mac))
        {
            return Of(mac).Length > 0 ? new IdentifiedDevice(mac) : Unknown(device);
        }

        return One(device, Matches(device));
    }

    /// <summary>The devices with an address (own, outside or shared), or with a given name, or with a host name.</summary>
    public IReadOnlyList<MacAddress> Matches(string device)
    {
        if (Ipv4Address.TryParse(device, out var address))
        {
            return InOrder(bindings().Values.Where(b => b.Claim.Address == address || b.Legal == address || b.Shared == address).Select(b => b.Claim.Station.Mac));
        }

        if (Ipv6Address.TryParse(device, out var ipv6))
        {
            return InOrder(Ipv6().Where(s => s.Value.Any(b => b.Claim.Address == ipv6 || b.Outside == ipv6)).Select(s => s.Key.Mac));
        }

        var named = InOrder(Named(device));
        return named.Count > 0 ? named : InOrder(records.Devices.Values.Where(d => d.HostName.Length > 0 && IsSame(d.HostName, device)).Select(d => d.Mac));
    }

    /// <summary>No device has that name; only given names are proposed.</summary>
    public NotFound Unknown(string device)
    {
        if (device.Length > LongestName)
        {
            return new NotFound("device", device);
        }

        // Never another MAC: the next command might block or admit a device of another guest.
        return new NotFound("device", device, Suggest.Nearest(device, records.Devices.Values.Select(d => d.Name).Where(n => n.Length > 0)), Note: NoteOf(device));
    }

    private static List<MacAddress> InOrder(IEnumerable<MacAddress> macs) => [.. macs.Distinct().Order()];

    /// <summary>The devices of bindings, ordered by VLAN and MAC; those with IPv6 alone come last.</summary>
    private static List<KnownDevice> Group(
        IEnumerable<Binding> bindings, ImmutableDictionary<MacAddress, DeviceRecord> records, IEnumerable<KeyValuePair<Station, ImmutableArray<Ipv6Binding>>> ipv6)
    {
        var left = ipv6.ToDictionary();
        Binding[] sorted = [.. bindings];
        Array.Sort(sorted, (a, b) => Compare(a.Claim.Station, b.Claim.Station) is var order and not 0 ? order : a.Claim.Address.CompareTo(b.Claim.Address));
        var devices = new List<KnownDevice>();
        for (int first = 0, next; first < sorted.Length; first = next)
        {
            var station = sorted[first].Claim.Station;
            for (next = first + 1; next < sorted.Length && sorted[next].Claim.Station == station;)
            {
                next++;
            }

            devices.Add(new KnownDevice(station, records.GetValueOrDefault(station.Mac), [.. sorted.AsSpan(first, next - first)]) { Ipv6 = left.Remove(station, out var its) ? its : [] });
        }

        devices.AddRange(left.Select(s => new KnownDevice(s.Key, records.GetValueOrDefault(s.Key.Mac), []) { Ipv6 = s.Value }));
        return devices;
    }

    private static bool IsSame(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<MacAddress> Named(string name) => name.Length is 0 or > LongestName
        ? []
        : records.Devices.Values.Where(d => IsSame(d.Name, name)).Select(d => d.Mac);

    private Result<IdentifiedDevice> One(string device, IEnumerable<MacAddress> matches)
    {
        var macs = InOrder(matches);
        return macs.Count switch
        {
            0 => Unknown(device),
            1 => new IdentifiedDevice(macs[0]),
            _ => new Ambiguous("device", device, [.. macs.Take(MostCandidates).Select(m => m.ToString())], macs.Count),
        };
    }

    private static string? NoteOf(string device) =>
        MacText.TryParse(device, out _) ? "a device with this MAC has never been here"
        : device.Count(c => c is ':' or '-') == 5 || device.Count(c => c == '.') == 2 ? "that is not a MAC address either"
        : null;
}

/// <summary>A device that a name stands for.</summary>
internal sealed record IdentifiedDevice(MacAddress Mac);
