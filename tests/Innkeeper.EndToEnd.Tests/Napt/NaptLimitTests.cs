using System.Globalization;
using System.Text.RegularExpressions;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>A gateway with a Reflector beyond it.</summary>
public abstract class LimitedFixture : GatewayFixture
{
    private protected LimitedFixture(string napt)
        : base(new GatewaySettings { Pool = null, Napt = napt }, beforeStart: testbed => Reflector.Start(testbed, testbed.Server, Testbed.ServerAddress))
    {
    }
}

public sealed class PortsPerDeviceFixture() : LimitedFixture("ports_per_device = 64");

/// <summary>Who asks for more than there is, is told so; nobody else notices (RFC 6888 REQ-4, REQ-11).</summary>
public sealed class NaptLimitTests(PortsPerDeviceFixture fixture) : GatewayTests(fixture), IClassFixture<PortsPerDeviceFixture>
{
    [Fact]
    public void Device_BeyondItsPorts_IsTold_AndItsOtherConversationsAndOtherDevicesGoOn()
    {
        var greedy = AddDevice("greedy");
        var modest = AddDevice("modest");
        var before = Reflector.Converse(Testbed, greedy, "udp", Testbed.ServerAddress);

        var became = Reflector.AskFromMany(greedy, Testbed.ServerAddress, 80);

        Assert.Contains("answered: 63\n", became);
        Assert.Contains("EHOSTUNREACH ICMP 3/1: 17\n", became);
        Assert.True(Testbed.StatusJson().Drops["port_limit"] >= 17, Testbed.Cli("status", "--json").ToString());
        Assert.Contains("Cause: It uses as many ports as one device may (64).", Testbed.Cli("why", greedy.Mac).Stdout);
        Assert.Equal("answered: 10\n", Reflector.AskFromMany(modest, Testbed.ServerAddress, 10));
        before.AwaitAnswers(5);
        before.AssertAllAnswered();
        Assert.Single(before.Endpoints);
        // TCP has ports of its own.
        Fetch(greedy).AssertOk();
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}

public sealed class ProhibitedFixture() : LimitedFixture("ports_per_device = 64\nrefuse_with = \"admin-prohibited\"");

public sealed class NaptProhibitedTests(ProhibitedFixture fixture) : GatewayTests(fixture), IClassFixture<ProhibitedFixture>
{
    [Fact]
    public void Device_BeyondItsPorts_IsToldByTheCodeSet()
    {
        var greedy = Testbed.AddDevice("greedy", "47.31.128.195/24", "47.31.128.1");

        Assert.Equal("answered: 64\nEHOSTUNREACH ICMP 3/13: 6\n", Reflector.AskFromMany(greedy, Testbed.ServerAddress, 70));
    }
}

public sealed class FewPortsFixture() : LimitedFixture("ports = \"10240-11263\"\nports_per_device = 1024\nnew_per_second = 0");

public sealed class NaptExhaustionTests(FewPortsFixture fixture) : GatewayTests(fixture), IClassFixture<FewPortsFixture>
{
    [Fact]
    public void GreedyDevice_GetsItsShare_AndIsTold_AndNewcomersGetPorts()
    {
        var early = AddDevice("early");
        var greedy = AddDevice("greedy");
        var late = AddDevice("late");
        var before = Reflector.Converse(Testbed, early, "udp", Testbed.ServerAddress);

        // 1,024 ports: an eighth of those that are free, less what new devices leave to known ones.
        var became = Reflector.AskFromMany(greedy, Testbed.ServerAddress, 160);

        var answered = Regex.Match(became, @"^answered: (\d+)\nEHOSTUNREACH ICMP 3/1: (\d+)\n$").Groups;
        Assert.True(answered[0].Success, became);
        Assert.InRange(int.Parse(answered[1].Value, CultureInfo.InvariantCulture), 64, 128);
        Assert.Equal(160, int.Parse(answered[1].Value, CultureInfo.InvariantCulture) + int.Parse(answered[2].Value, CultureInfo.InvariantCulture));
        Assert.True(Testbed.StatusJson().Drops["ports_exhausted"] >= 32, Testbed.Cli("status", "--json").ToString());
        Assert.Equal("answered: 30\n", Reflector.AskFromMany(late, Testbed.ServerAddress, 30));
        before.AwaitAnswers(5);
        Assert.Equal("answered: 10\n", Reflector.AskFromMany(early, Testbed.ServerAddress, 10));
        before.AssertAllAnswered();
        Assert.Single(before.Endpoints);
        Wait.For("the event", () => Testbed.Cli("events").Stdout.Contains("ports-exhausted: devices find no port", StringComparison.Ordinal), TimeSpan.FromSeconds(20), () => Testbed.Cli("events").ToString());
        Assert.Contains(" packets found none", Testbed.Cli("status").Stdout, StringComparison.Ordinal);
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
}

public sealed class ShortRestFixture() : LimitedFixture("ports_per_device = 64\nnew_per_second = 20\nudp_timeout = \"1s\"\nrest = \"1s\"");

public sealed class NaptReturnTests(ShortRestFixture fixture) : GatewayTests(fixture), IClassFixture<ShortRestFixture>
{
    [Fact]
    public void Ports_ThatHaveRested_AreTheDevicesAgain_AndNoneIsLost()
    {
        var device = Testbed.AddDevice("again", "47.31.128.195/24", "47.31.128.1");
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal("answered: 64\nEHOSTUNREACH ICMP 3/1: 6\n", Reflector.AskFromMany(device, Testbed.ServerAddress, 70));

            Wait.For("all ports back", () => Testbed.Find(device)!.Bindings[0].Shared is null or { Udp: 0 }, TimeSpan.FromSeconds(20), () => Testbed.Cli("devices", "--json").ToString());
        }
    }

    [Fact]
    public void Device_ThatAsksForMappingsTooFast_IsTold()
    {
        var device = Testbed.AddDevice("fast", "47.31.128.196/24", "47.31.128.1");
        // Five seconds' worth are admitted at once.
        var became = Reflector.AskFromMany(device, Testbed.ServerAddress, 130);

        Assert.Equal("answered: 64\nEHOSTUNREACH ICMP 3/1: 66\n", became);
        Assert.InRange(Testbed.StatusJson().Drops["mapping_rate"], 1, 30);
        // Others have a rate of their own.
        Fetch(Testbed.AddDevice("calm", "47.31.128.196/24", "47.31.128.1")).AssertOk();
    }
}
