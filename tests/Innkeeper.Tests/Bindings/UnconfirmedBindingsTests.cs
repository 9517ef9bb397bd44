using Innkeeper.Bindings;

namespace Innkeeper.Tests.Bindings;

public sealed class UnconfirmedBindingsTests
{
    private readonly HashSet<uint> _confirmed = [];
    private readonly UnconfirmedBindings _probation;
    private TimeSpan _now = TimeSpan.FromHours(1);
    private int _looks;

    public UnconfirmedBindingsTests() => _probation = new UnconfirmedBindings(3, number =>
    {
        _looks++;
        return _confirmed.Contains(number);
    });

    private void Enter(params uint[] numbers) => Array.ForEach(numbers, n => _probation.Enter(n, _now));

    [Fact]
    public void Places_AreFullWithAsManyStrangersAsMayBe_AndFreeAgainByConfirmationAndLeave()
    {
        Enter(5, 6);
        Assert.False(_probation.IsFull(_now));
        Enter(7);
        Assert.True(_probation.IsFull(_now));
        _probation.Leave(6);
        Assert.False(_probation.IsFull(_now));
        Enter(8);
        _confirmed.Add(7);
        _now += TimeSpan.FromSeconds(1);
        Assert.False(_probation.IsFull(_now));
    }

    [Fact]
    public void Flood_DoesNotCostALookForEachOfItsPackets()
    {
        Enter(5, 6, 7);
        for (var packet = 0; packet < 1000; packet++)
        {
            Assert.True(_probation.IsFull(_now));
        }

        Assert.Equal(3, _looks);
    }

    [Fact]
    public void Oldest_IsThatOfTheStrangersWhichHadItsTime()
    {
        Enter(5, 6);
        _now += TimeSpan.FromSeconds(1);
        Enter(7);
        _now += UnconfirmedBindings.Time - TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1);
        Assert.Null(_probation.Oldest(_now, _ => true));
        _now += TimeSpan.FromTicks(1);
        Assert.Equal(5u, _probation.Oldest(_now, _ => true));
        _confirmed.Add(5);
        Assert.Equal(6u, _probation.Oldest(_now, _ => true));
        _probation.Leave(6);
        Assert.Null(_probation.Oldest(_now, _ => true));
    }

    [Fact]
    public void Stranger_WhoseEndHelpsNobody_IsPassedOver()
    {
        Enter(5, 6);
        _now += UnconfirmedBindings.Time;
        Assert.Equal(6u, _probation.Oldest(_now, n => n == 6));
        Assert.Null(_probation.Oldest(_now, n => n == 7));
        Assert.Equal(5u, _probation.Oldest(_now, _ => true));
    }

    [Fact]
    public void Number_ThatIsSomebodyElsesNow_BeginsAnew()
    {
        Enter(5);
        _now += UnconfirmedBindings.Time;
        _probation.Leave(5);
        Enter(5);
        Assert.Null(_probation.Oldest(_now, _ => true));
    }

    [Fact]
    public void Leaving_OfWhoIsNoStranger_IsNothing()
    {
        Enter(5);
        _probation.Leave(9);
        _probation.Leave(5);
        _probation.Leave(5);
        Assert.False(_probation.IsFull(_now));
    }
}
