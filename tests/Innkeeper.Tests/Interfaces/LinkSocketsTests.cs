using Innkeeper.Arp;
using Innkeeper.Interfaces;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Interfaces;

/// <summary>Which socket goes to which interface, and that they stay the same objects.</summary>
public sealed class LinkSocketsTests
{
    private readonly List<RecordingSocket> _opened = [];

    private LinkSockets Make(string settings, (Ipv4Address, Ipv4Address)? dhcp = null) => new(Given.Settings(settings).Config!, dhcp, (mark, group) =>
    {
        _opened.Add(new RecordingSocket(mark, group));
        return _opened[^1];
    });

    private static int IndexOf(IFrameSender sender) => Assert.IsType<RecordingSocket>(sender).Index;

    [Fact]
    public void Constructor_BindsNothing()
    {
        using var sockets = Make(Given.TwoArms);

        Assert.All(_opened, socket => Assert.Equal(0, socket.Index));
    }

    [Fact]
    public void Bind_TwoArms_EachToItsInterface_AndReturnsToTheStackWithTheUplinksMark()
    {
        using var sockets = Make(Given.TwoArms + Given.Line);
        var network = Given.Network(Given.Settings(Given.TwoArms + Given.Line).Config!, Given.Access, Given.Uplink, Given.SecondUplink);

        sockets.Bind(network, Given.Inside.Stack);
        var context = sockets.ContextOf(network);

        Assert.Equal((2, 8, 3, 8, 4, 8), (
            IndexOf(context.Access), IndexOf(context.Stack), IndexOf(context.Uplink.Socket), IndexOf(context.Uplink.Return), IndexOf(context.Ports[1]!.Socket), IndexOf(context.Ports[1]!.Return)));
        Assert.Equal((LinkSockets.UplinkMark, LinkSockets.UplinkMark + 1), (((RecordingSocket)context.Uplink.Return).Mark, ((RecordingSocket)context.Ports[1]!.Return).Mark));
        Assert.Equal(2, _opened.Count(socket => socket.Mark != 0));
        Assert.All(_opened, socket => Assert.Null(socket.Group));
        Assert.Equal([context.Access], _opened.Where(socket => socket.TakesAll));
    }

    [Fact]
    public void Bind_OneArm_HasOneSocketForBothSides_InThePeersGroup()
    {
        using var sockets = Make(Given.OneArm);
        var network = Given.Network(Given.Settings(Given.OneArm).Config!, Given.Lan);

        sockets.Bind(network, Given.Inside.Stack);
        var context = sockets.ContextOf(network);

        Assert.Same(context.Access, context.Uplink.Socket);
        Assert.Equal(5, IndexOf(context.Access));
        Assert.Equal([Advertisement.Group], _opened.Select(socket => socket.Group).OfType<MacAddress>());
    }

    [Fact]
    public void Bind_Again_MovesTheSameSockets()
    {
        using var sockets = Make(Given.TwoArms);
        sockets.Bind(Given.OnTwoArms, Given.Inside.Stack);
        var before = sockets.ContextOf(Given.OnTwoArms);
        var next = Given.OnTwoArms with { Uplink = Given.Uplink with { Index = 30 }, Access = Given.Access with { Index = 31 } };

        sockets.Bind(next, Given.Inside.Stack with { Index = 32 });
        var after = sockets.ContextOf(next);

        Assert.Equal((31, 32, 30, 32), (IndexOf(before.Access), IndexOf(before.Stack), IndexOf(before.Uplink.Socket), IndexOf(before.Uplink.Return)));
        Assert.Same(before.Access, after.Access);
        Assert.Same(before.Stack, after.Stack);
        Assert.Same(before.Uplink.Socket, after.Uplink.Socket);
        Assert.Same(before.Uplink.Return, after.Uplink.Return);
    }

    [Fact]
    public void ContextOf_MissingUplink_HasNoLink()
    {
        using var sockets = Make(Given.TwoArms + Given.Line);
        var network = Given.Network(Given.Settings(Given.TwoArms + Given.Line).Config!, Given.Access, Given.Uplink);

        sockets.Bind(network, Given.Inside.Stack);

        Assert.Null(sockets.ContextOf(network).Ports[1]);
        Assert.NotNull(sockets.ContextOf(network).Ports[0]);
    }

    [Theory]
    [InlineData(Given.TwoArms, true)]
    [InlineData(Given.TwoArms + "napt.addresses = [\"137.118.199.40\"]\n", false)]
    [InlineData(Given.TwoArms + "pool.addresses = [\"137.118.199.50\"]\nnapt.enabled = false\n", false)]
    public void ContextOf_MainUplinksOwnAddress_IsSharedWhereNoOtherIs(string settings, bool isShared)
    {
        using var sockets = Make(settings);

        Assert.Equal(isShared ? Given.Uplink.Addresses[0].Address : null, sockets.ContextOf(Given.OnTwoArms).OwnOn(0));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("shared = [\"198.51.100.5\"]\n", false)]
    public void ContextOf_AnotherUplinksOwnAddress_IsSharedWhereItsGatewayHasNoOther(string key, bool isShared)
    {
        var settings = Given.TwoArms + Given.Line + key;
        using var sockets = Make(settings);

        var context = sockets.ContextOf(Given.Network(Given.Settings(settings).Config!, Given.Access, Given.Uplink, Given.SecondUplink));

        Assert.Equal(isShared ? Given.SecondUplink.Addresses[0].Address : null, context.OwnOn(1));
    }

    [Fact]
    public void ContextOf_ProbeSender_IsTheAccessAddress_OrThePortals_OnOneArmTheUplinks()
    {
        using var two = Make(Given.TwoArms);
        using var one = Make(Given.OneArm);

        Assert.Equal(Ipv4Address.Parse("192.0.2.1"), two.ContextOf(Given.OnTwoArms).ProbeSender);
        Assert.Equal(Ipv4Address.Parse("192.88.99.99"), two.ContextOf(Given.OnTwoArms with { AccessNetwork = null }).ProbeSender);
        Assert.Equal(Ipv4Address.Parse("137.118.199.2"), one.ContextOf(Given.Network(Given.Settings(Given.OneArm).Config!, Given.Lan)).ProbeSender);
    }

    [Fact]
    public void ContextOf_Networks_AreTheInterfaces_WithDhcpWhereItIsServed()
    {
        var dhcp = (Ipv4Address.Parse("192.168.77.1"), Ipv4Address.Parse("192.168.77.2"));
        using var sockets = Make(Given.TwoArms + "pool.idle = \"7m\"\n", dhcp);

        var context = sockets.ContextOf(Given.OnTwoArms);

        Assert.Equal(new ArpNetworks(Given.Access.Mac, Given.Access.Addresses[0], Given.Uplink.Addresses[0], dhcp), context.Networks);
        Assert.Equal((Given.Uplink.Gateway, TimeSpan.FromMinutes(7), Given.Uplink.Mac), (context.Router, context.Idle, context.UplinkMac));
    }

    [Fact]
    public void Dispose_ClosesAll()
    {
        Make(Given.TwoArms + Given.Line).Dispose();

        Assert.Equal(6, _opened.Count);
        Assert.All(_opened, socket => Assert.True(socket.IsClosed));
    }
}
