using Innkeeper.Policy;
using Innkeeper.Configuration;

namespace Innkeeper.Tests.Policy;

/// <summary>By which gateway a profile's devices leave, as gateways go down and come back. Number 0 is main, 1 and 2 are "a" and "b".</summary>
public sealed class GatewaySelectorTests
{
    private static GatewaySelector Make(params int[] down) =>
        new(new InnkeeperConfig { Gateways = [new GatewayConfig { Name = "a" }, new GatewayConfig { Name = "b" }] }, down.Contains);

    [Theory]
    [InlineData("a", null, new int[0], 1)]
    [InlineData("a", "b", new int[0], 1)]
    [InlineData("a", "b", new[] { 1 }, 2)]
    [InlineData("a", "main", new[] { 1 }, 0)]
    [InlineData("a", null, new[] { 1 }, 1)]
    [InlineData("a", "b", new[] { 1, 2 }, 1)]
    [InlineData("a", "main", new[] { 0, 1 }, 1)]
    [InlineData("a", "b", new[] { 2 }, 1)]
    [InlineData("main", "a", new[] { 0 }, 1)]
    [InlineData("main", null, new[] { 0 }, 0)]
    public void Of_AProfile_IsItsOwn_OrWhileThatIsDownTheFallbackThatIsNot(string gateway, string? fallback, int[] down, int expected) =>
        Assert.Equal(expected, Make(down).Of(new ProfileConfig { Name = "p", Gateway = gateway, Fallback = fallback }));

    [Fact]
    public void IsCut_AGatewayThatIsDown_LetsNothingOut_ButMainIsTheKernels()
    {
        var ways = Make(0, 1);

        Assert.Equal([false, true, false], new[] { 0, 1, 2 }.Select(ways.IsCut));
    }

    [Fact]
    public void NumberOf_Gateways_IsTheirOrderBehindMain() =>
        Assert.Equal([0, 1, 2], new[] { "main", "a", "b" }.Select(Make().NumberOf));
}
