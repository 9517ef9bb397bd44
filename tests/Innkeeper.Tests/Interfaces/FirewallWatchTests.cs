using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Tests.Events;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>A firewall that swallows devices' packets, as a script in place of the host's stack.</summary>
public sealed class FirewallWatchTests
{
    private static readonly ProbedService s_udp = new(IpProtocol.Udp, 40053);
    private static readonly ProbedService s_tcp = new(IpProtocol.Tcp, 40080);
    private static readonly Ipv4Network s_inside = Ipv4Network.Parse("247.64.0.0/10");

    private readonly Clock _clock = new();
    private readonly ScriptedProbe _probe = new();
    private readonly ScriptedFirewall _firewall = new();
    private readonly List<string> _events = [];
    private readonly FirewallWatch _watch;

    public FirewallWatchTests() => _watch = new FirewallWatch(
        _probe, [s_udp, s_tcp], Ipv4Address.Parse("192.88.99.99"),
        _firewall, EventLogs.HeardBy(e => _events.Add($"{e.Kind}: {e.Text}"), _clock), _clock);

    private void Pass(TimeSpan time)
    {
        for (var end = _clock.Now + time; _clock.Now < end; _clock.Now += TimeSpan.FromMilliseconds(250))
        {
            _watch.Tick(Given.Inside, s_inside);
        }
    }

    [Fact]
    public void Tick_AllAnswers_TellsNothing_AndAsksEachHalfMinute()
    {
        Pass(TimeSpan.FromMinutes(5));

        Assert.Empty(_events);
        Assert.Empty(_watch.Closed);
        Assert.InRange(_probe.Rounds, 9, 11);
        Assert.Equal(1, _probe.Bound);
    }

    [Fact]
    public void Tick_TheInputIsClosed_TellsWithinSeconds_OnceWithTheLine_AndThatItIsOpenAgain()
    {
        _probe.IsInputOpen = false;

        Pass(TimeSpan.FromSeconds(6));
        Assert.Equal("nft insert rule inet filter input iifname \"ik-*\" accept", Assert.Single(Assert.Single(_watch.Closed).Commands));
        var text = Assert.Single(_events);
        Assert.StartsWith("firewall: a firewall on this host drops packets that come in by ik-stack: devices get no DNS, no portal", text, StringComparison.Ordinal);
        Assert.Contains(": nft insert rule inet filter input iifname \"ik-*\" accept.", text, StringComparison.Ordinal);

        Pass(TimeSpan.FromMinutes(10));
        Assert.Single(_events);

        _probe.IsInputOpen = true;
        Pass(TimeSpan.FromSeconds(3));
        Assert.Empty(_watch.Closed);
        Assert.Equal("firewall: the firewall on this host lets packets in by ik-stack again", _events[^1]);
    }

    [Fact]
    public void Tick_ForwardingIsClosed_IsToldByItself()
    {
        _probe.IsForwardOpen = false;

        Pass(TimeSpan.FromSeconds(6));

        Assert.Equal([("ik-edge", "nft insert rule ip filter FORWARD iifname \"ik-*\" accept")], _watch.Closed.Select(c => (c.Interface, Assert.Single(c.Commands))));
    }

    [Fact]
    public void Tick_OneOfTheServicesAnswersNot_IsClosed()
    {
        _probe.Silent = s_tcp;
        Pass(TimeSpan.FromSeconds(6));
        Assert.Equal(["ik-stack"], _watch.Closed.Select(c => c.Interface));
    }

    [Fact]
    public void Tick_TheHostAnswersNoPingsAnyway_IsNoFirewall()
    {
        _probe.Unasked = s_tcp;
        Pass(TimeSpan.FromSeconds(6));
        Assert.Empty(_events);
    }

    [Fact]
    public void Tick_AnAnswerIsLateTwice_TellsNothing()
    {
        Pass(TimeSpan.FromSeconds(1));
        _probe.IsInputOpen = _probe.IsForwardOpen = false;
        Pass(FirewallWatch.Interval + FirewallWatch.Patience);
        _probe.IsInputOpen = _probe.IsForwardOpen = true;
        Pass(TimeSpan.FromMinutes(1));
        Assert.Empty(_events);
    }

    [Fact]
    public void Tick_TheFirewallIsLoaded_IsToldWithinSeconds()
    {
        Pass(TimeSpan.FromSeconds(10));
        _probe.IsInputOpen = false;
        _firewall.IsChanged = true;

        Pass(3 * FirewallWatch.Patience + TimeSpan.FromSeconds(0.5));

        Assert.Single(_events);
    }

    [Fact]
    public void Tick_AnotherFirewallTakesItsPlace_TheCommandsAreThatOnes()
    {
        _probe.IsInputOpen = false;
        Pass(TimeSpan.FromSeconds(6));
        _firewall.Chains = [new FirewallChain("ip", "filter", "INPUT", "filter", 1)];

        Pass(TimeSpan.FromSeconds(2));

        Assert.Equal("nft insert rule ip filter INPUT iifname \"ik-*\" accept", Assert.Single(Assert.Single(_watch.Closed).Commands));
        Assert.Single(_events);
    }

    [Fact]
    public void Tick_TheRulesChangeAllTheTime_AsksARoundEachTimeItsPatienceEnds()
    {
        _firewall.ChangesAlways = true;
        Pass(TimeSpan.FromMinutes(1));
        Assert.InRange(_probe.Rounds, 38, 42);
    }

    [Fact]
    public void Tick_ThePairIsMadeAgain_BindsToTheNewOne()
    {
        Pass(TimeSpan.FromSeconds(1));
        _watch.Tick(new InsideNetwork.Ends(Given.Inside.Stack with { Index = 30 }, Given.Inside.Edge), s_inside);
        Assert.Equal(2, _probe.Bound);
    }

    [Theory]
    [InlineData(StackPath.Input, "iptables -I INPUT -i ik-+ -j ACCEPT")]
    [InlineData(StackPath.Forward, "iptables -I FORWARD -i ik-+ -j ACCEPT")]
    internal void Openers_NoChainsOfNftables_AreThoseOfTheFormerFirewall(StackPath path, string line) => Assert.Equal([line], FirewallChains.Openers(path, []));

    /// <summary>A strict filter of the reverse path, as hardening guides and NixOS have it, drops before the packet is routed.</summary>
    [Theory]
    [InlineData(StackPath.Input)]
    [InlineData(StackPath.Forward)]
    internal void Openers_AChainBeforeRouting_IsOnBothWays(StackPath path) => Assert.Equal(
        ["nft insert rule ip raw PREROUTING iifname \"ik-*\" accept"],
        FirewallChains.Openers(path, [new FirewallChain("ip", "raw", "PREROUTING", "filter", 0), new FirewallChain("ip", "nat", "PREROUTING", "nat", 0), new FirewallChain("ip", "raw", "OUTPUT", "filter", 3)]));

    /// <summary>From version 2.1 on, firewalld alone may write its table.</summary>
    [Theory]
    [InlineData(StackPath.Input, 1)]
    [InlineData(StackPath.Forward, 2)]
    internal void Openers_OfFirewalld_AreItsOwn(StackPath path, uint hook) => Assert.Equal(
        ["firewall-cmd --zone=trusted --add-interface=ik-stack --add-interface=ik-edge", "nft insert rule ip filter X iifname \"ik-*\" accept"],
        FirewallChains.Openers(path, [new FirewallChain("inet", "firewalld", "filter_X", "filter", hook), new FirewallChain("ip", "filter", "X", "filter", hook)]));

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + Now;
    }

    private sealed class ScriptedFirewall : IFirewall
    {
        public bool IsChanged { get; set; }

        public bool ChangesAlways { get; set; }

        public bool TakeChange()
        {
            var changed = IsChanged || ChangesAlways;
            IsChanged = false;
            return changed;
        }

        public IReadOnlyList<FirewallChain> Chains { get; set; } =
            [new FirewallChain("inet", "filter", "input", "filter", 1), new FirewallChain("ip", "filter", "FORWARD", "filter", 2), new FirewallChain("ip", "nat", "INPUT", "nat", 1)];

        public IReadOnlyList<FirewallChain> ReadChains() => Chains;
    }

    private sealed class ScriptedProbe : IPathProbe
    {
        private readonly List<ProbeAnswer> _answers = [];

        public bool IsInputOpen { get; set; } = true;

        public bool IsForwardOpen { get; set; } = true;

        public ProbedService? Silent { get; set; }

        public ProbedService? Unasked { get; set; }

        public int Rounds { get; private set; }

        public int Bound { get; private set; }

        public void Bind(InsideNetwork.Ends ends) => Bound++;

        public bool Ask(InsideNetwork.Ends ends, Ipv4Network inside, ProbedService service, Ipv4Address asked)
        {
            if (service == Unasked)
            {
                return false;
            }

            if (IsInputOpen && service != Silent)
            {
                _answers.Add(new ProbeAnswer(StackPath.Input, service));
            }

            return true;
        }

        public void Forward(InsideNetwork.Ends ends, Ipv4Network inside)
        {
            Rounds++;
            if (IsForwardOpen)
            {
                _answers.Add(new ProbeAnswer(StackPath.Forward, default));
            }
        }

        public IReadOnlyList<ProbeAnswer> TakeAnswers(InsideNetwork.Ends ends, Ipv4Network inside)
        {
            ProbeAnswer[] answers = [.. _answers];
            _answers.Clear();
            return answers;
        }
    }
}
