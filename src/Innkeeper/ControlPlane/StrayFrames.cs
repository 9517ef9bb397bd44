using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Two arms: finds devices that send to a MAC which is not there, as to a gateway that was replaced. A switch floods frames to a station that it does not
/// know, but only until that station sends: a MAC that is sent to for long, and heard neither there nor as a device here, is nowhere. Bounded; one thread.
/// </summary>
internal sealed class StrayFrames(Registry registry, DailyEvents daily)
{
    /// <summary>A device must send to the MAC for this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>Frames within that time: the data plane reports one a second of each station.</summary>
    public const int LeastFrames = 5;

    /// <summary>A station that was heard within this time is there.</summary>
    public static readonly TimeSpan Presence = TimeSpan.FromMinutes(10);

    /// <summary>After a pause as long as this, counting begins again.</summary>
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(2);

    private readonly BoundedMap<Station, TimeSpan> _heard = new(8192);
    private readonly BoundedMap<Station, Sightings> _missing = new(1024);

    /// <summary>A station sent a frame of any kind.</summary>
    public void OnHeard(Station station, TimeSpan now)
    {
        _heard.Remove(station, out _);
        _heard.Put(station, now);
        _missing.Remove(station, out _);
    }

    /// <summary>A frame to a MAC that is not the gateway's.</summary>
    public void OnFrame(Station sender, MacAddress destination, TimeSpan now)
    {
        OnHeard(sender, now);
        var target = new Station(sender.Vlan, destination);
        if (destination.IsMulticast || registry.IsHere(destination) || (_heard.TryGet(target, out var heard) && now - heard < Presence))
        {
            return;
        }

        var seen = _missing.TryGet(target, out var known) && now - known.Last < s_pause ? known with { Last = now, Frames = known.Frames + 1 } : new Sightings(sender.Mac, now, now, 1);
        _missing.Put(target, seen);
        if (now - seen.First >= Patience && seen.Frames >= LeastFrames)
        {
            daily.TryAdd(new FormerGatewayUsed(destination, sender.Mac), now);
        }
    }

    /// <param name="Sender">The first device that sent there.</param>
    private readonly record struct Sightings(MacAddress Sender, TimeSpan First, TimeSpan Last, int Frames);
}
