using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.DataPlane;

/// <summary>The data plane's drops of packets of a station, or for it, for one reason.</summary>
/// <param name="Count">How many since <paramref name="SinceAge"/>.</param>
/// <param name="SinceAge">How long ago the first of them was.</param>
/// <param name="LastAge">How long ago the last was.</param>
/// <param name="Destination">Where the last was sent to; <see cref="Ipv4Address.Any"/>: it was not IPv4.</param>
/// <param name="EtherType">Of the last.</param>
internal sealed record StationDrop(Station Station, DropReason Reason, ulong Count, TimeSpan SinceAge, TimeSpan LastAge, Ipv4Address Destination, ushort EtherType);

/// <summary>The drops of the last minutes by station, whether the station is a known device or not.</summary>
internal interface IStationDrops
{
    /// <summary>Bounded: of many stations, those whose packets were dropped last.</summary>
    IReadOnlyList<StationDrop> All { get; }
}

/// <inheritdoc/>
/// <param name="clock">Its time stamps are those of the data plane (CLOCK_MONOTONIC).</param>
internal sealed class StationDrops(BpfMap<StationDropKey, StationDropSlot> map, TimeProvider clock) : IStationDrops
{
    /// <summary>Older ones explain nothing (STATION_DROPS_WINDOW in bpf/station_drops.h).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    public IReadOnlyList<StationDrop> All
    {
        get
        {
            var now = clock.GetElapsedTime(0);
            var drops = new List<StationDrop>();
            foreach (var key in map.Keys())
            {
                if (map.TryGet(key, out var slot) && Age(slot.Last) is var age && age <= Window)
                {
                    drops.Add(new StationDrop(
                        new Station(key.Station.Vlan, key.Station.Mac), key.Reason, slot.Count, Age(slot.Since), age, slot.Destination, slot.Type));
                }
            }

            return drops;

            TimeSpan Age(ulong time) => now - TimeSpan.FromTicks((long)(time / 100)) is { Ticks: > 0 } age ? age : TimeSpan.Zero;
        }
    }
}
