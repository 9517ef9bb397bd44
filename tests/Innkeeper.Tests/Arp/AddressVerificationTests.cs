using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Arp;

public sealed class AddressVerificationTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly AddressVerification _proofs = new();

    private static ClaimedAddress ClaimOf(int device) => new(new Station(0, new MacAddress(0x020000000000UL + (ulong)device)), Ipv4Address.Parse("10.0.0.1"));

    [Fact]
    public void Reply_ThatNobodyAskedFor_ProvesNothing()
    {
        Assert.False(_proofs.Answered(ClaimOf(1)));
        Assert.Equal(Reachability.None, _proofs.Of(ClaimOf(1), s_now));
    }

    [Fact]
    public void Reply_OfWhoWasAsked_ProvesOnce()
    {
        Assert.True(_proofs.TryAsk(ClaimOf(1), s_now));
        Assert.True(_proofs.IsAwaited(ClaimOf(1)));
        Assert.Equal(Reachability.None, _proofs.Of(ClaimOf(1), s_now));
        Assert.True(_proofs.Answered(ClaimOf(1)));
        Assert.Equal(Reachability.Given, _proofs.Of(ClaimOf(1), s_now));
        Assert.False(_proofs.IsAwaited(ClaimOf(1)));
        Assert.False(_proofs.Answered(ClaimOf(1)));
        Assert.Equal(Reachability.None, _proofs.Of(ClaimOf(2), s_now));
    }

    [Fact]
    public void Stranger_WhoseAnswerIsLost_IsAskedAgainAfterAWhile_AndWhoIsProvenIsNot()
    {
        _proofs.TryAsk(ClaimOf(1), s_now);
        Assert.False(_proofs.TryAsk(ClaimOf(1), s_now + AddressVerification.AskInterval - TimeSpan.FromTicks(1)));
        Assert.Equal(Reachability.Silent, _proofs.Of(ClaimOf(1), s_now + AddressVerification.AskInterval));
        Assert.True(_proofs.TryAsk(ClaimOf(1), s_now + AddressVerification.AskInterval));
        Assert.Equal(Reachability.None, _proofs.Of(ClaimOf(1), s_now + AddressVerification.AskInterval));
        _proofs.Answered(ClaimOf(1));
        Assert.False(_proofs.TryAsk(ClaimOf(1), s_now + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Stranger_WhoWasLetInWithoutAnAnswer_IsAwaitedNoMore_AndWhoIsProvenStaysSo()
    {
        _proofs.TryAsk(ClaimOf(1), s_now);
        _proofs.Settle(ClaimOf(1));
        Assert.False(_proofs.IsAwaited(ClaimOf(1)));
        Assert.Equal(Reachability.None, _proofs.Of(ClaimOf(1), s_now + AddressVerification.AskInterval));

        _proofs.TryAsk(ClaimOf(1), s_now);
        _proofs.Answered(ClaimOf(1));
        _proofs.Settle(ClaimOf(1));
        Assert.Equal(Reachability.Given, _proofs.Of(ClaimOf(1), s_now));
    }

    [Fact]
    public void Flood_OfStrangers_IsForgottenOldestFirst()
    {
        for (var device = 0; device < 100_000; device++)
        {
            Assert.True(_proofs.TryAsk(ClaimOf(device), s_now));
        }

        Assert.False(_proofs.IsAwaited(ClaimOf(0)));
        Assert.True(_proofs.IsAwaited(ClaimOf(99_000)));
    }
}
