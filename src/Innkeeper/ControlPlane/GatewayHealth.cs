using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.ControlPlane;

/// <summary>
/// Tracks which gateways answer ARP: each is asked from time to time; a silent one is asked again soon, and then counts as
/// down. One that was down when the previous process ended is down until it answers: otherwise the devices that use a fallback
/// would be sent back to it, and away again. No I/O, clock or log: time is a parameter.
/// </summary>
internal sealed class GatewayHealth
{
    /// <summary>Between two questions to a gateway that answers.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Time for an answer; also the time between two questions to a gateway that is down.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>After a silence, a gateway is asked this many times more before it counts as down.</summary>
    public const int Misses = 3;

    private readonly State[] _states;

    /// <param name="downSince">For each gateway, since when it is known to be down; null: it counts as up. The main gateway is number 0.</param>
    public GatewayHealth(IEnumerable<DateTimeOffset?> downSince) => _states = [.. downSince.Select(since => new State { IsDown = since is not null, Since = since })];

    /// <summary>The gateways that the settings name.</summary>
    /// <param name="router">The main one; null: there is none.</param>
    /// <param name="silent">The outages that an earlier process knew; an outage of a router that has changed since is ignored.</param>
    public static GatewayHealth Of(InnkeeperConfig config, Ipv4Address? router, IReadOnlyCollection<GatewayOutage> silent)
    {
        DateTimeOffset? SinceOf(string name, Ipv4Address nextHop) => silent.FirstOrDefault(s => s.Name == name && s.NextHop == nextHop)?.Since;
        return new GatewayHealth([SinceOf(GatewayConfig.MainName, router ?? Ipv4Address.Any), .. config.Gateways.Select(g => SinceOf(g.Name, g.NextHop))]);
    }

    public int Count => _states.Length;

    public bool IsDown(int gateway) => _states[gateway].IsDown;

    /// <summary>The start of its present state; null: it has not been asked yet.</summary>
    public DateTimeOffset? Since(int gateway) => _states[gateway].Since;

    /// <summary>It answered.</summary>
    /// <returns>Whether it had been down.</returns>
    public bool Answered(int gateway, TimeSpan now, DateTimeOffset wall)
    {
        var state = _states[gateway];
        var wasDown = state.IsDown;
        (state.Missed, state.WasAsked, state.IsDown) = (0, false, false);
        state.Due = now + Interval;
        if (wasDown || state.Since is null)
        {
            state.Since = wall;
        }

        return wasDown;
    }

    /// <summary>Does what is due: returns the gateways to ask now, and those that count as down from now on.</summary>
    /// <param name="canAsk">Whether a gateway's interface is there; if not, it is down at once.</param>
    public (List<int> Ask, List<int> WentDown) Tick(TimeSpan now, DateTimeOffset wall, Func<int, bool> canAsk)
    {
        var (ask, down) = (new List<int>(), new List<int>());
        for (var i = 0; i < _states.Length; i++)
        {
            var state = _states[i];
            if (now < state.Due)
            {
                continue;
            }

            state.Due = now + Patience;
            state.Missed += state.WasAsked ? 1 : 0;
            state.WasAsked = canAsk(i);
            if (!state.IsDown && (!state.WasAsked || state.Missed > Misses))
            {
                (state.IsDown, state.Since) = (true, wall);
                down.Add(i);
            }

            if (state.WasAsked)
            {
                ask.Add(i);
            }
        }

        return (ask, down);
    }

    /// <summary>When <see cref="Tick"/> has something to do next.</summary>
    public TimeSpan NextDue => _states.Min(s => s.Due);

    private sealed class State
    {
        public bool IsDown { get; set; }

        public int Missed { get; set; }

        public bool WasAsked { get; set; }

        public DateTimeOffset? Since { get; set; }

        public TimeSpan Due { get; set; }
    }
}
