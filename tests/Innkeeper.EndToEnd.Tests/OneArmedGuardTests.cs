using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>The router's address stays the router's, ours ours, and a pool address that a host takes is the host's.</summary>
public sealed class OneArmedGuardTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Station_ThatClaimsTheRoutersAddress_IsIsolated_AndTheRouterStaysInEverybodysTable()
    {
        var device = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(device).Ok();
        Ping(Bench.Office, Bench.ServerAddress).Ok();
        var router = Bench.Mac(Bench.Router, "eth0");

        var pinging = Bench.Start(Bench.Office, "ping", "-n", "-i", "0.1", "-c", "50", "-W", "1", Bench.ServerAddress);

        var impostor = Bench.AddDevice("impostor", Bench.RouterAddress + "/24", "137.118.199.254");
        Bench.Run(impostor.Namespace, "arping", "-A", "-I", "eth0", "-c", "3", Bench.RouterAddress);
        // It asks for its gateway, in the router's name, and for us.
        Bench.Run(impostor.Namespace, "ping", "-n", "-c", "1", "-W", "1", Bench.ServerAddress);
        Bench.Run(impostor.Namespace, "ip", "neigh", "replace", Bench.GatewayAddress, "lladdr", Bench.UplinkMac, "dev", "eth0").Ok();
        var dropped = Impostors();
        Assert.False(Bench.Run(impostor.Namespace, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", Bench.GatewayAddress).Succeeded);

        Assert.True(Impostors() >= dropped + 2, Bench.Cli("status", "--json").ToString());
        Wait.For("the event", () => Events("address-claimed").Any(text => text.StartsWith($"{impostor.Mac} claims {Bench.RouterAddress}", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(5), () => Bench.Cli("status", "--json").ToString());
        ExpectRouter();
        // Each claim costs the office one ping at most: what was on its way in the moment before the repair.
        var pinged = pinging.Finish(TimeSpan.FromSeconds(20));
        Assert.InRange(Received(pinged), 44, 50);
        Ping(device.Namespace, Bench.ServerAddress).Ok();
        Assert.Null(Bench.Find(impostor));

        Bench.Remove(impostor);
        Ping(Bench.Office, Bench.ServerAddress).Ok();
        Ping(device.Namespace, Bench.ServerAddress).Ok();
        ExpectRouter();

        void ExpectRouter()
        {
            foreach (var ns in (string[])[Bench.Office, Bench.Gateway])
            {
                Wait.For($"the router in the table of {ns}", () => Bench.Run(ns, "ip", "neigh", "show", Bench.RouterAddress).Stdout.Contains(router, StringComparison.OrdinalIgnoreCase),
                    TimeSpan.FromSeconds(5), () => Bench.Run(ns, "ip", "neigh").ToString());
            }
        }
    }

    [Fact]
    public void Station_ThatClaimsTheGatewaysAddress_IsReported_AndChangesNothing()
    {
        Ping(Bench.Office, Bench.GatewayAddress).Ok();
        var thief = Bench.AddDevice("thief", Bench.GatewayAddress + "/24", Bench.RouterAddress);

        Bench.Run(thief.Namespace, "arping", "-A", "-I", "eth0", "-c", "2", Bench.GatewayAddress);

        Wait.For("the event", () => Events("address-claimed").Any(text => text.StartsWith($"{thief.Mac} claims {Bench.GatewayAddress}", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(5), () => Bench.Cli("status", "--json").ToString());
        Wait.For("the gateway in the office's table", () => Bench.Run(Bench.Office, "ip", "neigh", "show", Bench.GatewayAddress).Stdout.Contains(Bench.UplinkMac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Bench.Run(Bench.Office, "ip", "neigh").ToString());
        Bench.Remove(thief);
    }

    [Fact]
    public void Router_ThatClaimsTheGatewaysAddress_IsReported_AndNotIsolated()
    {
        var device = Bench.AddDevice("routed", "47.31.128.199/24", "47.31.128.1");
        Fetch(device).Ok();
        var router = Bench.Mac(Bench.Router, "eth0");
        var dropped = Impostors();

        Bench.Run(Bench.Router, "ip", "addr", "add", Bench.GatewayAddress + "/32", "dev", "lo").Ok();
        try
        {
            Bench.Run(Bench.Router, "arping", "-A", "-I", "eth0", "-c", "2", Bench.GatewayAddress);
            Wait.For("the event", () => Events("address-claimed").Any(text => text.StartsWith($"{router} claims {Bench.GatewayAddress}", StringComparison.Ordinal)),
                TimeSpan.FromSeconds(5), () => Bench.Cli("status", "--json").ToString());
        }
        finally
        {
            Bench.Run(Bench.Router, "ip", "addr", "del", Bench.GatewayAddress + "/32", "dev", "lo").Ok();
        }

        // Its claims were heard and went no further; all else of it comes in.
        var claims = Impostors();
        Assert.True(claims > dropped, Bench.Cli("status", "--json").ToString());
        Ping(device.Namespace, Bench.ServerAddress).Ok();
        Ping(Bench.Gateway, Bench.RouterAddress).Ok();
        Assert.Equal(claims, Impostors());
        Assert.DoesNotContain(Events("address-claimed"), text => text.StartsWith($"{router} ", StringComparison.Ordinal) && text.Contains("dropped", StringComparison.Ordinal));
    }

    [Fact]
    public void PoolAddress_ThatAHostTakes_IsItsAtOnce_AndTheDeviceMoves()
    {
        var device = Bench.AddDevice("moved", "47.31.128.197/24", "47.31.128.1");
        Fetch(device).Ok();
        var legal = Bench.LegalAddress(device);

        var host = Bench.AddLanHost("newcomer", legal);
        Bench.Run(host, "arping", "-U", "-I", "eth0", "-c", "1", legal);

        Wait.For("another legal address", () => Bench.Find(device)?.Bindings.FirstOrDefault()?.Legal is { } other && other != legal, TimeSpan.FromSeconds(8),
            () => Bench.Cli("status", "--json").ToString());
        Assert.Contains(Events("quarantine"), text => text.StartsWith($"{legal} is used by ", StringComparison.Ordinal));
        Fetch(device).Ok();
        var answers = Bench.Run(Bench.Office, "arping", "-I", "eth0", "-b", "-c", "2", "-w", "3", legal).Ok();
        Assert.DoesNotContain(Bench.UplinkMac, answers.Stdout, StringComparison.OrdinalIgnoreCase);
        Ping(host, Bench.ServerAddress).Ok();
    }

    private long Impostors() => Bench.StatusJson().Drops["impostor"];

    private static int Received(CommandResult pinged) =>
        int.Parse(System.Text.RegularExpressions.Regex.Match(pinged.Stdout, @"(\d+) received").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private List<string> Events(string kind) => [.. Bench.StatusJson().Events.Where(each => each.Kind == kind).Select(each => each.Text)];
}

/// <summary>Of a LAN whose router moves to another station.</summary>
public sealed class OneArmedRouterMovesTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Router_ThatAnswersFromAnotherStation_IsFollowed()
    {
        var device = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(device).Ok();

        Bench.Run(Bench.Router, "ip", "link", "set", "eth0", "address", "06:1a:5e:ff:00:01").Ok();
        Bench.Run(Bench.Router, "arping", "-U", "-I", "eth0", "-c", "1", Bench.RouterAddress);

        Wait.For("pings by the new router", () => Bench.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Bench.ServerAddress).Succeeded, TimeSpan.FromSeconds(10),
            () => Bench.Run(Bench.Gateway, "ip", "neigh").ToString());
        Assert.DoesNotContain(Bench.StatusJson().Events, each => each.Kind == "address-claimed");
    }
}
