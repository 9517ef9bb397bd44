using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane.Handlers;

/// <summary>Packets that the data plane refuses: which ICMP code their device hears, and under which name they count.</summary>
public sealed class RejectHandlerTests
{
    private const string Address = "47.31.128.195";

    [Theory]
    [InlineData(PuntReason.Refused, "host-unreachable", 1, nameof(Counter.RefusedMapping))]
    [InlineData(PuntReason.Refused, "admin-prohibited", 13, nameof(Counter.RefusedMapping))]
    [InlineData(PuntReason.Denied, "host-unreachable", 13, nameof(Counter.RefusedByProfile))]
    [InlineData(PuntReason.Denied, "admin-prohibited", 13, nameof(Counter.RefusedMapping))]
    internal void Packet_ThatIsRefused_IsAnsweredByTheSettingsCode(PuntReason reason, string setting, int code, string counter)
    {
        var world = new ControlHarness($"access.vlans = [7]\nnapt.refuse_with = \"{setting}\"\n").Ready();

        world.Punt(reason, Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8"), 7);

        Assert.Equal((Mac(1), world.Network.ProbeSender, (byte)3, (byte)code, (ushort)7), ReadError(Assert.Single(world.Access.Take())));
        Assert.Equal((1UL, 1UL), (world.Count(Enum.Parse<Counter>(counter)), world.Count(Counter.RefusalsSent)));
    }

    [Fact]
    public void Packet_OfADeviceWithAGateway_IsAnsweredInTheGatewaysName()
    {
        var world = new ControlHarness().Ready();
        world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, "47.31.128.1"));
        world.Bind(1, Address);
        world.Access.Take();

        world.Punt(PuntReason.Denied, Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8"));

        Assert.Equal(Ip("47.31.128.1"), ReadError(Assert.Single(world.Access.Take())).From);
    }

    [Fact]
    public void Frame_ThatIsNoIpv4_IsCountedAndNotAnswered()
    {
        var world = new ControlHarness().Ready();

        world.Punt(PuntReason.Refused, ArpRequest(1, Address, "47.31.128.1"));

        Assert.Equal((1UL, 0UL, 0), (world.Count(Counter.RefusedMapping), world.Count(Counter.PuntsMalformed), world.Access.Take().Count));
    }

    [Fact]
    public void Answer_WhileTheInterfaceIsDown_CountsAsNotSent()
    {
        var world = new ControlHarness().Ready();
        world.Access.IsDown = true;

        world.Punt(PuntReason.Denied, Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8"));

        Assert.Equal((0UL, 1UL), (world.Count(Counter.RefusalsSent), world.Count(Counter.SendFailed)));
    }
}
