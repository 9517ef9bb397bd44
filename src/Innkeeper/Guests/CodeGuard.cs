using System.Collections.Immutable;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Guests;

/// <summary>Wrong codes are being tried.</summary>
/// <param name="Devices">Those with most wrong codes, and of these the first.</param>
/// <param name="Count">How many devices gave wrong codes.</param>
/// <param name="Wrong">How many there were.</param>
internal sealed record GuessingSpell(ImmutableArray<MacAddress> Devices, int Count, int Wrong);

/// <summary>
/// Limits guesses: of each device, and of all devices together. Any thread.
/// </summary>
/// <remarks>
/// A device has <see cref="Free"/> wrong codes; then it waits, each time twice as long. MACs can be invented: while all devices together gave more
/// wrong codes than <see cref="Bucket"/> allows, a device has only <see cref="FreeInSpell"/>. These first ones are always looked at, so that no guest
/// with a right code is kept out by others. An attacker who invents devices is limited by the number of devices that the gateway
/// serves at all (docs/security.md has the odds).
/// </remarks>
internal sealed class CodeGuard(TimeProvider clock)
{
    /// <summary>Devices whose wrong codes are remembered: the one that gave none for longest goes.</summary>
    internal const int Capacity = 8_192;

    /// <summary>Wrong codes of a device that cost no wait.</summary>
    internal const int Free = 5;

    /// <summary>The same while all devices together gave too many.</summary>
    internal const int FreeInSpell = 2;

    /// <summary>Wrong codes of all devices that may come at once.</summary>
    internal const int Bucket = 100;

    /// <summary>Devices that a report names.</summary>
    private const int MostNamed = 5;

    /// <summary>The first wait; each further one is twice as long.</summary>
    internal static readonly TimeSpan Shortest = TimeSpan.FromSeconds(30);

    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>One wrong code of all devices is forgiven in this time.</summary>
    internal static readonly TimeSpan Refill = TimeSpan.FromSeconds(12);

    /// <summary>A device's wrong codes are forgotten, and a spell is over, when there was none for so long.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromHours(24), Quiet = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly RecentTable<MacAddress, Wrongs> _devices = new(Capacity);
    private double _level;
    private DateTimeOffset _drained;
    private DateTimeOffset _last;
    private bool _isReported;
    private readonly Dictionary<MacAddress, int> _spell = [];
    private int _wrongInSpell;

    /// <summary>Begins a try. It counts as a wrong code until <see cref="Succeed"/>: tries side by side do not slip through.</summary>
    /// <returns>Null: the code may be looked at. Otherwise how long the device must wait first.</returns>
    public TimeSpan? Begin(MacAddress mac)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            Drain(now);
            ref var wrongs = ref _devices.Touch(mac);
            if (wrongs.Count > 0 && now - wrongs.Last > Memory)
            {
                wrongs = default;
            }

            var isSpell = _level >= Bucket;
            if (WaitOf(wrongs, isSpell, now) is { } wait)
            {
                return wait;
            }

            wrongs.Count++;
            wrongs.Last = now;
            _level = Math.Min(_level + 1, Bucket + 1);
            return null;
        }
    }

    /// <summary>The code was no guess: it was right, or of a voucher that is over.</summary>
    public void Succeed(MacAddress mac)
    {
        lock (_lock)
        {
            ref var wrongs = ref _devices.Touch(mac);
            wrongs.Count = Math.Max(0, wrongs.Count - 1);
            _level = Math.Max(0, _level - 1);
        }
    }

    /// <summary>The code was wrong.</summary>
    /// <returns>Not null, once in a spell: it is to be reported.</returns>
    public GuessingSpell? Fail(MacAddress mac)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            if (now - _last > Quiet)
            {
                (_isReported, _wrongInSpell) = (false, 0);
                _spell.Clear();
            }

            _last = now;
            _wrongInSpell++;
            if (_spell.Count < Capacity || _spell.ContainsKey(mac))
            {
                _spell[mac] = _spell.GetValueOrDefault(mac) + 1;
            }

            if (_isReported || (_spell.GetValueOrDefault(mac) < Free && _level < Bucket))
            {
                return null;
            }

            _isReported = true;
            return new GuessingSpell([.. _spell.OrderByDescending(s => s.Value).ThenBy(s => s.Key).Take(MostNamed).Select(s => s.Key)], _spell.Count, _wrongInSpell);
        }
    }

    private static TimeSpan? WaitOf(in Wrongs wrongs, bool isSpell, DateTimeOffset now)
    {
        var free = isSpell ? FreeInSpell : Free;
        if (wrongs.Count < free)
        {
            return null;
        }

        var wait = TimeSpan.FromSeconds(Math.Min(Shortest.TotalSeconds * (1 << Math.Min(wrongs.Count - free, 16)), Longest.TotalSeconds));
        var left = wrongs.Last + wait - now;
        return left > TimeSpan.Zero ? left : null;
    }

    private void Drain(DateTimeOffset now)
    {
        if (now > _drained)
        {
            _level = Math.Max(0, _level - ((now - _drained) / Refill));
            _drained = now;
        }
    }

    private struct Wrongs
    {
        public int Count;
        public DateTimeOffset Last;
    }
}
