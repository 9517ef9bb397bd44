using Innkeeper.ControlPlane;
using Innkeeper.Storage;
using Innkeeper.Storage.Tables;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Storage.Tables;

public sealed class GatewayOutagesTableTests
{
    [Fact]
    public void Load_SavedAndForgotten_AreThoseThatAreDownNow()
    {
        GatewayOutage main = new("main", Ipv4Address.Any, Samples.Noon), line = new("guest-line", Ipv4Address.Broadcast, Samples.Noon.AddMilliseconds(1));
        using var directory = new TemporaryDirectory();
        using (var store = StateStore.Open(directory.Path, out _))
        using (var writer = new StateWriter(store))
        {
            writer.Enqueue(new SaveGatewayOutage(main));
            writer.Enqueue(new SaveGatewayOutage(line with { Since = Samples.Noon }));
            writer.Enqueue(new SaveGatewayOutage(line));
            writer.Enqueue(new ForgetGatewayOutage(main.Name));
            Assert.True(writer.Flush(TimeSpan.FromSeconds(30)));
        }

        using var again = StateStore.Open(directory.Path, out _);
        Assert.Equal<GatewayOutage>([line], again.LoadGatewayOutages());
    }
}
