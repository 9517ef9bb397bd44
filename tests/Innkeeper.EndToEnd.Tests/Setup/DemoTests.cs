using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Setup;

/// <summary>What `./demo.sh` shows.</summary>
public sealed class DemoTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Demo_ForEverybody_GetsEachLaptopOnline(bool oneArmed)
    {
        var missing = Requirements.Missing() ?? Requirements.MissingGateway();
        Assert.SkipWhen(missing is not null, missing ?? "");
        Assert.Equal(0, Demo.Run(keep: false, oneArmed));
    }
}
