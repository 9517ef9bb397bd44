using Innkeeper.Dns;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Dns;

/// <summary>Whom devices ask.</summary>
public sealed class ObservedDnsServersTests
{
    private readonly ObservedDnsServers _asked = new();

    [Fact]
    public void Note_ManyServers_KeepsTheFirstEightOfEachDeviceOnce()
    {
        var device = ResolverHarness.Device(1);
        for (uint i = 0; i < 20; i++)
        {
            _asked.Note(device, new Ipv4Address(i));
            _asked.Note(device, new Ipv4Address(i));
        }

        Assert.Equal(Enumerable.Range(0, 8).Select(i => new Ipv4Address((uint)i)), _asked.Of(device));
        Assert.Empty(_asked.Of(ResolverHarness.Device(2)));
    }

    [Fact]
    public void Forget_Device_LeavesOthers()
    {
        _asked.Note(ResolverHarness.Device(1), Replies.Address);
        _asked.Note(ResolverHarness.Device(2), Replies.Address);
        _asked.Forget(ResolverHarness.Device(1));
        Assert.Empty(_asked.Of(ResolverHarness.Device(1)));
        Assert.Single(_asked.Of(ResolverHarness.Device(2)));
    }
}
