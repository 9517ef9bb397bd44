using FsCheck;
using FsCheck.Xunit;
using Innkeeper.OneArm;
using Innkeeper.Wire;

namespace Innkeeper.Tests.OneArm;

public sealed class GatewayElectionTests
{
    private static readonly MacAddress s_low = new(0x020000000001);
    private static readonly MacAddress s_high = new(0x020000000002);
    private static readonly TimeSpan s_start = TimeSpan.FromHours(1);

    private static Advertisement Advertised(int priority, bool leaves = false, bool asks = false) => new((ushort)priority, asks, leaves);

    [Theory]
    [InlineData(100, 101, true)]
    [InlineData(101, 100, false)]
    public void OnHello_HigherPriority_Leads(int ours, int theirs, bool isPassive)
    {
        var election = new GatewayElection((ushort)ours, s_high);
        election.OnAdvertisement(s_low, Advertised(theirs), s_start);
        Assert.Equal(isPassive, election.Leader is not null);
        Assert.Equal((s_low, (ushort)theirs), election.Best);
    }

    [Fact]
    public void OnHello_EqualPriority_TheHigherMacLeads()
    {
        var low = new GatewayElection(100, s_low);
        var high = new GatewayElection(100, s_high);
        low.OnAdvertisement(s_high, Advertised(100), s_start);
        high.OnAdvertisement(s_low, Advertised(100), s_start);
        Assert.NotNull(low.Leader);
        Assert.Null(high.Leader);
    }

    [Fact]
    public void Leader_SilentForThreeHellos_IsGone()
    {
        var election = new GatewayElection(100, s_low);
        election.OnAdvertisement(s_high, Advertised(200), s_start);
        election.Tick(s_start + GatewayElection.Lifetime - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(election.Leader);
        election.Tick(s_start + GatewayElection.Lifetime);
        Assert.Null(election.Leader);
        Assert.Null(election.Best);
        Assert.True(election.HeardAny);
    }

    [Fact]
    public void Leader_ThatLeaves_IsGoneAtOnce()
    {
        var election = new GatewayElection(100, s_low);
        election.OnAdvertisement(s_high, Advertised(200), s_start);
        election.OnAdvertisement(s_high, Advertised(200, leaves: true), s_start);
        Assert.Null(election.Leader);
    }

    [Fact]
    public void OnHello_ThatAsks_IsToBeAnswered_AndOurOwnIsNot()
    {
        var election = new GatewayElection(100, s_low);
        Assert.True(election.OnAdvertisement(s_high, Advertised(1, asks: true), s_start));
        Assert.False(election.OnAdvertisement(s_high, Advertised(1), s_start));
        Assert.False(election.OnAdvertisement(s_low, Advertised(65535, asks: true), s_start));
        Assert.Null(election.Leader);
    }

    [Fact]
    public void Tick_EveryTwoSeconds_SaysHello()
    {
        var election = new GatewayElection(100, s_low);
        var hellos = Enumerable.Range(0, 100).Count(i => election.Tick(s_start + TimeSpan.FromMilliseconds(100 * i)));
        Assert.Equal(5, hellos);
    }

    /// <summary>Whatever was lost before, once hellos arrive one serves and all others know it.</summary>
    [Property(MaxTest = 200)]
    public void Gateways_OnceTheyHearEachOther_OneServes(byte[] priorities, bool[] losses)
    {
        var gateways = priorities.Take(4).Select((priority, i) => (Mac: new MacAddress(0x020000000010 + (ulong)i), GatewayElection: new GatewayElection(priority, new MacAddress(0x020000000010 + (ulong)i)))).ToList();
        var now = s_start;
        var draw = 0;
        for (var step = 0; step < losses.Length + 8; step++, now += TimeSpan.FromMilliseconds(700))
        {
            foreach (var (mac, election) in gateways)
            {
                if (!election.Tick(now))
                {
                    continue;
                }

                foreach (var (_, other) in gateways)
                {
                    if (step >= losses.Length || !losses[draw++ % losses.Length])
                    {
                        other.OnAdvertisement(mac, new Advertisement(election.Priority, false, false), now);
                    }
                }
            }
        }

        Assert.Equal(Math.Min(1, gateways.Count), gateways.Count(g => g.GatewayElection.Leader is null));
    }
}
