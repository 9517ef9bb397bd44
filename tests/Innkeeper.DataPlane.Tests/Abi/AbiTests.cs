using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Innkeeper.DataPlane.Tests.Abi;

/// <summary>bpf/abi.h and DataPlane/Abi.cs are one: clang says so.</summary>
public sealed class AbiTests
{
    private static readonly (Type Type, string Name)[] s_structs =
    [
        (typeof(ClaimKey), "claim_key"), (typeof(BindingSlot), "binding"), (typeof(Traffic), "traffic"), (typeof(DataPlaneConfig), "config"), (typeof(Service), "service"),
        (typeof(ContactKey), "contact_key"), (typeof(GardenKey), "garden_key"), (typeof(StationKey), "station_key"), (typeof(Punt), "punt"),
        (typeof(MappingKey), "mapping_key"), (typeof(Mapping), "mapping"), (typeof(MappingHint), "mapping_hint"), (typeof(ForwardedKey), "forwarded_key"), (typeof(Forwarded), "forwarded"), (typeof(SharedAddressSlot), "shared_address"),
        (typeof(PortBlock), "port_block"), (typeof(CommonPorts), "common_ports"), (typeof(Share), "share"), (typeof(NaptSettings), "napt"), (typeof(Sweep), "sweep"), (typeof(FragmentKey), "fragment_key"),
        (typeof(Fragment), "fragment"), (typeof(PortsRecord), "ports_record"), (typeof(UplinkSlot), "uplink"), (typeof(Rate), "rate"), (typeof(ProfileSlot), "profile"),
        (typeof(Meter), "meter"), (typeof(DestinationKey), "destination_key"), (typeof(PoolKey), "pool_key"), (typeof(RecentRemote), "recent_remote"), (typeof(Appearance), "appearance"), (typeof(Appearances), "appearances"),
        (typeof(StationDropKey), "station_drop_key"), (typeof(StationDropSlot), "station_drop"), (typeof(CaptureTarget), "capture_target"), (typeof(DropCopy), "captured_drop"), (typeof(DnsWatch), "dns_watch"), (typeof(DnsDetour), "dns_detour"), (typeof(DnsDetours), "dns_detours"),
        (typeof(Claim6Key), "claim6_key"), (typeof(Binding6Slot), "binding6"), (typeof(Ipv6UplinkSlot), "ipv6_uplink"), (typeof(Contact6Key), "contact6_key"), (typeof(Destination6Key), "destination6_key"),
    ];

    [Fact]
    public void Structs_InBothLanguages_HaveTheSameSizesAndOffsets()
    {
        var c = new StringBuilder("#include \"abi.h\"\n");
        foreach (var (type, name) in s_structs)
        {
            var end = 0;
            foreach (var field in type.GetFields(BindingFlagsOf.Instance).OrderBy(f => OffsetOf(type, f)))
            {
                c.AppendLine($"_Static_assert(__builtin_offsetof(struct {name}, {Snake(field.Name)}) == {OffsetOf(type, field)}, \"{name}.{Snake(field.Name)}\");");
                end = OffsetOf(type, field) + Compiler.SizeOf(field.FieldType);
            }

            c.AppendLine($"_Static_assert(sizeof(struct {name}) == {Compiler.SizeOf(type)}, \"{name}\");");
            Assert.Equal(end, Compiler.SizeOf(type));
        }

        Assert.Equal((0, ""), Clang(c.ToString()));
    }

    [Fact]
    public void Enums_InBothLanguages_HaveTheSameNumbers()
    {
        var c = new StringBuilder("#include \"abi.h\"\n");
        Check<DropReason>(c, "DROP_");
        Check<PuntReason>(c, "PUNT_");
        Check<StationKind>(c, "STATION_");
        Check<DataPlane.BindingFlags>(c, "BINDING_", skip: "None");
        Check<ConfigFlags>(c, "CONFIG_", skip: "None");
        Check<SharedFlags>(c, "SHARED_", skip: "None");
        Check<MappingFlags>(c, "MAPPING_", skip: "None");
        Check<PortKind>(c, "PORTS_");
        Check<ServiceFlags>(c, "SERVICE_", skip: "None");
        Check<ProfileFlags>(c, "PROFILE_", skip: "None");
        Check<Destination>(c, "DESTINATION_");
        Check<Ipv6UplinkFlags>(c, "IPV6_", skip: "None");
        c.AppendLine($"_Static_assert(UPLINKS == {UplinkSlot.Count} && GATEWAYS == {WatchedArray.Length} && PROFILES == {ProfileSlot.Count} && FORWARD_PORTS == {Configuration.ForwardDefinitions.MostPorts} && DNS_DETOURS == {DnsDetourArray.Length} && PATH_MARK == {Links.SlowPathRoutes.PathMark}, \"profiles\");");
        foreach (var state in Enum.GetValues<MappingState>())
        {
            var prefix = state is MappingState.Udp or MappingState.Icmp or MappingState.Other or MappingState.Hold ? "MAPPING" : "TCP";
            c.AppendLine($"_Static_assert({prefix}_{Snake(state.ToString()).ToUpperInvariant()} == {(uint)state}, \"{state}\");");
        }

        c.AppendLine($"_Static_assert(MAPPING_STATES == {Timeouts.Length} && SHARED_ADDRESSES == {SharedAddressSlot.Count} && SHARED_LEGAL == {SharedAddressSlot.Marker}u, \"sharing\");");
        c.AppendLine($"_Static_assert(BLOCKS_PER_ADDRESS == {SharedAddressSlot.Blocks} && SHARE_BLOCKS == {ShareBlocks.Length} && UPLINK_MARK == {Interfaces.LinkSockets.UplinkMark}, \"sharing\");");
        c.AppendLine($"_Static_assert(COMMON_BLOCK == {CommonPorts.Owner}u, \"common blocks\");");
        c.AppendLine($"_Static_assert(SERVICES == {ServiceArray.Length} && SERVICE_MARK == {Links.ServiceRoutes.Mark}, \"services\");");
        c.AppendLine($"_Static_assert(DROP_REASONS == {(uint)Enum.GetValues<DropReason>().Max() + 1}, \"all reasons\");");
        Assert.Equal((0, ""), Clang(c.ToString()));
    }

    [Fact]
    public void Clang_WrongSize_Refuses() =>
        Assert.NotEqual(0, Clang("#include \"abi.h\"\n_Static_assert(sizeof(struct binding) == 1, \"wrong\");\n").Code);

    private static void Check<T>(StringBuilder c, string prefix, string? skip = null)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>().Where(v => v.ToString() != skip))
        {
            c.AppendLine($"_Static_assert({prefix}{Snake(value.ToString()).ToUpperInvariant()} == {Convert.ToUInt32(value)}, \"{value}\");");
        }
    }

    private static (int Code, string Text) Clang(string source) =>
        Compiler.Check(source, "-target", "bpf", "-I/usr/include/x86_64-linux-gnu", $"-I{Path.Combine(Compiler.Checkout, "bpf")}");

    private static int OffsetOf(Type type, FieldInfo field) => (int)Marshal.OffsetOf(type, field.Name);

    private static string Snake(string name) => Events.Counters.ToSnakeCase(name);

    private static class BindingFlagsOf
    {
        public const System.Reflection.BindingFlags Instance = System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public;
    }
}
