using Innkeeper.Bindings;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane.Handlers;

/// <summary>Which gateway a device uses, as its packets tell, and what of that reaches the data plane and the store.</summary>
public sealed class GatewayInferenceHandlerTests
{
    private const string Address = "47.31.128.195";
    private const string Gateway = "47.31.128.1";
    private const string Neighbor = "47.31.128.40";

    private readonly ControlHarness _world = new ControlHarness().Ready();

    [Fact]
    public void Packet_BeyondWhatWasAskedFor_ProvesTheGateway_InMapAndStore()
    {
        var binding = BoundBeforeItAsked();
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, Gateway));
        _world.Store.Journal.Clear();

        Learn(Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8"));

        var slot = _world.Map.Slots[binding.Number];
        Assert.Equal((Ip(Gateway), false), ((Ipv4Address)slot.Gateway, slot.Flags.HasFlag(BindingFlags.Learn)));
        Assert.Equal(["add 2", "write 2"], _world.Map.Journal);
        Assert.Equal([$"save {Address}"], _world.Store.Journal);
    }

    [Fact]
    public void Packet_ThatTellsNothingNew_WritesNothing()
    {
        BoundBeforeItAsked();

        Learn(Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8"));

        Assert.Equal(["add 2"], _world.Map.Journal);
    }

    [Fact]
    public void Echo_ToTheLoneTargetNumberedLikeAGateway_IsAGuess_UntilAHostOutsideAnswers()
    {
        var binding = BoundBeforeItAsked();
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, Gateway));
        Learn(Echo(ControlHarness.AccessMac, Mac(1), Address, Gateway));
        Assert.Equal((Ip(Gateway), true), Inferred(binding));

        Answered(binding.Number, Gateway);

        Assert.Equal((Ipv4Address.Any, true), Inferred(binding));
    }

    [Fact]
    public void Echo_ToAnotherTarget_IsAGuess_WhenNobodyOutsideAnsweredForAWhile()
    {
        var binding = BoundBeforeItAsked();
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, Neighbor));
        Learn(Echo(ControlHarness.AccessMac, Mac(1), Address, Neighbor));
        Assert.Equal((Ipv4Address.Any, true), Inferred(binding));
        _world.Advance(GatewayInference.AnswerTime);

        Learn(Echo(ControlHarness.AccessMac, Mac(1), Address, Neighbor));

        Assert.Equal((Ip(Neighbor), true), Inferred(binding));
    }

    [Fact]
    public void Answer_OfAnotherHost_ChangesNothing()
    {
        var binding = BoundBeforeItAsked();
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, Gateway));
        Learn(Echo(ControlHarness.AccessMac, Mac(1), Address, Gateway));

        Answered(binding.Number, "8.8.8.8");
        Answered(77, Gateway);

        Assert.Equal(Ip(Gateway), Inferred(binding).Gateway);
    }

    [Fact]
    public void SecondAddress_OfADeviceWithAProvenGateway_StartsWithTheSame()
    {
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, Gateway));
        _world.Bind(1, Address);

        var second = _world.Bind(1, "47.31.128.196");
        Assert.Equal((Ip(Gateway), true), (second.Gateway, second.GatewayProven));
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, "47.31.128.196", "47.31.128.254"));

        // What it asks itself counts for more.
        Assert.Equal((Ipv4Address.Any, true), Inferred(second));
        Assert.Equal(Ip(Gateway), _world.BindingOf(1, Address)!.Gateway);
    }

    [Fact]
    public void SecondDevice_InheritsNothing()
    {
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, Gateway));
        _world.Bind(1, Address);

        Assert.Equal(Ipv4Address.Any, _world.Bind(2, "47.31.128.196").Gateway);
    }

    [Fact]
    public void Packet_OfAnAddressThatHasNoBindingAnyMore_IsRememberedForTheNext()
    {
        _world.Punt(PuntReason.ArpAccess, ArpRequest(1, Address, Gateway));

        Learn(Udp(ControlHarness.AccessMac, Mac(1), Address, "8.8.8.8"));

        Assert.Empty(_world.Map.Journal);
        Assert.Equal((Ip(Gateway), true), (_world.Bind(1, Address).Gateway, _world.BindingOf(1, Address)!.GatewayProven));
    }

    [Theory]
    [InlineData(PuntReason.Learn)]
    [InlineData(PuntReason.Answered)]
    internal void Frame_ThatIsNoIpv4_CountsAsMalformed(PuntReason reason)
    {
        _world.Punt(reason, ArpRequest(1, Address, Gateway));

        Assert.Equal(1UL, _world.Count(Counter.PuntsMalformed));
    }

    private Binding BoundBeforeItAsked() => _world.Bind(1, Address);

    private (Ipv4Address Gateway, bool IsLearning) Inferred(Binding binding) =>
        ((Ipv4Address)_world.Map.Slots[binding.Number].Gateway, _world.Map.Slots[binding.Number].Flags.HasFlag(BindingFlags.Learn));

    private void Learn(byte[] frame) => _world.Punt(PuntReason.Learn, frame);

    private void Answered(uint binding, string source) =>
        _world.Punt(PuntReason.Answered, Udp(ControlHarness.UplinkMac, ControlHarness.RouterMac, source, "137.118.199.50"), 0, binding);
}
