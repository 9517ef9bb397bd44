using System.Text;
using Innkeeper.Api;
using Innkeeper.Management;
using Innkeeper.Tests.Management;

namespace Innkeeper.Tests.Api;

/// <summary>Server-sent events.</summary>
public sealed class ApiStreamTests
{
    [Fact]
    public async Task EventStream_WithoutEvents_GivesSignsOfLife_AndLosesNoEvent()
    {
        var gateway = new FakeGateway();
        using var events = gateway.Events.Subscribe(new Actor("vera", ActorKind.Person, Permission.Viewer), null, 0).Value!;
        var stream = ApiStream.Of(events, asEventStream: true, TimeSpan.FromMilliseconds(20));
        await using var parts = stream.ReadAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.Equal("retry: 1000\n\n", await Next());
        Assert.Equal(":\n\n", await Next());
        Assert.Equal(":\n\n", await Next());
        gateway.Happen("it happened");
        string part;
        while ((part = await Next()) == ":\n\n")
        {
        }

        Assert.Contains("\"text\":\"it happened\"", part, StringComparison.Ordinal);

        async Task<string> Next()
        {
            Assert.True(await parts.MoveNextAsync());
            return Encoding.UTF8.GetString(parts.Current.Span);
        }
    }
}
