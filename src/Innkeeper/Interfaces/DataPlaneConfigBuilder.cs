using System.Buffers.Binary;
using System.Collections.Immutable;
using Innkeeper.Configuration;
using Innkeeper.DataPlane;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Interfaces;

/// <summary>The inputs of the data plane's configuration that are neither settings nor interfaces.</summary>
/// <param name="Services">The gateway's own services, whose ports the data plane sends devices' questions to.</param>
/// <param name="DhcpServer">The address of the DHCP server on the access side; null: DHCP is not served.</param>
/// <param name="Router">The station that is the main router; null: not known yet.</param>
/// <param name="IsPassive">One arm: another gateway serves the LAN. Two arms: both are in one LAN.</param>
internal sealed record DataPlaneOptions(ImmutableArray<Service> Services, Ipv4Address? DhcpServer, MacAddress? Router = null, bool IsPassive = false);

/// <summary>Computes the data plane's configuration (struct config in bpf/abi.h). No I/O, clock or log.</summary>
internal static class DataPlaneConfigBuilder
{
    /// <summary>New mappings within five seconds' allowance: a page's many connections come at once.</summary>
    private const ulong BurstNanoseconds = 5 * NanosecondsPerSecond;

    private const ulong NanosecondsPerSecond = 1_000_000_000;

    private const ulong NanosecondsPerTick = 100;

    public static DataPlaneConfig Build(InnkeeperConfig config, NetworkState network, InsideNetwork.Ends inside, DataPlaneOptions options)
    {
        var (first, last) = LegalRange(config);
        var built = new DataPlaneConfig
        {
            AccessIfindex = (uint)network.Access.Index,
            EdgeIfindex = (uint)inside.Edge.Index,
            StackIfindex = (uint)inside.Stack.Index,
            Flags = (config.Dns.Enabled ? ConfigFlags.PrivateDns : 0) | (config.Uplink.ClampMss ? ConfigFlags.ClampMss : 0)
                | (network.IsOneArmed ? ConfigFlags.OneArm : 0) | (options.IsPassive ? ConfigFlags.Passive : 0)
                | (config.RefusesIpv6 ? ConfigFlags.RefuseIpv6 : 0) | (config.CarriesIpv6 ? ConfigFlags.CarryIpv6 : 0),
            AccessMtu = (uint)network.Access.Mtu,
            NextHop = network.Gateway ?? default,
            InsideNetwork = network.Inside.NetworkId,
            InsideMask = new Ipv4Address(network.Inside.Mask),
            LegalFirst = first,
            LegalLast = last,
            Napt = NaptOf(config.Napt),
            AccessMac = network.Access.Mac,
            EdgeMac = inside.Edge.Mac,
            StackMac = inside.Stack.Mac,
            RouterMac = options.Router ?? default,
            DhcpServer = options.DhcpServer ?? default,
            Portal = config.Portal.Address,
        };
        options.Services.CopyTo(built.Services);
        FillUplinks(ref built, config, network);
        for (var i = 0; i < config.Access.PassEtherTypes.Length; i++)
        {
            built.PassEthertypes[i] = BinaryPrimitives.ReverseEndianness(config.Access.PassEtherTypes[i]);
        }

        return built;
    }

    /// <summary>The pool and the shared addresses, of all gateways.</summary>
    public static ImmutableArray<AddressRange> OutsideRanges(InnkeeperConfig config) =>
        config.Pool.Addresses.AddRange(config.Napt.Addresses).AddRange(config.Gateways.SelectMany(g => g.Pool.Concat(g.Shared)));

    /// <summary>From the lowest to the highest outside address of any gateway, in host order; an empty range (1 to 0) if there is none.</summary>
    private static (uint First, uint Last) LegalRange(InnkeeperConfig config)
    {
        var legal = OutsideRanges(config);
        return legal.IsEmpty ? (1, 0) : (legal.Min(r => r.First.Value), legal.Max(r => r.Last.Value));
    }

    /// <summary>The uplinks by their index, and the next hops whose signs of life the data plane notes, by the gateway's number.</summary>
    private static void FillUplinks(ref DataPlaneConfig built, InnkeeperConfig config, NetworkState network)
    {
        for (var i = 0; i < config.UplinkInterfaces.Length; i++)
        {
            built.Uplinks[i] = network.UplinkAt(i) is { } uplink ? SlotOf(uplink) : default;
        }

        built.Watched[0] = network.Gateway ?? default;
        for (var i = 0; i < config.Gateways.Length; i++)
        {
            built.Watched[i + 1] = config.Gateways[i].NextHop;
        }
    }

    private static UplinkSlot SlotOf(UplinkState uplink) => new()
    {
        Ifindex = (uint)uplink.Interface.Index,
        Mtu = (uint)uplink.Mtu,
        Address = uplink.Address.Address,
        Network = uplink.Address.NetworkId,
        Mask = new Ipv4Address(uplink.Address.Mask),
        Mac = uplink.Mac,
    };

    private static NaptSettings NaptOf(NaptConfig napt)
    {
        var settings = new NaptSettings
        {
            NewInterval = napt.NewPerSecond == 0 ? 0 : NanosecondsPerSecond / (ulong)napt.NewPerSecond,
            NewBurst = BurstNanoseconds,
        };
        for (var state = MappingState.Udp; state <= MappingState.Hold; state++)
        {
            settings.Timeout[(int)state] = (ulong)TimeoutOf(napt, state).Ticks * NanosecondsPerTick;
        }

        settings.Limit[(int)PortKind.Tcp] = settings.Limit[(int)PortKind.Udp] = (uint)napt.PortsPerDevice;
        settings.Limit[(int)PortKind.Icmp] = settings.Limit[(int)PortKind.None] = (uint)napt.IdsPerDevice;
        return settings;
    }

    /// <summary>RFC 6146 section 3.5.2.2: half-closed connections are established ones.</summary>
    private static TimeSpan TimeoutOf(NaptConfig napt, MappingState state) => state switch
    {
        MappingState.Udp or MappingState.Other => napt.UdpTimeout,
        MappingState.Icmp => napt.IcmpTimeout,
        MappingState.Established or MappingState.FinOut or MappingState.FinIn or MappingState.Multi => napt.TcpTimeout,
        MappingState.Hold => napt.Rest,
        _ => napt.TcpTransitoryTimeout,
    };
}
