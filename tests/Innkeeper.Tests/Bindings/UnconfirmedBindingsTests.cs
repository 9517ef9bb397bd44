using Innkeeper.Bindings;

namespace Innkeeper.Tests.Bindings;

public sealed class UnconfirmedBindingsTests
{
    private readonly HashSet<uint> _confirmed = [];
    private readonly UnconfirmedBindings _unconfirmed;
    private TimeSpan _now = TimeSpan.FromHours(1);
    private int _looks;

    public UnconfirmedBindingsTests() => _unconfirmed = new UnconfirmedBindings(3, number =>
    {
        _looks++;
        return _confirmed.Contains(number);
    });

    private void Enter(params uint[] numbers) => Array.ForEach(numbers, n => _unconfirmed.Enter(n, _now));

    [Fact]
    public void IsFull_WithAsManyUnconfirmedBindingsAsAllowed_UntilOneIsConfirmedOrLeaves()
    {
        Enter(5, 6);
        Assert.False(_unconfirmed.IsFull(_now));
        Enter(7);
        Assert.True(_unconfirmed.IsFull(_now));
        _unconfirmed.Leave(6);
        Assert.False(_unconfirmed.IsFull(_now));
        Enter(8);
        _confirmed.Add(7);
        _now += TimeSpan.FromSeconds(1);
        Assert.False(_unconfirmed.IsFull(_now));
    }

    [Fact]
    public void Flood_DoesNotCostALookForEachOfItsPackets()
    {
        Enter(5, 6, 7);
        for (var packet = 0; packet < 1000; packet++)
        {
            Assert.True(_unconfirmed.IsFull(_now));
        }

        Assert.Equal(3, _looks);
    }

    [Fact]
    public void Oldest_IsTheUnconfirmedBindingThatHadItsTime()
    {
        Enter(5, 6);
        _now += TimeSpan.FromSeconds(1);
        Enter(7);
        _now += UnconfirmedBindings.Time - TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1);
        Assert.Null(_unconfirmed.Oldest(_now, _ => true));
        _now += TimeSpan.FromTicks(1);
        Assert.Equal(5u, _unconfirmed.Oldest(_now, _ => true));
        _confirmed.Add(5);
        Assert.Equal(6u, _unconfirmed.Oldest(_now, _ => true));
        _unconfirmed.Leave(6);
        Assert.Null(_unconfirmed.Oldest(_now, _ => true));
    }

    [Fact]
    public void Unconfirmed_WhoseEndHelpsNoArrival_IsPassedOver()
    {
        Enter(5, 6);
        _now += UnconfirmedBindings.Time;
        Assert.Equal(6u, _unconfirmed.Oldest(_now, n => n == 6));
        Assert.Null(_unconfirmed.Oldest(_now, n => n == 7));
        Assert.Equal(5u, _unconfirmed.Oldest(_now, _ => true));
    }

    [Fact]
    public void Number_ThatWasGivenToAnotherBinding_IsUnconfirmedAgain()
    {
        Enter(5);
        _now += UnconfirmedBindings.Time;
        _unconfirmed.Leave(5);
        Enter(5);
        Assert.Null(_unconfirmed.Oldest(_now, _ => true));
    }

    [Fact]
    public void Leave_OfAConfirmedBinding_ChangesNothing()
    {
        Enter(5);
        _unconfirmed.Leave(9);
        _unconfirmed.Leave(5);
        _unconfirmed.Leave(5);
        Assert.False(_unconfirmed.IsFull(_now));
    }
}
