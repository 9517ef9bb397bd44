using Innkeeper.Bindings;
using Innkeeper.Management;

namespace Innkeeper.Accounts;

/// <summary>
/// Makes clients wait after wrong passwords, the longer the more there were: by the block of addresses together with the name, and by the address
/// for all names. No failure elsewhere counts for an address: no user can be locked out from afar. An address that signed in with that name before
/// is counted by itself, whatever its neighbours do, and waits a few seconds at most. Any thread.
/// </summary>
internal sealed class SignInGuard(TimeProvider clock)
{
    /// <summary>Entries of each table. Clients choose the keys: the entry that was unused for longest goes.</summary>
    internal const int Capacity = 1024;

    /// <summary>Wrong passwords for one name that cost no wait.</summary>
    internal const int FreeForName = 3;

    /// <summary>Wrong passwords for any names from one address that cost no wait.</summary>
    internal const int FreeForHost = 10;

    /// <summary>The longest that a place waits.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    /// <summary>The longest that an address waits which signed in with that name before.</summary>
    internal static readonly TimeSpan LongestKnown = TimeSpan.FromSeconds(5);

    /// <summary>Failures are forgotten when there was none for so long.</summary>
    internal static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Lock _lock = new();
    private readonly RecentTable<(string Place, string Name), Failures> _names = new(Capacity);
    private readonly RecentTable<string, Failures> _hosts = new(Capacity);

    /// <summary>Begins an attempt. It counts as a failure until <see cref="Succeed"/>: attempts side by side do not slip through.</summary>
    /// <param name="isKnown">This address signed in with this name before.</param>
    /// <returns>Null: the password may be checked. Otherwise how long the client must wait first.</returns>
    public TimeSpan? Begin(Place place, string name, bool isKnown)
    {
        var now = clock.GetUtcNow();
        lock (_lock)
        {
            ref var byName = ref _names.Touch(KeyOf(place, name, isKnown));
            ref var byHost = ref _hosts.Touch(place.Host);
            var wait = Max(WaitOf(byName, FreeForName, isKnown, now), WaitOf(byHost, FreeForHost, isKnown, now));
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            Count(ref byName, now);
            Count(ref byHost, now);
            return null;
        }
    }

    /// <summary>The password was right.</summary>
    public void Succeed(Place place, string name, bool isKnown)
    {
        lock (_lock)
        {
            _names.Touch(KeyOf(place, name, isKnown)) = default;

            // Failures with other names stay: a user could wash them away with the own account.
            TakeBack(ref _hosts.Touch(place.Host));
        }
    }

    /// <summary>The password was not looked at.</summary>
    public void Withdraw(Place place, string name, bool isKnown)
    {
        lock (_lock)
        {
            TakeBack(ref _names.Touch(KeyOf(place, name, isKnown)));
            TakeBack(ref _hosts.Touch(place.Host));
        }
    }

    /// <summary>How many attempts failed in a row for a name from there.</summary>
    public int FailuresOf(Place place, string name, bool isKnown)
    {
        lock (_lock)
        {
            return _names.TryGet(KeyOf(place, name, isKnown), out var failures) ? failures.Count : 0;
        }
    }

    private static (string Place, string Name) KeyOf(Place place, string name, bool isKnown) => (isKnown ? place.Host : place.Block, name.ToLowerInvariant());

    private static void TakeBack(ref Failures failures) => failures.Count = Math.Max(0, failures.Count - 1);

    private static void Count(ref Failures failures, DateTimeOffset now)
    {
        failures.Count = now - failures.Last > Memory ? 1 : failures.Count + 1;
        failures.Last = now;
    }

    private static TimeSpan WaitOf(in Failures failures, int free, bool isKnown, DateTimeOffset now)
    {
        if (failures.Count < free || now - failures.Last > Memory)
        {
            return TimeSpan.Zero;
        }

        // 1 s, 2 s, 4 s …: beyond 2^16 s it is the longest in any case.
        var longest = isKnown ? LongestKnown : Longest;
        var wait = TimeSpan.FromSeconds(1 << Math.Min(failures.Count - free, 16));
        return failures.Last + (wait < longest ? wait : longest) - now;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private struct Failures
    {
        public int Count;
        public DateTimeOffset Last;
    }
}
