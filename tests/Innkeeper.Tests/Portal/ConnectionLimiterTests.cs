using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

public sealed class ConnectionLimiterTests
{
    private readonly ConnectionLimiter _gate = new(total: 4, ofOne: 2);
    private readonly List<string> _ended = [];

    private ConnectionLimiter.Place Enter(byte device, string name, bool displaces = false)
    {
        var place = _gate.Enter(new Ipv4Address(device), () => _ended.Add(name), out var displaced);
        Assert.Equal(displaces, displaced);
        return place;
    }

    [Fact]
    public void Enter_WhilePlacesAreFree_EndsNobody()
    {
        Enter(1, "a");
        Enter(1, "b");
        Enter(2, "c");
        Enter(2, "d");

        Assert.Empty(_ended);
        Assert.Equal(4, _gate.Taken);
    }

    [Fact]
    public void Enter_DeviceWithAllItsPlaces_LosesItsOwnOldest()
    {
        Enter(2, "other's, older");
        Enter(1, "a");
        Enter(1, "b");
        Enter(1, "c", displaces: true);
        Enter(1, "d", displaces: true);

        Assert.Equal(["a", "b"], _ended);
        Assert.Equal(3, _gate.Taken);
    }

    [Fact]
    public void Enter_AllPlacesTaken_TheOldestOfAllGoes()
    {
        Enter(1, "a");
        Enter(2, "b");
        Enter(3, "c");
        Enter(4, "d");
        Enter(5, "e", displaces: true);

        Assert.Equal(["a"], _ended);
        Assert.Equal(4, _gate.Taken);
    }

    [Fact]
    public void Leave_GivesThePlaceBackOnce()
    {
        var a = Enter(1, "a");
        Enter(1, "b");
        Enter(1, "c", displaces: true);
        _gate.Leave(a);
        _gate.Leave(a);
        Assert.Equal(2, _gate.Taken);

        _gate.Leave(Enter(2, "d"));
        Assert.Equal(2, _gate.Taken);
        Assert.Equal(["a"], _ended);
    }

    /// <summary>One device that opens and never closes, and others that come and go, from several threads.</summary>
    [Fact]
    public void Enter_FromManyThreads_KeepsItsCount()
    {
        var gate = new ConnectionLimiter(total: 50, ofOne: 5);
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            var place = gate.Enter(new Ipv4Address((uint)(i % 40)), () => { }, out _);
            if (i % 3 != 0)
            {
                gate.Leave(place);
            }

            Assert.InRange(gate.Taken, 0, 50);
        });
        Assert.InRange(gate.Taken, 1, 50);
    }
}
