using Innkeeper.Addresses;
using Innkeeper.Bindings;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Bindings;

/// <summary>One arm: hosts of the LAN that are helped keep their own addresses, whatever the pool has.</summary>
public sealed class RegistryLanTests
{
    private static readonly TimeSpan s_now = TimeSpan.FromHours(1);
    private static readonly Station s_host = new(0, MacAddress.Parse("02:00:00:00:00:01"));
    private static readonly Station s_device = new(0, MacAddress.Parse("02:00:00:00:00:02"));
    private static readonly Ipv4Address s_pooled = Ipv4Address.Parse("192.0.2.10");

    private readonly AddressPool _pool = new([s_pooled]);
    private readonly SharedAddresses _shared = new(new AddressPool([]));
    private readonly RegistryHarness _registry;

    public RegistryLanTests()
    {
        _registry = new RegistryHarness([new GatewayAddresses(0, _pool, _shared)], 16, _ => TimeSpan.Zero) { Lan = Ipv4Network.Parse("192.0.2.2/24") };
        var probes = new List<Ipv4Address>();
        for (var now = s_now; _pool.Count(AddressState.Ready) == 0; now += AddressPool.ProbeInterval)
        {
            _pool.Tick(now, probes);
        }
    }

    private Binding Arrive(Station station, string address)
    {
        var claim = new ClaimedAddress(station, Ipv4Address.Parse(address));
        Assert.Equal(Arrival.Bound, _registry.Arrive(claim, new GatewayInference(claim.Address), BindingPolicy.Default, s_now, default, out var binding));
        return binding!;
    }

    [Fact]
    public void Arrive_HostOfTheLan_IsItself_AndTakesNothingOfThePool()
    {
        var host = Arrive(s_host, "192.0.2.77");
        Assert.Equal((host.Claim.Address, true, false), (host.Legal, host.IsLocal, host.IsPooled));
        Assert.Equal(1, _pool.Count(AddressState.Ready));
        var device = Arrive(s_device, "10.1.1.1");
        Assert.Equal((s_pooled, false, true), (device.Legal, device.IsLocal, device.IsPooled));
    }

    [Fact]
    public void Release_OfAHostWithAnAddressThatStandsForADevice_LeavesTheDeviceWithIt()
    {
        var device = Arrive(s_device, "10.1.1.1");
        var host = Arrive(s_host, s_pooled.ToString());
        Assert.Equal(device, _registry.FindByLegal(s_pooled));

        _registry.Release(host, s_now);

        Assert.Equal(AddressState.Bound, _pool.StateOf(s_pooled));
        Assert.Equal(device, _registry.FindByLegal(s_pooled));
        Assert.Equal(device, Assert.Single(_registry.Bindings.Values));
    }

    [Fact]
    public void Conflict_OfAPoolAddress_MovesTheDeviceAndNotTheHost()
    {
        var device = Arrive(s_device, "10.1.1.1");
        var host = Arrive(s_host, s_pooled.ToString());

        Assert.Equal(device, _registry.Conflict(s_pooled, s_now));

        Assert.Equal(host, Assert.Single(_registry.Bindings.Values));
    }

    [Theory]
    [InlineData("192.0.2.77", true, true)]
    [InlineData("192.0.2.77", false, false)]
    [InlineData("10.1.1.1", true, false)]
    public void Adopt_OfAnotherModeOrLan_IsRefused(string claimed, bool isLocal, bool isAdopted)
    {
        var address = Ipv4Address.Parse(claimed);
        var binding = new Binding(5, new ClaimedAddress(s_host, address), isLocal ? address : s_pooled, Ipv4Address.Any, false, default) { IsLocal = isLocal };
        Assert.Equal(isAdopted, _registry.Adopt(binding));
    }

    [Fact]
    public void Adopt_HostOfTheLan_WithTwoArmsNow_IsRefused()
    {
        _registry.Lan = null;
        var address = Ipv4Address.Parse("192.0.2.77");
        Assert.False(_registry.Adopt(new Binding(5, new ClaimedAddress(s_host, address), address, Ipv4Address.Any, false, default) { IsLocal = true }));
    }
}
