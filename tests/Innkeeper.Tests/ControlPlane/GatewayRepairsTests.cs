using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Events;
using Innkeeper.Tests.ControlPlane.World;
using Innkeeper.Wire;
using static Innkeeper.Tests.ControlPlane.World.Frames;

namespace Innkeeper.Tests.ControlPlane;

/// <summary>A station that claims the gateway of others: they are told the truth, and the administrator who it is.</summary>
public sealed class GatewayRepairsTests
{
    private const string Gateway = "47.31.128.1";
    private const int Spoofer = 9;

    private readonly ControlHarness _world = new ControlHarness("access.vlans = [7]\npool.addresses = [\"137.118.199.50-137.118.199.59\"]\nnapt.enabled = false\n").Ready();

    [Theory]
    [InlineData("announcement")]
    [InlineData("reply")]
    [InlineData("request")]
    public void Claim_OfOthersGateway_IsCorrectedAtOnceByUnicast(string kind)
    {
        Use(1, "47.31.128.11");
        Use(2, "47.31.128.12");
        Use(3, "47.31.128.13", "47.31.128.2");
        _world.Advance(TimeSpan.FromMilliseconds(100));
        _world.Access.Take();

        Claim(kind);

        Assert.Equal([(Mac(1), "47.31.128.11"), (Mac(2), "47.31.128.12")], Corrections().OrderBy(c => c.Address));
        Assert.Equal(new GatewayAddressClaimed(Mac(Spoofer), Ip(Gateway), 2), Assert.Single(_world.EventsOf<GatewayAddressClaimed>()));
    }

    [Fact]
    public void Corrections_GoOnEverySecondWhileTheClaimsDo_AndEnd()
    {
        Use(1, "47.31.128.11");
        _world.Advance(TimeSpan.FromMilliseconds(100));
        _world.Access.Take();
        for (var i = 0; i < 1000; i++)
        {
            Claim("announcement");
            _world.Advance(TimeSpan.FromMilliseconds(10));
        }

        Assert.InRange(Corrections().Count, 10, 11);
        _world.Advance(GatewayRepairs.Persistence + TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(100));
        Assert.InRange(Corrections().Count, 13, 16);
        _world.Advance(TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(100));
        Assert.Empty(Corrections());
        Assert.Single(_world.EventsOf<GatewayAddressClaimed>());
    }

    [Fact]
    public void Attacker_WhoClaimsManyGatewaysOfMany_CausesNoFlood()
    {
        var world = new ControlHarness("pool.addresses = [\"137.118.199.50\"]\nprofiles.default.admission = \"approve\"\n", capacity: 1024).Ready();
        for (var device = 0; device < 600; device++)
        {
            world.Punt(PuntReason.ArpAccess, ArpRequest(100 + device, $"10.{device / 200}.0.{1 + (device % 200)}", $"10.{device / 200}.0.254"));
            world.Confirm(world.Bind(100 + device, $"10.{device / 200}.0.{1 + (device % 200)}"));
        }

        world.Advance(TimeSpan.FromMilliseconds(100));
        world.Access.Take();
        for (var i = 0; i < 100; i++)
        {
            world.Punt(PuntReason.ArpAccess, Frames.Arp(MacAddress.Broadcast, Mac(Spoofer), ArpMessage.Announcement(Mac(Spoofer), Ip($"10.{i % 3}.0.254"))));
            world.Advance(TimeSpan.FromMilliseconds(9));
        }

        Assert.InRange(world.Access.Take().Arps().Count(a => a.Operation == ArpOperation.Reply), 400, GatewayRepairs.MostAnswers);
    }

    [Fact]
    public void Claim_OfAnAddressThatNoDeviceUsesAsGateway_IsLeftAlone()
    {
        Use(1, "47.31.128.11", "47.31.128.2");
        _world.Access.Take();

        Claim("announcement");

        Assert.Empty(Corrections());
        Assert.Empty(_world.EventsOf<GatewayAddressClaimed>());
    }

    [Fact]
    public void Claim_InAnotherVlan_IsLeftAlone()
    {
        Use(1, "47.31.128.11");
        _world.Access.Take();

        Claim("announcement", 7);

        Assert.Empty(Corrections());
    }

    private void Use(int device, string address, string gateway = Gateway)
    {
        _world.Punt(PuntReason.ArpAccess, ArpRequest(device, address, gateway));
        _world.Confirm(_world.Bind(device, address));
    }

    private void Claim(string kind, ushort vlan = 0) => _world.Punt(
        PuntReason.ArpAccess,
        Frames.Arp(MacAddress.Broadcast, Mac(Spoofer), kind switch
        {
            "announcement" => ArpMessage.Announcement(Mac(Spoofer), Ip(Gateway)),
            "reply" => ArpMessage.Reply(Mac(Spoofer), Ip(Gateway), Mac(1), Ip("47.31.128.11")),
            _ => ArpMessage.Request(Mac(Spoofer), Ip(Gateway), Ip("47.31.128.200")),
        }), vlan);

    /// <summary>Who was told that the gateway is at the gateway's own MAC.</summary>
    private List<(MacAddress Device, string Address)> Corrections()
    {
        var corrections = new List<(MacAddress, string)>();
        foreach (var frame in _world.Access.Take())
        {
            var message = ReadArp(frame, out var ethernet);
            if (message.Operation == ArpOperation.Reply && message.SenderIp == Ip(Gateway) && message.SenderMac == ControlHarness.AccessMac && ethernet.Destination == message.TargetMac)
            {
                corrections.Add((message.TargetMac, message.TargetIp.ToString()));
            }
        }

        return corrections;
    }
}
