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
    public GatewayHealth(IEnumerable<DateTimeOffset?> downSince) => _states = [.. downSince.Select(since => new State { Condition = new Condition(since is not null, since) })];

    /// <summary>The gateways that the settings name.</summary>
    /// <param name="router">The main one; null: there is none.</param>
    /// <param name="silent">The outages that an earlier process knew; an outage of a router that has changed since is ignored.</param>
    public static GatewayHealth Of(InnkeeperConfig config, Ipv4Address? router, IReadOnlyCollection<GatewayOutage> silent)
    {
        DateTimeOffset? SinceOf(string name, Ipv4Address nextHop) => silent.FirstOrDefault(s => s.Name == name && s.NextHop == nextHop)?.Since;
        return new GatewayHealth([SinceOf(GatewayConfig.MainName, router ?? Ipv4Address.Any), .. config.Gateways.Select(g => SinceOf(g.Name, g.NextHop))]);
    }

    public int Count => _states.Length;

    public bool IsDown(int gateway) => _states[gateway].Condition.IsDown;

    /// <summary>The start of its present state; null: it has not been asked yet.</summary>
    public DateTimeOffset? Since(int gateway) => _states[gateway].Condition.Since;

    /// <summary>Both at one moment, from any thread.</summary>
    public (bool IsDown, DateTimeOffset? Since) StateOf(int gateway) => _states[gateway].Condition is { } now ? (now.IsDown, now.Since) : default;

    /// <summary>It answered.</summary>
    /// <returns>Whether it had been down.</returns>
    public bool Answered(int gateway, TimeSpan now, DateTimeOffset wall)
    {
        var state = _states[gateway];
        var before = state.Condition;
        (state.Missed, state.WasAsked) = (0, false);
        state.Due = now + Interval;
        state.Condition = new Condition(false, before.IsDown ? wall : before.Since ?? wall);
        return before.IsDown;
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
            if (!state.Condition.IsDown && (!state.WasAsked || state.Missed > Misses))
            {
                state.Condition = new Condition(true, wall);
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

    /// <summary>Replaced whole: other threads read it.</summary>
    private sealed record Condition(bool IsDown, DateTimeOffset? Since);

    private sealed class State
    {
        private volatile Condition _condition = new(false, null);

        public Condition Condition
        {
            get => _condition;
            set => _condition = value;
        }

        public int Missed { get; set; }

        public bool WasAsked { get; set; }

        public TimeSpan Due { get; set; }
    }
}
