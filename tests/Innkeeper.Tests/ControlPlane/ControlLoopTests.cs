using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Interfaces;
using Innkeeper.Tests.ControlPlane.World;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The loop: how long it waits, what runs on it, and in which order.</summary>
public sealed class ControlLoopTests
{
    private readonly ManualClock _clock = new();
    private readonly ScriptedPunts _punts = new();
    private readonly List<string> _done = [];

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(0, 0)]
    [InlineData(300, 301)]
    [InlineData(999, 1000)]
    [InlineData(1000, 1000)]
    [InlineData(60_000, 1000)]
    public void Wait_IsUntilTheFirstThingDue_RoundedUp_ASecondAtMost(int due, int expected)
    {
        using var stop = new CancellationTokenSource();
        var inbox = new ControlInbox(_punts);
        var loop = Loop([Timer("late", TimeSpan.MaxValue), Timer("first", _clock.Now + TimeSpan.FromMilliseconds(due))], inbox);

        // The first turn ends the loop.
        inbox.Post(stop.Cancel);
        loop.Run(stop.Token);

        Assert.Equal([TimeSpan.FromMilliseconds(expected)], _punts.Waits);
    }

    [Fact]
    public void Run_ThatIsStopped_DoesNothingMore()
    {
        Loop([Timer("timer", default)]).Run(new CancellationToken(canceled: true));

        Assert.Empty(_done);
        Assert.Empty(_punts.Waits);
    }

    /// <summary>A long order is done bit by bit: packets come between its parts, however soon the next one is posted.</summary>
    [Fact]
    public void Turn_LeavesActionsThatArePostedMeanwhileToTheNext()
    {
        var inbox = new ControlInbox(_punts);
        var loop = Loop([], inbox);
        inbox.Post(() =>
        {
            _done.Add("first");
            inbox.Post(() => _done.Add("second"));
        });
        loop.Step(TimeSpan.Zero);
        Assert.Equal(["first"], _done);

        _punts.Add(PuntReason.Learn, new byte[60]);
        loop.Step(TimeSpan.Zero);
        Assert.Equal(["first", "punt", "second"], _done);
    }

    [Fact]
    public void Turn_FollowsTheNetwork_ThenPunts_ThenTheInbox_ThenTimersInOrder()
    {
        var inbox = new ControlInbox(_punts);
        var network = new CurrentNetwork(Network());
        network.Add(new Listener(_done, "first listener"));
        network.Add(new Listener(_done, "second listener"));
        var loop = Loop([Timer("first timer", default), Timer("second timer", default)], inbox, network, Network);
        inbox.Post(() => _done.Add("posted"));
        _punts.Add(PuntReason.Learn, new byte[60]);

        loop.Step(TimeSpan.Zero);

        Assert.Equal(["first listener", "second listener", "punt", "posted", "first timer", "second timer"], _done);
    }

    [Fact]
    public void Turn_WithoutAChangeOfTheNetwork_TellsNobody()
    {
        var network = new CurrentNetwork(Network());
        network.Add(new Listener(_done, "listener"));

        Loop([], network: network).Step(TimeSpan.Zero);

        Assert.Empty(_done);
    }

    [Fact]
    public void Post_WakesTheLoop_AndRunsOnItOnly()
    {
        var inbox = new ControlInbox(_punts);

        inbox.Post(() => _done.Add("posted"));
        Assert.Empty(_done);
        Assert.Equal(1, _punts.Wakes);
        inbox.Run();
        inbox.Run();

        Assert.Equal(["posted"], _done);
    }

    [Fact]
    public void Prepare_TurnsUntilReady()
    {
        var turns = 0;
        var loop = Loop([Timer("timer", default)]);

        loop.Prepare(_ => ++turns == 3);

        Assert.Equal(["timer", "timer", "timer"], _done);
        Assert.Equal(3, _punts.Waits.Count);
    }

    [Fact]
    public void Core_IsReadyWhenItsAddressesAreProbed()
    {
        var world = new ControlHarness();
        world.Advance(TimeSpan.Zero);
        Assert.False(world.Core.IsReady(world.Now));

        world.Ready();

        Assert.True(world.Core.IsReady(world.Now));
    }

    [Fact]
    public void Punt_OfAReasonThatNobodyHandles_OrThatIsNoFrame_CountsAsMalformed()
    {
        var world = new ControlHarness().Ready();

        world.Punt(PuntReason.Peer, ArpRequest(1, "10.0.0.1", "10.0.0.2"));
        world.Punt(PuntReason.ArpAccess, new byte[5]);
        world.Punt((PuntReason)99, ArpRequest(1, "10.0.0.1", "10.0.0.2"));

        Assert.Equal((3UL, 3UL), (world.Count(Counter.Punts), world.Count(Counter.PuntsMalformed)));
    }

    [Fact]
    public void PortsRecord_ThatIsTooShort_IsPassedOver()
    {
        var world = new ControlHarness("").Ready();

        world.Punt(PuntReason.Ports, new byte[4]);

        Assert.Equal((1UL, 0UL), (world.Count(Counter.Punts), world.Count(Counter.PuntsMalformed)));
    }

    private static NetworkContext Network() => new ControlHarness().Network;

    private RecordedTimer Timer(string name, TimeSpan due) => new(_done, name, due);

    private ControlLoop Loop(IReadOnlyList<ITimed> timers, ControlInbox? inbox = null, CurrentNetwork? network = null, Func<NetworkContext?>? follow = null) =>
        new(_punts, new Receiver(_done), inbox ?? new ControlInbox(_punts), timers, follow ?? (() => null), network ?? new CurrentNetwork(Network()), _clock);

    private sealed class Receiver(List<string> done) : IPuntReceiver
    {
        public void OnPunt(in Punt punt, ReadOnlySpan<byte> frame) => done.Add("punt");
    }

    private sealed class Listener(List<string> done, string name) : INetworkListener
    {
        public void OnNetworkChanged(NetworkContext network, TimeSpan now) => done.Add(name);
    }

    private sealed class RecordedTimer(List<string> done, string name, TimeSpan due) : ITimed
    {
        public TimeSpan NextDue(TimeSpan now) => due;

        public void Tick(TimeSpan now) => done.Add(name);
    }
}
