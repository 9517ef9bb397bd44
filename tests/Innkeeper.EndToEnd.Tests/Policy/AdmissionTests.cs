using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Policy;

/// <summary>Whoever comes is held until the administrator has spoken.</summary>
public sealed class ApprovalFixture() : GatewayFixture(GatewaySettings.Default with { Profile = "admission = \"approve\"" });

/// <summary>The administrator's orders, and what devices notice of them.</summary>
public sealed class AdmissionTests(ApprovalFixture fixture) : GatewayTests(fixture), IClassFixture<ApprovalFixture>
{
    [Fact]
    public void Device_Held_IsToldSo_AndTheAdministratorsWordHoldsAtOnce_AndAfterAKill()
    {
        var device = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

        // ARP and DNS are answered, all else is refused at once.
        Assert.Contains("Packet filtered", Testbed.Run(device.Namespace, "ping", "-n", "-c", "2", "-W", "2", Testbed.ServerAddress).Stdout);
        Assert.Contains("NOERROR", Testbed.Run(device.Namespace, "dig", "+tries=2", "@47.31.1.53", Testbed.WebName).AssertOk().Stdout);
        Assert.Equal("held", Testbed.Find(device)!.State);

        Assert.Contains("is admitted", Testbed.Cli("devices", "approve", device.Mac).AssertOk().Stdout);
        Fetch(device).AssertOk();

        Testbed.KillGateway(9);
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        Testbed.StartGateway(GatewaySettings.Default with { Profile = "admission = \"approve\"" });
        Fetch(device).AssertOk();
        Assert.Equal("admitted", Testbed.Find(device)!.State);

        Assert.Contains("is blocked", Testbed.Cli("devices", "block", device.Mac).AssertOk().Stdout);
        Assert.False(Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress).Succeeded);
        Assert.True(Testbed.StatusJson().Drops["blocked"] > 0);

        Testbed.Cli("devices", "approve", device.Mac, "--for", "1h").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Contains("device-block", Testbed.Cli("events").AssertOk().Stdout);
    }

    [Fact]
    public void EventsFollowed_TellWhatHappensToANewDevice_InLinesAndInJson_AndEndByCtrlC()
    {
        var binary = GatewayBinary.Find()!;
        using var text = Testbed.Start(Testbed.Gateway, binary, "events", "--follow", "--last", "0", "--config", Testbed.ConfigPath);
        using var json = Testbed.Start(Testbed.Gateway, binary, "events", "--follow", "--last", "1", "--json", "--config", Testbed.ConfigPath);
        var marks = 0;
        Wait.For("both follow", () => Mark() is var mark && Wait.Until(() => text.Stdout.Contains(mark, StringComparison.Ordinal) && json.Stdout.Contains(mark, StringComparison.Ordinal), TimeSpan.FromSeconds(1)),
            TimeSpan.FromSeconds(20), () => $"{text}\n{json}");

        var device = Testbed.AddDevice("followed", "47.31.128.197/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "2", Testbed.ServerAddress);
        Testbed.Cli("devices", "approve", device.Mac, "--reason", "room 12").AssertOk();
        Wait.For("both tell of it", () => ((BackgroundProcess[])[text, json]).All(f => f.Stdout.Contains($"{device.Mac} is admitted", StringComparison.Ordinal)), TimeSpan.FromSeconds(5), () => $"{text}\n{json}");
        Assert.Matches($"device-approve: {device.Mac} is admitted; profile default \\(by root: room 12\\)\n", text.Stdout);
        foreach (var line in json.Stdout.TrimEnd().Split('\n'))
        {
            var entry = System.Text.Json.JsonDocument.Parse(line).RootElement;
            Assert.Equal(["time", "kind", "text", "sequence", "mac", "actor", "severity"], entry.EnumerateObject().Select(p => p.Name));
        }

        text.Signal(Native.SIGINT);
        Assert.Equal((130, ""), (text.Finish(TimeSpan.FromSeconds(5)).ExitCode, text.Stderr));

        string Mark()
        {
            var mark = $"mark {++marks}";
            Testbed.Cli("devices", "name", "06:00:00:00:00:01", mark).AssertOk();
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
        var guest = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true, Mac = "06:67:75:00:00:01" });
        Ping(guest.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Equal("guests", Testbed.Find(guest)!.Profile);

        // Without bindings nothing but the record says what it was.
        Testbed.KillGateway(15);
        Testbed.Cli("teardown").AssertOk();
        Testbed.StartGateway(GatewaySettings.Default);
        Testbed.Run(guest.Namespace, "ip", "neigh", "flush", "dev", "eth0");

        Ping(guest.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Equal("default", Testbed.Find(guest)!.Profile);
        Assert.False(Testbed.GatewayProcess!.HasExited, Testbed.GatewayProcess.ToString());
    }
}
