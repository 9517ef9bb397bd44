namespace Innkeeper.Bindings;

/// <summary>
/// How much of what all devices need one device may have: an eighth of what is still free, less what is kept for others. N greedy
/// devices have 1/(8 + N) of all each and leave 8/(8 + N), so that another always finds some. The data plane applies the same rule to
/// ports (bpf/common_ports.h). No state, I/O, clock or log.
/// </summary>
internal static class FairShare
{
    /// <summary>A device may have this part of what is free.</summary>
    public const int Part = 8;

    /// <summary>In sixteenths of all: what a new device leaves to devices that are known.</summary>
    public const int NewcomerKeeps = 2;

    /// <summary>In sixteenths of all: what a held device leaves to the others, or a new one of a VLAN in which most of the new ones are.</summary>
    public const int CrowdKeeps = 8;

    /// <summary>A device is new until this time after its first packet. An attacker keeps invented devices for minutes, a guest stays for days.</summary>
    public static readonly TimeSpan NewcomerTime = TimeSpan.FromMinutes(10);

    public static bool IsNew(DateTimeOffset firstSeen, DateTimeOffset now) => now - firstSeen < NewcomerTime;

    /// <summary>Whether a device may have one more.</summary>
    /// <param name="used">By all devices together.</param>
    /// <param name="own">By the device.</param>
    /// <param name="keeps">In sixteenths of <paramref name="capacity"/>: what the device leaves to others.</param>
    public static bool Allows(int capacity, int used, int own, int keeps = 0)
    {
        var free = capacity - used - (capacity * keeps / 16);
        return free > 0 && own < (free + Part - 1) / Part;
    }
}
