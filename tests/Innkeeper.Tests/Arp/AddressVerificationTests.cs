using Innkeeper.Arp;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Arp;

public sealed class AddressVerificationTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);

    private readonly AddressVerification<ClaimedAddress> _verification = new();

    private static ClaimedAddress ClaimOf(int device) => new(new Station(0, new MacAddress(0x020000000000UL + (ulong)device)), Ipv4Address.Parse("10.0.0.1"));

    [Fact]
    public void Reply_ThatWasNotAskedFor_VerifiesNothing()
    {
        Assert.False(_verification.Answered(ClaimOf(1)));
        Assert.Equal(Reachability.None, _verification.Of(ClaimOf(1), s_now));
    }

    [Fact]
    public void Reply_OfWhoWasAsked_ProvesOnce()
    {
        Assert.True(_verification.TryAsk(ClaimOf(1), s_now));
        Assert.True(_verification.IsAwaited(ClaimOf(1)));
        Assert.Equal(Reachability.None, _verification.Of(ClaimOf(1), s_now));
        Assert.True(_verification.Answered(ClaimOf(1)));
        Assert.Equal(Reachability.Given, _verification.Of(ClaimOf(1), s_now));
        Assert.False(_verification.IsAwaited(ClaimOf(1)));
        Assert.False(_verification.Answered(ClaimOf(1)));
        Assert.Equal(Reachability.None, _verification.Of(ClaimOf(2), s_now));
    }

    [Fact]
    public void Unverified_WhoseAnswerIsLost_IsAskedAgainAfterAWhile_AndAVerifiedOneIsNot()
    {
        _verification.TryAsk(ClaimOf(1), s_now);
        Assert.False(_verification.TryAsk(ClaimOf(1), s_now + AddressVerification<ClaimedAddress>.AskInterval - TimeSpan.FromTicks(1)));
        Assert.Equal(Reachability.Silent, _verification.Of(ClaimOf(1), s_now + AddressVerification<ClaimedAddress>.AskInterval));
        Assert.True(_verification.TryAsk(ClaimOf(1), s_now + AddressVerification<ClaimedAddress>.AskInterval));
        Assert.Equal(Reachability.None, _verification.Of(ClaimOf(1), s_now + AddressVerification<ClaimedAddress>.AskInterval));
        _verification.Answered(ClaimOf(1));
        Assert.False(_verification.TryAsk(ClaimOf(1), s_now + TimeSpan.FromHours(1)));
    }

    [Fact]
    public void Unverified_AdmittedWithoutAnAnswer_IsAwaitedNoMore_AndAVerifiedOneStaysSo()
    {
        _verification.TryAsk(ClaimOf(1), s_now);
        _verification.Resolve(ClaimOf(1));
        Assert.False(_verification.IsAwaited(ClaimOf(1)));
        Assert.Equal(Reachability.None, _verification.Of(ClaimOf(1), s_now + AddressVerification<ClaimedAddress>.AskInterval));

        _verification.TryAsk(ClaimOf(1), s_now);
        _verification.Answered(ClaimOf(1));
        _verification.Resolve(ClaimOf(1));
        Assert.Equal(Reachability.Given, _verification.Of(ClaimOf(1), s_now));
    }

    [Fact]
    public void Flood_OfUnverifiedAddresses_IsForgottenOldestFirst()
    {
        for (var device = 0; device < 100_000; device++)
        {
            Assert.True(_verification.TryAsk(ClaimOf(device), s_now));
        }

        Assert.False(_verification.IsAwaited(ClaimOf(0)));
        Assert.True(_verification.IsAwaited(ClaimOf(99_000)));
    }
}
