using Innkeeper.Dns;
using Innkeeper.Wire;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>The gateway's own question goes through the resolver as a device's does.</summary>
public sealed class HostQuestionTests
{
    private readonly ResolverHarness _harness = new("192.0.2.53");

    private ResolvedHost Ask(string name, Action reply)
    {
        var question = new HostQuestion();
        var client = new DnsClient(question, Ipv4Address.Any, 0, Ipv4Address.Any);
        _harness.Ask(client, HostQuestion.QueryOf(name)!);
        Assert.False(question.Answered.IsCompleted);
        reply();
        question.Send(client, _harness.AssertAnswered(client).Octets);
        return question.Answered.Result;
    }

    [Fact]
    public void Answered_ByAServer_IsItsFirstAddress() =>
        Assert.Equal(new ResolvedHost(Replies.Address), Ask("a.example", () => _harness.Reply(_harness.Last, Replies.Good(_harness.Last, count: 2))) with { Problem = "" });

    [Fact]
    public void Answered_WithoutAnAddress_SaysWhy()
    {
        Assert.Equal(new ResolvedHost(null, "no DNS server gave a good answer"), Ask("a.example", () => _harness.Wait(Resolver.Patience + TimeSpan.FromSeconds(1))));
        Assert.Equal(new ResolvedHost(null, "there is no such name"), Ask("b.example", () => _harness.Reply(_harness.Last, Replies.Negative(_harness.Last, DnsResponseCode.NameError, 60))));
        Assert.Equal(new ResolvedHost(null, "the name has no IPv4 address"), Ask("c.example", () => _harness.Reply(_harness.Last, Replies.Negative(_harness.Last, DnsResponseCode.NoError, 60))));
    }

    [Fact]
    public async Task Answered_ByOctetsThatAreNoMessage_SaysSo()
    {
        var question = new HostQuestion();
        question.Send(default, [1, 2, 3]);
        Assert.Equal("the answer cannot be read", (await question.Answered).Problem);
    }

    [Theory]
    [InlineData("a..example")]
    [InlineData("a name that is much too long for one label, as it has more than sixty-three characters")]
    public void QueryOf_ATextThatIsNoName_IsNone(string text) => Assert.Null(HostQuestion.QueryOf(text));
}
