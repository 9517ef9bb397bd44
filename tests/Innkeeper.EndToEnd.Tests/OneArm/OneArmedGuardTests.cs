using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

/// <summary>The router's address stays the router's, ours ours, and a pool address that a host takes is the host's.</summary>
public sealed class OneArmedGuardTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Station_ThatClaimsTheRoutersAddress_IsIsolated_AndTheRouterStaysInEverybodysTable()
    {
        var device = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(device).AssertOk();
        Ping(Testbed.Office, Testbed.ServerAddress).AssertOk();
        var router = Testbed.Mac(Testbed.Router, "eth0");

        var pinging = Testbed.Start(Testbed.Office, "ping", "-n", "-i", "0.1", "-c", "50", "-W", "1", Testbed.ServerAddress);

        var impostor = Testbed.AddDevice("impostor", Testbed.RouterAddress + "/24", "137.118.199.254");
        Testbed.Run(impostor.Namespace, "arping", "-A", "-I", "eth0", "-c", "3", Testbed.RouterAddress);
        // It asks for its gateway, in the router's name, and for us.
        Testbed.Run(impostor.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress);
        Testbed.Run(impostor.Namespace, "ip", "neigh", "replace", Testbed.GatewayAddress, "lladdr", Testbed.UplinkMac, "dev", "eth0").AssertOk();
        var dropped = Impostors();
        Assert.False(Testbed.Run(impostor.Namespace, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", Testbed.GatewayAddress).Succeeded);

        Assert.True(Impostors() >= dropped + 2, Testbed.Cli("status", "--json").ToString());
        Wait.For("the event", () => Events("address-claimed").Any(text => text.StartsWith($"{impostor.Mac} claims {Testbed.RouterAddress}", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(5), () => Testbed.Cli("status", "--json").ToString());
        ExpectRouter();
        // Each claim costs the office one ping at most: what was on its way in the moment before the repair.
        var pinged = pinging.Finish(TimeSpan.FromSeconds(20));
        Assert.InRange(Received(pinged), 44, 50);
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Null(Testbed.Find(impostor));

        Testbed.Remove(impostor);
        Ping(Testbed.Office, Testbed.ServerAddress).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        ExpectRouter();

        void ExpectRouter()
        {
            foreach (var ns in (string[])[Testbed.Office, Testbed.Gateway])
            {
                Wait.For($"the router in the table of {ns}", () => Testbed.Run(ns, "ip", "neigh", "show", Testbed.RouterAddress).Stdout.Contains(router, StringComparison.OrdinalIgnoreCase),
                    TimeSpan.FromSeconds(5), () => Testbed.Run(ns, "ip", "neigh").ToString());
            }
        }
    }

    [Fact]
    public void Station_ThatClaimsTheGatewaysAddress_IsReported_AndChangesNothing()
    {
        Ping(Testbed.Office, Testbed.GatewayAddress).AssertOk();
        var thief = Testbed.AddDevice("thief", Testbed.GatewayAddress + "/24", Testbed.RouterAddress);

        Testbed.Run(thief.Namespace, "arping", "-A", "-I", "eth0", "-c", "2", Testbed.GatewayAddress);

        Wait.For("the event", () => Events("address-claimed").Any(text => text.StartsWith($"{thief.Mac} claims {Testbed.GatewayAddress}", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(5), () => Testbed.Cli("status", "--json").ToString());
        Wait.For("the gateway in the office's table", () => Testbed.Run(Testbed.Office, "ip", "neigh", "show", Testbed.GatewayAddress).Stdout.Contains(Testbed.UplinkMac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Testbed.Run(Testbed.Office, "ip", "neigh").ToString());
        Testbed.Remove(thief);
    }

    [Fact]
    public void Router_ThatClaimsTheGatewaysAddress_IsReported_AndNotIsolated()
    {
        var device = Testbed.AddDevice("routed", "47.31.128.199/24", "47.31.128.1");
        Fetch(device).AssertOk();
        var router = Testbed.Mac(Testbed.Router, "eth0");
        var dropped = Impostors();

        Testbed.Run(Testbed.Router, "ip", "addr", "add", Testbed.GatewayAddress + "/32", "dev", "lo").AssertOk();
        try
        {
            Testbed.Run(Testbed.Router, "arping", "-A", "-I", "eth0", "-c", "2", Testbed.GatewayAddress);
            Wait.For("the event", () => Events("address-claimed").Any(text => text.StartsWith($"{router} claims {Testbed.GatewayAddress}", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(5), () => Testbed.Cli("status", "--json").ToString());
        }
        finally
        {
            Testbed.Run(Testbed.Router, "ip", "addr", "del", Testbed.GatewayAddress + "/32", "dev", "lo").AssertOk();
        }

        // Its claims were heard and went no further; all else of it comes in.
        var claims = Impostors();
        Assert.True(claims > dropped, Testbed.Cli("status", "--json").ToString());
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        Ping(Testbed.Gateway, Testbed.RouterAddress).AssertOk();
        Assert.Equal(claims, Impostors());
        Assert.DoesNotContain(Events("address-claimed"), text => text.StartsWith($"{router} ", StringComparison.Ordinal) && text.Contains("dropped", StringComparison.Ordinal));
    }

    [Fact]
    public void PoolAddress_ThatAHostTakes_IsItsAtOnce_AndTheDeviceMoves()
    {
        var device = Testbed.AddDevice("moved", "47.31.128.197/24", "47.31.128.1");
        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);

        var host = Testbed.AddLanHost("newcomer", legal);
        Testbed.Run(host, "arping", "-U", "-I", "eth0", "-c", "1", legal);

        Wait.For("another legal address", () => Testbed.Find(device)?.Bindings.FirstOrDefault()?.Legal is { } other && other != legal, TimeSpan.FromSeconds(8),
            () => Testbed.Cli("status", "--json").ToString());
        Assert.Contains(Events("quarantine"), text => text.StartsWith($"{legal} is used by ", StringComparison.Ordinal));
        Fetch(device).AssertOk();
        var answers = Testbed.Run(Testbed.Office, "arping", "-I", "eth0", "-b", "-c", "2", "-w", "3", legal).AssertOk();
        Assert.DoesNotContain(Testbed.UplinkMac, answers.Stdout, StringComparison.OrdinalIgnoreCase);
        Ping(host, Testbed.ServerAddress).AssertOk();
    }

    private long Impostors() => Testbed.StatusJson().Drops["impostor"];

    private static int Received(CommandResult pinged) =>
        int.Parse(System.Text.RegularExpressions.Regex.Match(pinged.Stdout, @"(\d+) received").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private List<string> Events(string kind) => [.. Testbed.StatusJson().Events.Where(each => each.Kind == kind).Select(each => each.Text)];
}

/// <summary>Of a LAN whose router moves to another station.</summary>
public sealed class OneArmedRouterMovesTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Router_ThatAnswersFromAnotherStation_IsFollowed()
    {
        var device = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(device).AssertOk();

        Testbed.Run(Testbed.Router, "ip", "link", "set", "eth0", "address", "06:1a:5e:ff:00:01").AssertOk();
        Testbed.Run(Testbed.Router, "arping", "-U", "-I", "eth0", "-c", "1", Testbed.RouterAddress);

        Wait.For("pings by the new router", () => Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress).Succeeded, TimeSpan.FromSeconds(10),
            () => Testbed.Run(Testbed.Gateway, "ip", "neigh").ToString());
        Assert.DoesNotContain(Testbed.StatusJson().Events, each => each.Kind == "address-claimed");
    }
}
