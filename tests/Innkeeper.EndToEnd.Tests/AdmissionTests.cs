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

    /// <summary>As docs/cli.md has it: 3 when the gateway ends, as it does to replace itself at a reload; Ctrl-C ends it as it ends any program.</summary>
    [Fact]
    public void EventsFollowed_TellWhatHappensToANewcomer_InLinesAndInJson_AndEndWithTheGatewayOrByCtrlC()
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

        var before = File.ReadAllText(Bench.ConfigPath);
        File.WriteAllText(Bench.ConfigPath, before.Replace("idle = \"30m\"", "idle = \"24m\"", StringComparison.Ordinal));
        Bench.Cli("config", "reload").Ok();
        var ended = json.Finish(TimeSpan.FromSeconds(10));
        Assert.Equal((3, "innkeeper: the gateway ended"), (ended.ExitCode, ended.Stderr.TrimEnd()));
        File.WriteAllText(Bench.ConfigPath, before);
        Bench.Cli("config", "reload").Ok();

        string Mark()
        {
            var mark = $"mark {++marks}";
            Bench.Cli("devices", "name", "06:00:00:00:00:01", mark).Ok();
            return mark;
        }
    }

    [Fact]
    public void Reload_UnderPings_LosesNone_AndAWrongFileChangesNothing()
    {
        var device = Bench.AddDevice("steady", "47.31.128.196/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Ping(device.Namespace, Bench.ServerAddress);
        Bench.Cli("devices", "approve", device.Mac).Ok();
        Fetch(device).Ok();
        var before = File.ReadAllText(Bench.ConfigPath);
        var ping = Bench.Start(device.Namespace, "ping", "-n", "-i", "0.01", "-c", "500", "-W", "2", Bench.ServerAddress);

        File.WriteAllText(Bench.ConfigPath, before.Replace("idle = \"30m\"", "idle = \"soon\"", StringComparison.Ordinal));
        var wrong = Bench.Cli("config", "reload");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("pool.idle", wrong.ToString());

        File.WriteAllText(Bench.ConfigPath, $"{before}\n[portal]\nname = \"portal.example.com\"\ncertificate = \"/nowhere.pem\"\nkey = \"/nowhere.key\"\n");
        var missing = Bench.Cli("config", "reload");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("portal.certificate", missing.ToString());

        File.WriteAllText(Bench.ConfigPath, before.Replace("idle = \"30m\"", "idle = \"20m\"", StringComparison.Ordinal));
        var right = Bench.Cli("config", "reload").Ok();
        Assert.Contains("pool.idle", right.Stdout);
        Assert.Contains("20m", Bench.Cli("config", "show").Ok().Stdout);

        Assert.Contains("500 packets transmitted, 500 received", ping.Finish(TimeSpan.FromSeconds(30)).Stdout);
        Assert.Contains("NOERROR", Bench.Run(device.Namespace, "dig", "+tries=2", "@47.31.1.53", Bench.WebName).Ok().Stdout);
        File.WriteAllText(Bench.ConfigPath, before);
        Bench.Cli("config", "reload").Ok();
    }

    [Fact]
    public void Reload_OfWhatCannotBeStartedAfterAll_LeavesTheSettingsOfBeforeInForce()
    {
        var before = File.ReadAllText(Bench.ConfigPath);
        File.WriteAllText(Bench.ConfigPath, before.Replace($"directory = \"{Bench.StateDirectory}\"", $"directory = \"{Bench.ConfigPath}/state\"", StringComparison.Ordinal));

        Bench.Cli("config", "reload");

        Wait.For(
            "the settings of before are in force", () => Bench.GatewayProcess!.Stderr.Contains("those of before are in force again", StringComparison.Ordinal)
                && Bench.Cli("config", "show", "--json") is { Succeeded: true } shown && shown.Stdout.Contains("\"in_force\":true", StringComparison.Ordinal)
                && shown.Stdout.Contains(Bench.StateDirectory, StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), () => Bench.GatewayProcess!.ToString());
        File.WriteAllText(Bench.ConfigPath, before);
        Assert.Contains("nothing has changed", Bench.Cli("config", "reload").Ok().Stdout);
    }

    [Fact]
    public void Hangup_TakesTheFileAnew_AgainAndAgain_AndLeavesNoDescriptorsBehind()
    {
        var before = File.ReadAllText(Bench.ConfigPath);
        var descriptors = new List<int>();
        foreach (var minutes in (int[])[21, 22, 23])
        {
            File.WriteAllText(Bench.ConfigPath, before.Replace("idle = \"30m\"", $"idle = \"{minutes}m\"", StringComparison.Ordinal));
            Bench.GatewayProcess!.Signal(1);
            Wait.For(
                $"{minutes}m is in force",
                () => Bench.Cli("config", "show", "--json") is { Succeeded: true } shown && shown.Stdout.Contains("\"in_force\":true", StringComparison.Ordinal)
                    && shown.Stdout.Contains($"\\u0022{minutes}m\\u0022", StringComparison.Ordinal),
                TimeSpan.FromSeconds(20), () => Bench.GatewayProcess.ToString());
            descriptors.Add(Directory.GetFiles($"/proc/{Bench.GatewayProcess.Id}/fd").Count(f => new FileInfo(f).LinkTarget?.Contains("innkeeper-settings", StringComparison.Ordinal) == true));
        }

        Assert.All(descriptors, count => Assert.InRange(count, 0, 1));
        File.WriteAllText(Bench.ConfigPath, before);
        Bench.Cli("config", "reload").Ok();
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
