using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>Gateways that are asked, go down and come back, and the devices that leave by them.</summary>
public sealed class GatewayHealthMonitorTests
{
    private const string Address = "47.31.128.195";
    private const string Pool = "pool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n";
    private const string GuestLine = Pool + """
        [gateways.line]
        next_hop = "198.51.100.1"
        interface = "second"
        address = "198.51.100.2/29"
        pool = ["198.51.100.3-198.51.100.5"]
        [profiles.guests]
        gateway = "line"
        fallback = "main"
        [[rules]]
        profile = "guests"
        mac = "02:00:00:00:10"
        """;

    private static readonly MacAddress s_lineMac = MacAddress.Parse("02:00:00:00:00:02");

    [Fact]
    public void Start_AsksTheRouterFromTheUplinksOwnAddress()
    {
        var world = new ControlHarness(Pool);
        world.Advance(TimeSpan.Zero);

        var question = Assert.Single(world.Uplink.Take().Arps(), a => a.TargetIp == ControlHarness.Router);
        Assert.Equal(ArpMessage.Request(ControlHarness.UplinkMac, ControlHarness.UplinkNetwork.Address, ControlHarness.Router), question);
    }

    [Fact]
    public void Router_ThatAnswers_IsAskedEveryFiveSecondsAndStaysUp()
    {
        var world = new ControlHarness(Pool);
        for (var second = 0; second < 20; second++)
        {
            world.Advance(TimeSpan.FromSeconds(1));
            world.AnswerAsRouter();
        }

        Assert.False(world.Core.Health.IsDown(0));
        Assert.Empty(world.EventsOf<GatewayDown>());
    }

    [Fact]
    public void Router_ThatIsSilent_GoesDownAfterItsMisses_WithEventAndRow()
    {
        var world = new ControlHarness(Pool);
        world.Advance(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        world.AnswerAsRouter();
        world.Advance(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1));
        Assert.False(world.Core.Health.IsDown(0));

        world.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(new GatewayDown("main", ControlHarness.Router, true), Assert.Single(world.EventsOf<GatewayDown>()));
        Assert.Equal(new GatewayOutage("main", ControlHarness.Router, world.Clock.GetUtcNow()), Assert.Single(world.Store.Outages.Values));
    }

    [Fact]
    public void Router_ThatAnswersAgain_IsUp_AndItsRowIsGone()
    {
        var world = new ControlHarness(Pool);
        world.Advance(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1));

        world.AnswerAsRouter();

        Assert.Equal(new GatewayUp("main", ControlHarness.Router), Assert.Single(world.EventsOf<GatewayUp>()));
        Assert.Empty(world.Store.Outages);
    }

    [Fact]
    public void Gateway_ThatIsDown_IsNotTakenForUpByQuestionsOrOnAnotherUplink()
    {
        var world = Down();

        world.HearOnUplink(ArpMessage.Request(s_lineMac, Ip("198.51.100.1"), Ip("198.51.100.2")), 1);
        world.HearOnUplink(ArpMessage.Reply(s_lineMac, Ip("198.51.100.1"), ControlHarness.SecondMac, Ip("198.51.100.2")), 0);

        Assert.True(world.Core.Health.IsDown(1));
    }

    [Fact]
    public void Gateway_GoesDown_BindingsEndBeforeTheirProfileLeadsElsewhere()
    {
        var world = LineWithADevice();
        world.Writes.Clear();

        GoDown(world);

        var writes = world.Writes.ToList();
        Assert.True(writes.IndexOf("remove 2") >= 0 && writes.IndexOf("remove 2") < writes.IndexOf("profile guests"), string.Join(", ", writes));
        Assert.Equal(new GatewayDown("line", Ip("198.51.100.1"), false), Assert.Single(world.EventsOf<GatewayDown>()));
        Assert.Equal(0U, world.Profiles.Slots["guests"].Gateway);
    }

    [Fact]
    public void Gateway_GoesDown_ItsDevicesAreBoundToTheFallbacksAddresses_AndBackWhenItIsUp()
    {
        var world = Down();
        Assert.True(new Ipv4Network(Ip("137.118.199.0"), 24).Contains(world.Bind(1, Address).Legal));

        world.HearOnUplink(ArpMessage.Reply(s_lineMac, Ip("198.51.100.1"), ControlHarness.SecondMac, Ip("198.51.100.2")), 1);

        Assert.Null(world.BindingOf(1, Address));
        Assert.Equal((1U, 1U), (world.Profiles.Slots["guests"].Gateway, world.Profiles.Slots["guests"].Uplink));
        world.SendFirst(1, Address);
        world.Ready();
        Assert.True(new Ipv4Network(Ip("198.51.100.0"), 29).Contains(world.BindingOf(1, Address)!.Legal));
    }

    [Fact]
    public void Gateway_WithoutFallback_GoesDown_ItsProfileIsCutOffAndItsBindingsStay()
    {
        var world = LineWithADevice(GuestLine.Replace("fallback = \"main\"\n", "", StringComparison.Ordinal));

        GoDown(world);

        Assert.NotNull(world.BindingOf(1, Address));
        Assert.True(world.Profiles.Slots["guests"].Flags.HasFlag(ProfileFlags.NoGateway));
    }

    [Fact]
    public void Gateway_WhoseInterfaceIsMissing_IsDownWithoutBeingAsked()
    {
        var world = LineWithADevice();
        world.Second.Take();
        world.Change(world.Network with { Ports = world.Network.Ports.SetItem(1, null) });

        world.Advance(TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(1));

        Assert.True(world.Core.Health.IsDown(1));
        Assert.Empty(world.Second.Take());
        Assert.Null(world.BindingOf(1, Address));
    }

    [Fact]
    public void Router_ThatIsNotConfiguredAtAll_IsDownAtOnce()
    {
        var world = new ControlHarness(Pool);
        world.Change(world.Network with { Router = null });

        Assert.Equal(new GatewayDown("main", null, true), Assert.Single(world.EventsOf<GatewayDown>()));
        Assert.Equal(Ipv4Address.Any, Assert.Single(world.Store.Outages.Values).NextHop);
    }

    [Fact]
    public void Restart_RemembersThatAGatewayWasDown_UntilItAnswers()
    {
        var world = Down();

        world.Restart();

        Assert.True(world.Core.Health.IsDown(1));
        Assert.Empty(world.EventsOf<GatewayUp>());
    }

    private static ControlHarness LineWithADevice(string settings = GuestLine)
    {
        var world = new ControlHarness(settings).Ready();
        AnswerAll(world);
        Assert.Equal(1, world.Bind(1, Address).Policy.Gateway);
        return world;
    }

    private static ControlHarness Down()
    {
        var world = LineWithADevice();
        GoDown(world);
        Assert.True(world.Core.Health.IsDown(1));
        return world;
    }

    /// <summary>The main router answers, the other is silent.</summary>
    private static void GoDown(ControlHarness world)
    {
        for (var second = 0; second < 12; second++)
        {
            world.Advance(TimeSpan.FromSeconds(1));
            world.AnswerAsRouter();
        }
    }

    private static void AnswerAll(ControlHarness world)
    {
        world.AnswerAsRouter();
        world.HearOnUplink(ArpMessage.Reply(s_lineMac, Ip("198.51.100.1"), ControlHarness.SecondMac, Ip("198.51.100.2")), 1);
    }
}
