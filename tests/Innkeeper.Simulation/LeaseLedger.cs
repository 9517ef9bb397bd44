using Innkeeper.Bindings;
using Innkeeper.Simulation.World;
using Innkeeper.Wire;
using Innkeeper.Wire.Dhcp;

namespace Innkeeper.Simulation;

/// <summary>
/// What clients were promised, read off the wire: an acknowledgement is durable when it is sent, and until it is over nobody else is
/// acknowledged the same address, however often the process dies.
/// </summary>
internal sealed class LeaseLedger
{
    private readonly Dictionary<Station, Promise> _promises = [];

    public int Acknowledged { get; private set; }

    /// <summary>A frame leaves on the access side.</summary>
    /// <exception cref="InvariantViolatedException">It promises what another was promised, or what is not durable.</exception>
    public void Inspect(Gateway gateway, byte[] frame)
    {
        if (!Packets.TryReadDhcp(frame, out var answer) || answer is not { Type: DhcpMessageType.Ack, Time: { } time })
        {
            return;
        }

        Acknowledged++;
        var now = gateway.Now;
        foreach (var (other, promise) in _promises.Where(p => p.Value.Address == answer.Address && p.Key != answer.Station && p.Value.Until > now))
        {
            throw new InvariantViolatedException($"{answer.Address} is acknowledged to {answer.Station}, though {other} has it until {promise.Until} (now {now})");
        }

        var isDurable = IsDurable(gateway, answer, out var isStored);
        if (!isStored)
        {
            throw new InvariantViolatedException($"{answer.Address} is acknowledged to {answer.Station}, but no row on disk says so");
        }

        _promises[answer.Station] = new Promise(answer.Address, now + time, isDurable);
    }

    public void GaveBack(Station station) => _promises.Remove(station);

    /// <summary>A station that is somebody else now, or whose lease the gateway may end: what it was promised does not bind.</summary>
    public void Release(Func<Station, bool> isReleased)
    {
        foreach (var station in _promises.Keys.Where(isReleased).ToList())
        {
            _promises.Remove(station);
        }
    }

    /// <summary>Other settings, or a database that was lost: the next process cannot know what this one promised.</summary>
    public void Clear() => _promises.Clear();

    /// <summary>The process died. A renewal that could not be written while the disk failed is not known to the next.</summary>
    public void OnDeath()
    {
        foreach (var (station, promise) in _promises.Where(p => !p.Value.IsDurable).ToList())
        {
            _promises.Remove(station);
        }
    }

    /// <param name="isStored">Whether the lease is on disk, be it with an earlier end.</param>
    private static bool IsDurable(Gateway gateway, in DhcpAnswer answer, out bool isStored)
    {
        var (station, address) = (answer.Station, answer.Address);
        var row = gateway.Disk.Durable.Leases.FirstOrDefault(l => l.Key.Station == station && l.Address == address);
        isStored = row is { IsReleased: false };

        // Seconds on the wire are rounded down.
        return isStored && row!.Expires >= gateway.Steady.GetUtcNow() + answer.Time;
    }

    private sealed record Promise(Ipv4Address Address, TimeSpan Until, bool IsDurable);
}
