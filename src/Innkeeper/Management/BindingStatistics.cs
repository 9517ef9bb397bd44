using System.Diagnostics;
using Innkeeper.Bindings;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Management;

/// <summary>A binding's traffic and use of ports so far.</summary>
/// <param name="Idle">Since its device's last packet.</param>
/// <param name="DnsServers">Those its device asks; null where DNS is off.</param>
/// <param name="Ports">Its share's ports in use or at rest, by <see cref="PortKind"/>.</param>
internal readonly record struct BindingActivity(Traffic Traffic, TimeSpan Idle, IReadOnlyList<Ipv4Address>? DnsServers, uint[] Ports);

/// <summary>The statistics that devices are ordered by.</summary>
/// <param name="Octets">In both directions.</param>
/// <param name="Idle">Since the device's last packet.</param>
internal readonly record struct BindingMovement(ulong Octets, TimeSpan Idle);

/// <summary>Reads statistics, one binding at a time.</summary>
internal interface IBindingStatistics
{
    BindingActivity Of(Binding binding);

    /// <summary>A part of it, which costs less: ten thousand of them are read for one page of a list.</summary>
    BindingMovement MovementOf(Binding binding);
}

/// <summary>Reads it from the data plane and the DNS service: one system call for the traffic, one more for a share.</summary>
/// <param name="inside">The inside network now.</param>
/// <param name="observed">Null where DNS is off.</param>
internal sealed class LiveBindingStatistics(Func<Ipv4Network> inside, BindingTable table, INaptStatistics napt, ObservedDnsServers? observed) : IBindingStatistics
{
    public BindingActivity Of(Binding binding)
    {
        var traffic = table.TrafficOf(binding.Number);
        return new BindingActivity(
            traffic, traffic.IdleFor(Stopwatch.GetElapsedTime(0)), observed?.Of(inside().AddressOf(binding)),
            binding.Share == 0 ? [] : napt.PortsOf(binding.Share));
    }

    public BindingMovement MovementOf(Binding binding)
    {
        var traffic = table.TrafficOf(binding.Number);
        return new BindingMovement(traffic.InBytes + traffic.OutBytes, traffic.IdleFor(Stopwatch.GetElapsedTime(0)));
    }
}

internal static class InsideAddresses
{
    /// <summary>A binding's address on the inside network.</summary>
    public static Ipv4Address AddressOf(this Ipv4Network inside, Binding binding) => new(inside.NetworkId.Value + binding.Number);
}
