using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>Whoever comes is held until the administrator has spoken.</summary>
public sealed class ApprovalFixture() : GatewayFixture(GatewaySettings.Default with { Profile = "admission = \"approve\"" });

/// <summary>The administrator's orders, and what devices notice of them.</summary>
public sealed class AdmissionTests(ApprovalFixture fixture) : GatewayTests(fixture), IClassFixture<ApprovalFixture>
{
    [Fact]
    public void Device_Held_IsToldSo_AndTheAdministratorsWordHoldsAtOnce_AndAfterAKill()
    {
        var device = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

        // ARP and DNS are answered, all else is refused at once.
        Assert.Contains("Packet filtered", Bench.Run(device.Namespace, "ping", "-n", "-c", "2", "-W", "2", Bench.ServerAddress).Stdout);
        Assert.Contains("NOERROR", Bench.Run(device.Namespace, "dig", "+tries=2", "@47.31.1.53", Bench.WebName).Ok().Stdout);
        Assert.Equal("held", Bench.Find(device)!.State);

        Assert.Contains("is admitted", Bench.Cli("devices", "approve", device.Mac).Ok().Stdout);
        Fetch(device).Ok();

        Bench.KillGateway(9);
        Ping(device.Namespace, Bench.ServerAddress).Ok();
        Bench.StartGateway(GatewaySettings.Default with { Profile = "admission = \"approve\"" });
        Fetch(device).Ok();
        Assert.Equal("admitted", Bench.Find(device)!.State);

        Assert.Contains("is blocked", Bench.Cli("devices", "block", device.Mac).Ok().Stdout);
        Assert.False(Bench.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Bench.ServerAddress).Succeeded);
        Assert.True(Bench.StatusJson().Drops["blocked"] > 0);

        Bench.Cli("devices", "approve", device.Mac, "--for", "1h").Ok();
        Ping(device.Namespace, Bench.ServerAddress).Ok();
        Assert.Contains("device-block", Bench.Cli("events").Ok().Stdout);
    }

    [Fact]
    public void EventsFollowed_TellWhatHappensToANewcomer_InLinesAndInJson_AndEndByCtrlC()
    {
        var binary = GatewayBinary.Find()!;
        using var text = Bench.Start(Bench.Gateway, binary, "events", "--follow", "--last", "0", "--config", Bench.ConfigPath);
        using var json = Bench.Start(Bench.Gateway, binary, "events", "--follow", "--last", "1", "--json", "--config", Bench.ConfigPath);
        var marks = 0;
        Wait.For("both follow", () => Mark() is var mark && Wait.Until(() => text.Stdout.Contains(mark, StringComparison.Ordinal) && json.Stdout.Contains(mark, StringComparison.Ordinal), TimeSpan.FromSeconds(1)),
            TimeSpan.FromSeconds(20), () => $"{text}\n{json}");

        var device = Bench.AddDevice("followed", "47.31.128.197/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Bench.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "2", Bench.ServerAddress);
        Bench.Cli("devices", "approve", device.Mac, "--reason", "room 12").Ok();
        Wait.For("both tell of it", () => ((BackgroundProcess[])[text, json]).All(f => f.Stdout.Contains($"{device.Mac} is admitted", StringComparison.Ordinal)), TimeSpan.FromSeconds(5), () => $"{text}\n{json}");
        Assert.Matches($"device-approve: {device.Mac} is admitted; profile default \\(by root: room 12\\)\n", text.Stdout);
        foreach (var line in json.Stdout.TrimEnd().Split('\n'))
        {
            var entry = System.Text.Json.JsonDocument.Parse(line).RootElement;
            Assert.Equal(["time", "kind", "text"], entry.EnumerateObject().Select(p => p.Name));
        }

        text.Signal(Native.SIGINT);
        Assert.Equal((130, ""), (text.Finish(TimeSpan.FromSeconds(5)).ExitCode, text.Stderr));

        string Mark()
        {
            var mark = $"mark {++marks}";
            Bench.Cli("devices", "name", "06:00:00:00:00:01", mark).Ok();
            return mark;
        }
    }
}

/// <summary>A profile that isolates, by rule.</summary>
public sealed class RemovedProfileFixture() : GatewayFixture(WithGuests)
{
    internal static readonly GatewaySettings WithGuests = GatewaySettings.Default with
    {
        Extra = """
            [profiles.guests]
            isolate = true
            [[rules]]
            profile = "guests"
            mac = "06:67:75"
            """,
    };
}

/// <summary>The administrator takes a profile away that the database still names.</summary>
public sealed class RemovedProfileTests(RemovedProfileFixture fixture) : GatewayTests(fixture), IClassFixture<RemovedProfileFixture>
{
    [Fact]
    public void Device_OfAProfileThatIsGone_IsServedByTheRulesThatAre()
    {
        var guest = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true, Mac = "06:67:75:00:00:01" });
        Ping(guest.Namespace, Bench.ServerAddress).Ok();
        Assert.Equal("guests", Bench.Find(guest)!.Profile);

        // Without bindings nothing but the record says what it was.
        Bench.KillGateway(15);
        Bench.Cli("teardown").Ok();
        Bench.StartGateway(GatewaySettings.Default);
        Bench.Run(guest.Namespace, "ip", "neigh", "flush", "dev", "eth0");

        Ping(guest.Namespace, Bench.ServerAddress).Ok();
        Assert.Equal("default", Bench.Find(guest)!.Profile);
        Assert.False(Bench.GatewayProcess!.HasExited, Bench.GatewayProcess.ToString());
    }
}
