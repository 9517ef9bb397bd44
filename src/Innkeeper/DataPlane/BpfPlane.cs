using System.Runtime.InteropServices;
using Innkeeper.Interop;

namespace Innkeeper.DataPlane;

/// <summary>The origin of the maps in use: an earlier process's, or new.</summary>
internal enum AdoptedFrom
{
    None,
    Pins,
    Programs,
}

/// <summary>A place where a program is attached: an interface, a direction, and the program's name in bpf/innkeeper.bpf.c.</summary>
internal readonly record struct Hook(int Ifindex, string Interface, int Direction, string Program);

/// <summary>
/// The programs and their maps: loaded from the embedded object, taken over from an earlier process where it left
/// them, attached so that the change from old to new is one step. Disposing this leaves all of it at work.
/// </summary>
internal sealed unsafe class BpfPlane : IDisposable
{
    /// <summary>The version of the maps' layout: another version never reads these pins.</summary>
    public const string PinVersion = "v2";

    /// <summary>Maps that are written again at every start: another version's is not taken over but replaced.</summary>
    private const string ConfigMap = "config";

    /// <summary>Holds the moments of rates, which may begin again: a smaller one of an earlier version is replaced.</summary>
    private const string MetersMap = "meters";

    /// <summary>Slots for IPv6 addresses, for each one for IPv4: devices have several (RFC 8981).</summary>
    private const uint Ipv6BindingsEach = 4;

    /// <summary>Has an entry for each reason, and this version may know more reasons: the counts are taken over, the map is not.</summary>
    private const string DropsMap = "drops";

    private const int EEXIST = 17;

    private readonly nint _object;
    private readonly Dictionary<string, nint> _maps = [];

    /// <summary>The counts of a version that knew fewer reasons, by reason.</summary>
    private ulong[] _earlierDrops = [];

    private BpfPlane(nint obj, string? pins)
    {
        _object = obj;
        Programs = new LoadedPrograms(pins);
        for (var map = Libbpf.bpf_object__next_map(obj, 0); map != 0; map = Libbpf.bpf_object__next_map(obj, map))
        {
            // The compiler's own maps (constants) have a dot in their names; they hold no state.
            var name = Marshal.PtrToStringUTF8(Libbpf.bpf_map__name(map))!;
            if (!name.Contains('.'))
            {
                _maps[name] = map;
            }
        }
    }

    public BpfMap<uint, BindingSlot> Bindings => Map<uint, BindingSlot>("bindings");

    public BpfMap<ClaimKey, uint> BindingIndex => Map<ClaimKey, uint>("binding_index");

    public BpfMap<BigEndian32, uint> ExternalAddresses => Map<BigEndian32, uint>("external_addrs");

    public BpfMap<uint, DataPlaneConfig> Config => Map<uint, DataPlaneConfig>("config");

    public BpfMap<uint, byte> Vlans => Map<uint, byte>("vlans");

    public BpfMap<ContactKey, ulong> SpokenTo => Map<ContactKey, ulong>("spoken_to");

    public BpfMap<uint, RecentRemote> RecentRemotes => Map<uint, RecentRemote>("recent_remotes");

    /// <summary>By the number of the binding.</summary>
    public BpfMap<uint, Appearances> Appearances => Map<uint, Appearances>("appearances");

    public BpfMap<StationKey, ulong> PuntStations => Map<StationKey, ulong>("punt_stations");

    /// <summary>By enum station_kind in bpf/abi.h.</summary>
    public BpfMap<StationKey, StationKind> Stations => Map<StationKey, StationKind>("stations");

    public BpfMap<uint, ProfileSlot> Profiles => Map<uint, ProfileSlot>("profiles");

    public BpfMap<DestinationKey, Destination> Destinations => Map<DestinationKey, Destination>("destinations");

    public BpfMap<PoolKey, uint> PoolNetworks => Map<PoolKey, uint>("pool_networks");

    public BpfMap<uint, Meter> Meters => Map<uint, Meter>("meters");

    /// <summary>By MAC, with VLAN 0.</summary>
    public BpfMap<StationKey, uint> Blocked => Map<StationKey, uint>("blocked");

    /// <summary>When a station's frame was last reported as stray (CLOCK_MONOTONIC, ns).</summary>
    public BpfMap<StationKey, ulong> Strays => Map<StationKey, ulong>("strays");

    public BpfMap<StationDropKey, StationDropSlot> StationDrops => Map<StationDropKey, StationDropSlot>("station_drops");

    public BpfMap<uint, ulong> StrayTotal => Map<uint, ulong>("stray_total");

    /// <summary>MACs of gateways that this one replaced, with VLAN 0.</summary>
    public BpfMap<StationKey, uint> FormerGateways => Map<StationKey, uint>("former_gateways");

    public BpfMap<ContactKey, ulong> CalledBy => Map<ContactKey, ulong>("called_by");

    public BpfMap<BigEndian32, ulong> DotUnanswered => Map<BigEndian32, ulong>("dot_unanswered");

    public BpfMap<uint, DnsWatch> DnsWatch => Map<uint, DnsWatch>("dns_watch");

    /// <summary>By the number of the binding.</summary>
    public BpfMap<uint, DnsDetours> DnsDetours => Map<uint, DnsDetours>("dns_detours");

    /// <summary>The hosts that held devices may reach, and until when (CLOCK_MONOTONIC, ns).</summary>
    public BpfMap<GardenKey, ulong> Garden => Map<GardenKey, ulong>("garden");

    /// <summary>A number for the names that the entries of <see cref="Garden"/> are from.</summary>
    public BpfMap<uint, ulong> GardenNames => Map<uint, ulong>("garden_names");

    public BpfMap<MappingKey, Mapping> Mappings => Map<MappingKey, Mapping>("mappings");

    public BpfMap<MappingKey, MappingHint> MappingHints => Map<MappingKey, MappingHint>("mapping_hints");

    /// <summary>The forwards' ports.</summary>
    public BpfMap<MappingKey, uint> Forwards => Map<MappingKey, uint>("forwards");

    /// <summary>The remote hosts that came by a forward.</summary>
    public BpfMap<ForwardedKey, Forwarded> Forwarded => Map<ForwardedKey, Forwarded>("forwarded");

    public BpfMap<uint, SharedAddressSlot> Shared => Map<uint, SharedAddressSlot>("shared");

    public BpfMap<uint, PortBlock> PortBlocks => Map<uint, PortBlock>("port_blocks");

    public BpfMap<uint, Share> Shares => Map<uint, Share>("shares");

    /// <summary>By a share's number: 1 = its device left without ever having been confirmed.</summary>
    public BpfMap<uint, byte> ShareAbandoned => Map<uint, byte>("share_abandoned");

    /// <summary>By the index of a shared address.</summary>
    public BpfMap<uint, CommonPorts> CommonPorts => Map<uint, CommonPorts>("common_ports");

    /// <summary>By a share's number: how many sixteenths of its address it leaves to others.</summary>
    public BpfMap<uint, byte> ShareKeeps => Map<uint, byte>("share_keeps");

    public BpfMap<FragmentKey, Fragment> Fragments => Map<FragmentKey, Fragment>("fragments");

    /// <summary>IPv6 bindings by their number.</summary>
    public BpfMap<uint, Binding6Slot> Bindings6 => Map<uint, Binding6Slot>("bindings6");

    public BpfMap<Claim6Key, uint> Claims6 => Map<Claim6Key, uint>("claims6");

    /// <summary>By the outside address.</summary>
    public BpfMap<BigEndian128, uint> Legals6 => Map<BigEndian128, uint>("legals6");

    public BpfMap<uint, Ipv6UplinkSlot> Ipv6Uplinks => Map<uint, Ipv6UplinkSlot>("ipv6_uplinks");

    public BpfMap<Destination6Key, Destination> Destinations6 => Map<Destination6Key, Destination>("destinations6");

    public BpfMap<Contact6Key, ulong> SpokenTo6 => Map<Contact6Key, ulong>("spoken_to6");

    /// <summary>How fast stations come to <see cref="StationDrops"/>.</summary>
    public PerCpuArray<ulong> DropAdmission => new("drop_admission", MapFd("drop_admission"), 1);

    public PerCpuArray<Traffic> Traffic => new("traffic", MapFd("traffic"), Libbpf.bpf_map__max_entries(_maps["traffic"]));

    /// <summary>By the number of the IPv6 binding.</summary>
    public PerCpuArray<Traffic> Traffic6 => new("traffic6", MapFd("traffic6"), Libbpf.bpf_map__max_entries(_maps["traffic6"]));

    public PerCpuArray<ulong> Drops => new("drops", MapFd("drops"), Libbpf.bpf_map__max_entries(_maps["drops"]));

    /// <summary>Packets dropped for a reason, of all CPUs together.</summary>
    public ulong DropsOf(DropReason reason) => Drops.Read((uint)reason).Aggregate(0UL, (sum, count) => sum + count);

    /// <summary>Packets of held devices to hosts of <see cref="Garden"/>, of all CPUs together.</summary>
    public ulong GardenPackets => new PerCpuArray<ulong>("garden_packets", MapFd("garden_packets"), 1).Read(0).Aggregate(0UL, (sum, count) => sum + count);

    public AdoptedFrom Adopted { get; private set; }

    /// <summary>The programs in the kernel, this one's and those of earlier starts.</summary>
    public LoadedPrograms Programs { get; }

    /// <summary>Loads the object; with <paramref name="pins"/>, on the maps an earlier process left there or on <paramref name="hooks"/>.</summary>
    /// <param name="bindings">Maximum number of bindings; adopted maps keep their own size.</param>
    /// <param name="mappings">Maximum number of mappings of shared addresses.</param>
    /// <param name="pins">A folder of a bpffs, or null: nothing is adopted or pinned.</param>
    /// <param name="hooks">Places where the programs of an earlier process may still be attached although its pins are gone.</param>
    /// <exception cref="DataPlaneException">Loading failed; nothing was left behind.</exception>
    public static BpfPlane Load(uint bindings, uint mappings, string? pins, IReadOnlyList<Hook> hooks)
    {
        LibbpfLog.Start();
        var image = ReadObject();
        nint obj;
        fixed (byte* p = image)
        {
            obj = Libbpf.bpf_object__open_mem(p, (nuint)image.Length, null);
        }

        if (obj == 0)
        {
            throw DataPlaneException.FromErrno("cannot open the data plane's object", Marshal.GetLastSystemError(), LibbpfLog.Read());
        }

        var plane = new BpfPlane(obj, pins);
        try
        {
            foreach (var name in (string[])["bindings", "binding_index", "external_addrs", "traffic", "shares", "share_abandoned", "share_keeps", "meters", "dns_detours"])
            {
                // An outside address in use is a binding's or shared. A device without IPv4 has a meter too.
                _ = Libbpf.bpf_map__set_max_entries(plane._maps[name], name == "external_addrs" ? bindings + SharedAddressSlot.Count : name == MetersMap ? bindings * 2 : bindings);
            }

            foreach (var name in (string[])["bindings6", "claims6", "legals6", "traffic6"])
            {
                _ = Libbpf.bpf_map__set_max_entries(plane._maps[name], bindings * Ipv6BindingsEach);
            }

            foreach (var name in (string[])["mappings", "mapping_hints"])
            {
                _ = Libbpf.bpf_map__set_max_entries(plane._maps[name], mappings);
            }

            if (pins is not null)
            {
                plane.Adopt(pins, hooks);
            }

            LibbpfLog.BeginLoad(obj);
            var result = Libbpf.bpf_object__load(obj);
            if (LibbpfLog.EndLoad() is { } refusal)
            {
                throw DataPlaneException.OfTypes(refusal, LibbpfLog.Read());
            }

            if (result != 0)
            {
                throw DataPlaneException.OfLoad(-result, LibbpfLog.Read());
            }

            for (uint reason = 0; reason < plane._earlierDrops.Length; reason++)
            {
                plane.Drops.Set(reason, plane._earlierDrops[reason]);
            }

            if (pins is not null)
            {
                plane.Pin(pins);
            }

            return plane;
        }
        catch
        {
            plane.Dispose();
            throw;
        }
    }

    /// <summary>Puts the program at its hook, in place of an earlier process's in one step: by tcx, or clsact where the kernel has no tcx.</summary>
    public void Attach(Hook hook)
    {
        var program = ProgramFd(hook.Program);
        if (Tcx.TryAttach(hook, program, Programs, out var errno))
        {
            return;
        }

        if (!Tcx.IsUnknown(errno))
        {
            throw DataPlaneException.FromErrno($"cannot attach {hook.Program} to interface {hook.Interface}", errno, LibbpfLog.Read());
        }

        Clsact.Attach(hook, program);
    }

    /// <summary>Removes the program there, and a clsact that was made for it.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Detach(Hook hook, LoadedPrograms programs) => Tcx.Detach(hook, programs) | Clsact.Detach(hook, programs);

    /// <summary>Whether our program of that name is attached there.</summary>
    public bool IsAttached(Hook hook) => Tcx.Ours(hook, Programs).Count > 0 || Clsact.Ours(hook, Programs) != 0;

    /// <summary>Forgets the programs of earlier starts, when none of them is attached any more.</summary>
    public void ForgetEarlierPrograms() => Programs.KeepOnly(Hooks.Programs.Select(ProgramFd));

    public int ProgramFd(string name) => Libbpf.bpf_program__fd(Libbpf.bpf_object__find_program_by_name(_object, name));

    /// <summary>Removes ended mappings (bpf/sweep.h). Records for the mapping log come as punts.</summary>
    public Sweep Sweep()
    {
        Sweep found = default;
        var options = new Libbpf.bpf_test_run_opts { sz = (nuint)sizeof(Libbpf.bpf_test_run_opts), ctx_in = &found, ctx_size_in = (uint)sizeof(Sweep) };
        var result = Libbpf.bpf_prog_test_run_opts(ProgramFd("sweep"), &options);
        return result == 0 ? found : throw DataPlaneException.FromErrno("cannot sweep the data plane's mappings", -result);
    }

    /// <summary>Copies of the frames that the data plane drops of one station.</summary>
    public DropCopies OpenDropCopies() => new(Map<uint, CaptureTarget>("capture"), MapFd("captured_drops"));

    public PuntRing OpenPunts() => new(MapFd("punts"));

    public void Dispose() => Libbpf.bpf_object__close(_object);

    private static byte[] ReadObject()
    {
        using var stream = typeof(BpfPlane).Assembly.GetManifestResourceStream("innkeeper.bpf.o")!;
        var image = new byte[stream.Length];
        stream.ReadExactly(image);
        return image;
    }

    private BpfMap<TKey, TValue> Map<TKey, TValue>(string name)
        where TKey : unmanaged
        where TValue : unmanaged => new(name, MapFd(name), Libbpf.bpf_map__max_entries(_maps[name]));

    internal int MapFd(string name) => Libbpf.bpf_map__fd(_maps[name]);

    /// <summary>Maps by name from the pins, otherwise from a program that is still attached at a hook (its pins may be gone with a mount).</summary>
    private void Adopt(string pins, IReadOnlyList<Hook> hooks)
    {
        Adopted = AdoptedFrom.None;
        RenamedMaps.RenamePins(pins);
        foreach (var (name, map) in _maps)
        {
            var fd = Libbpf.bpf_obj_get(Path.Combine(pins, name));
            if (fd >= 0)
            {
                if (!Reuse(map, name, fd))
                {
                    File.Delete(Path.Combine(pins, name));
                }

                Adopted = AdoptedFrom.Pins;
            }
        }

        // Beside programs that it does not know, this one's would translate packets a second time.
        if (hooks.Any(hook => hook.Interface == Links.InsideNetwork.StackEnd && Tcx.All(hook).Append(Clsact.Any(hook)).Any(Programs.IsUnknown)))
        {
            throw new DataPlaneException("an earlier gateway's programs are at work, and this user may not look at them: CAP_SYS_ADMIN is missing; as root, run `innkeeper prepare --owner USER` first");
        }

        if (Adopted == AdoptedFrom.Pins)
        {
            return;
        }

        // No single program uses all maps; together they do.
        foreach (var hook in hooks)
        {
            foreach (var (name, fd) in Programs.Maps(Tcx.Ours(hook, Programs).FirstOrDefault(Clsact.Ours(hook, Programs)), hook.Program))
            {
                if (_maps.TryGetValue(RenamedMaps.NameNow(name), out var map))
                {
                    _ = Reuse(map, RenamedMaps.NameNow(name), fd);
                    Adopted = AdoptedFrom.Programs;
                }
            }
        }
    }

    /// <returns>False when the map is of another version and need not be taken over.</returns>
    private bool Reuse(nint map, string name, int fd)
    {
        Libbpf.bpf_map_info_head info = default;
        var length = (uint)sizeof(Libbpf.bpf_map_info_head);
        var known = Libbpf.bpf_obj_get_info_by_fd(fd, &info, &length) == 0;
        var fits = known && info.key_size == Libbpf.bpf_map__key_size(map) && info.value_size == Libbpf.bpf_map__value_size(map);
        if (fits && name == DropsMap && info.max_entries < Libbpf.bpf_map__max_entries(map))
        {
            var counts = new PerCpuArray<ulong>(name, fd, info.max_entries);
            _earlierDrops = [.. Enumerable.Range(0, (int)info.max_entries).Select(reason => counts.Read((uint)reason).Aggregate(0UL, (sum, count) => sum + count))];
            _ = Libc.close(fd);
            return false;
        }

        if ((!fits && name == ConfigMap) || (fits && name == MetersMap && info.max_entries < Libbpf.bpf_map__max_entries(map)))
        {
            _ = Libc.close(fd);
            return false;
        }

        if (!fits || Libbpf.bpf_map__reuse_fd(map, fd) != 0)
        {
            throw new DataPlaneException(
                $"the data plane's map '{name}' was left by another version of Innkeeper; run `innkeeper teardown` and start again (devices get new bindings)");
        }

        _ = Libc.close(fd);
        return true;
    }

    private void Pin(string pins)
    {
        foreach (var name in _maps.Keys)
        {
            var result = Libbpf.bpf_obj_pin(MapFd(name), Path.Combine(pins, name));
            if (result != 0 && result != -EEXIST)
            {
                throw DataPlaneException.FromErrno($"cannot pin the data plane's map '{name}' in {pins}", -result);
            }
        }

        foreach (var name in Hooks.Programs)
        {
            Programs.Pin(ProgramFd(name));
        }
    }
}
