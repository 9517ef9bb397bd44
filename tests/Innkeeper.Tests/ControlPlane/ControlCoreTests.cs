using Innkeeper.DataPlane;
using Innkeeper.Tests.ControlPlane.World;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>The control plane as a whole.</summary>
public sealed class ControlCoreTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Handlers_EveryReasonForAPunt_HasOneHandler(bool isOneArmed)
    {
        // Only one arm has LAN hosts, and only two have IPv6.
        var missing = isOneArmed ? Enum.GetValues<PuntReason>().Where(r => r >= PuntReason.Neighbor) : [PuntReason.ArpLan];

        var handled = new ControlHarness(isOneArmed: isOneArmed).Core.Handlers.SelectMany(h => h.Reasons).Append(PuntReason.Ports).ToList();

        Assert.Equal(Enum.GetValues<PuntReason>().Except(missing).Order(), handled.Order());
    }

    [Fact]
    public void NewDevice_AsksForItsGatewayAndSends_IsAnsweredBoundAndLetThrough()
    {
        var world = new ControlHarness().Ready();

        world.Punt(PuntReason.ArpAccess, ArpRequest(1, "47.31.128.195", "47.31.128.1"));
        var reply = ReadArp(Assert.Single(world.Access.Take()), out var ethernet);
        world.Punt(PuntReason.NewSource, Udp(ControlHarness.AccessMac, Mac(1), "47.31.128.195", "8.8.8.8"));

        Assert.Equal((Mac(1), ControlHarness.AccessMac, Ip("47.31.128.1")), (ethernet.Destination, reply.SenderMac, reply.SenderIp));
        var binding = Assert.Single(world.Core.Registry.Bindings.Values);
        Assert.Equal((Ip("47.31.128.195"), Ip("47.31.128.1"), true), (binding.Claim.Address, binding.Gateway, binding.GatewayProven));
        Assert.Equal(["add 2"], world.Map.Journal);
        Assert.Equal(binding.Number, world.Map.Outside[binding.Legal]);
        Assert.Single(world.Stack.Take());
        Assert.Equal(Mac(1), Assert.Single(world.Store.Devices.Keys));
        Assert.Contains(world.Uplink.Take(), frame => ReadArp(frame, out _) is { } message && message.SenderIp == binding.Legal && message.TargetIp == binding.Legal);
    }

    [Fact]
    public void Restart_ABindingAtWork_GoesOnUnderTheSameNumberAndAddress()
    {
        var world = new ControlHarness().Ready();
        world.Punt(PuntReason.NewSource, Udp(ControlHarness.AccessMac, Mac(1), "47.31.128.195", "8.8.8.8"));
        var before = Assert.Single(world.Core.Registry.Bindings.Values);

        Assert.Equal(1, world.Restart());

        var after = Assert.Single(world.Core.Registry.Bindings.Values);
        Assert.Equal((before.Number, before.Legal, before.Claim), (after.Number, after.Legal, after.Claim));
        Assert.DoesNotContain(world.Map.Journal, entry => entry.StartsWith("remove", StringComparison.Ordinal) || entry.StartsWith("clear", StringComparison.Ordinal));
    }
}
