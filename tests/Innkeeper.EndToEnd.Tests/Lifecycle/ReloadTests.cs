using System.Net.Sockets;
using System.Text;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Lifecycle;

/// <summary>Whoever comes is held until the administrator has spoken; names are looked up at a server that takes its time.</summary>
public sealed class ReloadFixture() : GatewayFixture(
    GatewaySettings.Default with { Profile = "admission = \"approve\"", Upstreams = [$"{Testbed.RouterAddress}:5355"], Dns = "serve_uplink = true" }, beforeStart: StartSlowServer)
{
    /// <summary>Answers each question after 100 to 300 ms, and those of names that begin with "silent" never.</summary>
    private static void StartSlowServer(Testbed testbed)
    {
        var server = testbed.Start(testbed.Router, "/usr/bin/python3", "-u", "-c", """
            import random, socket, threading
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(('0.0.0.0', 5355))
            print('listens')
            while True:
                query, peer = s.recvfrom(2048)
                if query[13:19] == b'silent':
                    continue
                end = query.index(b'\0', 12) + 5
                answer = query[:2] + b'\x81\x80\0\1\0\1\0\0\0\0' + query[12:end] + b'\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xcb\0\x71\x0a'
                threading.Timer(random.uniform(0.1, 0.3), s.sendto, (answer, peer)).start()
            """);
        Wait.For("the slow server listens", () => server.Stdout.Length > 0, TimeSpan.FromSeconds(15), server.ToString);
    }
}

/// <summary>New settings while devices are at work, and what becomes of them.</summary>
public sealed class ReloadTests : GatewayTests, IClassFixture<ReloadFixture>
{
    private const string PortalUrl = "http://192.88.99.99/";

    private readonly string before;

    public ReloadTests(ReloadFixture fixture)
        : base(fixture) => before = File.ReadAllText(Testbed.ConfigPath);

    public override void Dispose()
    {
        File.WriteAllText(Testbed.ConfigPath, before);
        Testbed.Cli("config", "reload").AssertOk();
        base.Dispose();
    }

    [Theory]
    [InlineData("idle = \"30m\"", "idle = \"30m\" # said otherwise", "nothing has changed")]
    [InlineData("idle = \"30m\"", "idle = \"20m\"", "changed: pool.idle")]
    [InlineData("isolate = false", "isolate = true\nrate_out = \"900M\"", "profiles.default.isolate")]
    public void Reload_UnderADownloadAndPings_LosesNone(string setting, string other, string said)
    {
        var device = AddAdmitted("steady", "47.31.128.196");
        var (url, sha256) = Testbed.Publish("reload", 20_000_000);
        var file = Path.Combine(Testbed.Directory, "reloaded");
        File.Delete(file);
        var ping = Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.01", "-c", "1000", "-W", "2", Testbed.ServerAddress);
        var download = Testbed.Start(device.Namespace, "curl", "-sS", "--fail", "-m", "60", "--limit-rate", "2M", "-o", file, url);
        Wait.For("the download has begun", () => File.Exists(file) && new FileInfo(file).Length > 0, TimeSpan.FromSeconds(10), download.ToString);

        Change(setting, other);
        Assert.Contains(said, Testbed.Cli("config", "reload").AssertOk().Stdout);

        Assert.False(download.HasExited || ping.HasExited, "both go on over the reload");
        download.Finish(TimeSpan.FromSeconds(60)).AssertOk();
        Assert.Equal(sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
        Assert.Contains("1000 packets transmitted, 1000 received", ping.Finish(TimeSpan.FromSeconds(30)).Stdout);

        // The download was longer than the interval at which the charts look, and what was seen before the reload is still there.
        Wait.For("the device's chart has the download", () => OctetsIn($"/v1/devices/{device.Mac}/series") > 1_000_000, TimeSpan.FromSeconds(15), () => Testbed.Cli("status", "--json").Stdout);
        Assert.True(OctetsIn("/v1/series") > 1_000_000);
        Assert.True(File.Exists(Path.Combine(Testbed.StateDirectory, "series.db")));
    }

    /// <summary>The octets of all intervals of a chart.</summary>
    private double OctetsIn(string path)
    {
        var answer = Command.Run("curl", "-sS", "--fail", "--unix-socket", Testbed.ControlSocket, $"http://gateway{path}?names=octets_in").AssertOk().Stdout;
        using var report = System.Text.Json.JsonDocument.Parse(answer);
        var values = report.RootElement.GetProperty("series")[0].GetProperty("values").EnumerateArray().Where(v => v.ValueKind == System.Text.Json.JsonValueKind.Number);
        return values.Sum(v => v.GetDouble()) * report.RootElement.GetProperty("step_s").GetInt32();
    }

    [Theory]
    [InlineData("+notcp")]
    [InlineData("+tcp")]
    public void Reload_WhileServersAreBeingAsked_LosesNoQuestion(string transport)
    {
        const int Each = 25, Requesters = 4;
        var device = AddAdmitted("asker", "47.31.128.197");
        var requesters = Enumerable.Range(0, Requesters).Select(requester =>
        {
            var names = Path.Combine(Testbed.Directory, $"names{requester}");
            File.WriteAllLines(names, Enumerable.Range(0, Each).Select(i => $"{transport[1..]}-{requester}-{i}.example"));
            return Testbed.Start(device.Namespace, "dig", "+tries=1", "+retry=0", "+time=4", transport, "@47.31.1.53", "-f", names);
        }).ToList();
        Wait.For("answers come", () => requesters.All(a => a.Stdout.Contains("NOERROR", StringComparison.Ordinal)), TimeSpan.FromSeconds(10), requesters[0].ToString);

        foreach (var idle in (string[])["21m", "22m"])
        {
            Change("idle = \"30m\"", $"idle = \"{idle}\"");
            Testbed.Cli("config", "reload").AssertOk();
        }

        Assert.Contains(requesters, a => !a.HasExited);
        Assert.All(requesters, a => Assert.Equal(Each, a.Finish(TimeSpan.FromSeconds(60)).Stdout.Split("status: NOERROR").Length - 1));
    }

    [Fact]
    public void Reload_WhileAHeldDeviceAsksForThePage_RefusesItNone()
    {
        var device = Testbed.AddDevice("held", "47.31.128.198/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        var end = Path.Combine(Testbed.Directory, "enough");
        var requester = Testbed.Start(
            device.Namespace, "sh", "-c", $$"""while [ ! -e "{{end}}" ]; do curl -sS -o /dev/null -m 5 -w '%{http_code}\n' {{PortalUrl}} || echo lost; done; echo end""");
        Wait.For("pages come", () => requester.Stdout.Contains("200", StringComparison.Ordinal), TimeSpan.FromSeconds(15), requester.ToString);

        foreach (var idle in (string[])["23m", "24m", "25m"])
        {
            Change("idle = \"30m\"", $"idle = \"{idle}\"");
            Testbed.Cli("config", "reload").AssertOk();
        }

        File.WriteAllText(end, "");
        var answers = requester.Finish(TimeSpan.FromSeconds(20)).Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("end", answers[^1]);
        Assert.All(answers[..^1], answer => Assert.Equal("200", answer));
    }

    [Fact]
    public void Reload_OfAWrongFile_SaysEveryFault_AndChangesNothing()
    {
        Change("idle = \"30m\"", "idle = \"soon\"");
        var wrong = Testbed.Cli("config", "reload");
        Assert.Equal(1, wrong.ExitCode);
        Assert.Contains("pool.idle", wrong.ToString());

        File.WriteAllText(Testbed.ConfigPath, $"{before}\n[portal]\nname = \"portal.example.com\"\ncertificate = \"/nowhere.pem\"\nkey = \"/nowhere.key\"\n");
        var missing = Testbed.Cli("config", "reload");
        Assert.Equal(1, missing.ExitCode);
        Assert.Contains("portal.certificate", missing.ToString());
        Assert.Contains("30m", Testbed.Cli("config", "show").AssertOk().Stdout);
    }

    [Fact]
    public void Reload_OfWhatCannotBeStartedAfterAll_IsToldSo_AndLosesNoQuestion()
    {
        var device = AddAdmitted("unmoved", "47.31.128.199");
        var names = Path.Combine(Testbed.Directory, "names");
        File.WriteAllLines(names, Enumerable.Range(0, 30).Select(i => $"unmoved-{i}.example"));
        var requester = Testbed.Start(device.Namespace, "dig", "+tries=1", "+retry=0", "+time=4", "@47.31.1.53", "-f", names);
        Change($"directory = \"{Testbed.StateDirectory}\"", $"directory = \"{Testbed.ConfigPath}/state\"");

        var told = Testbed.Cli("config", "reload");

        Assert.Equal(1, told.ExitCode);
        Assert.Matches(@"^innkeeper: the new settings cannot be started \(.*state.*\); the previous settings are in force again\n$", told.Stderr);
        Assert.Contains("the previous settings are in force", Testbed.Cli("status").AssertOk().Stdout);
        Assert.Contains("settings-failed", Testbed.Cli("events").AssertOk().Stdout);
        Assert.Contains(Testbed.StateDirectory + "\"", Testbed.Cli("config", "show").AssertOk().Stdout);
        Assert.Equal(30, requester.Finish(TimeSpan.FromSeconds(60)).Stdout.Split("status: NOERROR").Length - 1);
        Assert.Contains("NOERROR", Testbed.Run(device.Namespace, "dig", "+tcp", "+tries=1", "@47.31.1.53", "unmoved-tcp.example").AssertOk().Stdout);
        Assert.Contains("online", Testbed.Run(device.Namespace, "curl", "-sS", "-m", "5", PortalUrl).AssertOk().Stdout);

        var json = Testbed.Cli("config", "reload", "--json");
        Assert.Equal(1, json.ExitCode);
        Assert.Contains("\"done\":false,\"text\":\"the new settings cannot be started", json.Stdout);

        Change("idle = \"30m\"", "idle = \"26m\"");
        Assert.StartsWith("the new settings are in force\n", Testbed.Cli("config", "reload").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain("cannot be started", Testbed.Cli("status").AssertOk().Stdout);
    }

    /// <summary>A question that no server answers holds the start up, long enough for the file to become another.</summary>
    [Fact]
    public void Reload_OfAFileThatGoesWrongAfterItsCheck_LeavesTheSettingsOfBeforeInForce()
    {
        var device = AddAdmitted("meanwhile", "47.31.128.200");
        var requester = Testbed.Start(device.Namespace, "dig", "+tries=1", "+retry=0", "+time=9", "@47.31.1.53", "silent.example");
        Wait.For("the question waits", () => Testbed.StatusJson().Dns!.Pending == 1, TimeSpan.FromSeconds(5), requester.ToString);
        Change("idle = \"30m\"", "idle = \"27m\"");

        using (var control = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            control.Connect(new UnixDomainSocketEndPoint(Testbed.ControlSocket));
            control.Send("POST /v1/configuration/reload HTTP/1.1\r\nHost: innkeeper\r\nContent-Length: 0\r\n\r\n"u8);
            var answer = new byte[4096];
            var length = 0;
            for (int read; (read = control.Receive(answer.AsSpan(length))) > 0;)
            {
                length += read;
            }

            Assert.Contains("\"replaces\":true", Encoding.UTF8.GetString(answer, 0, length));
        }

        Change("idle = \"30m\"", "idle = \"soon\"");

        Wait.For("the file is read anew", () => Testbed.GatewayProcess!.Stderr.Contains("\"soon\" is not valid", StringComparison.Ordinal), TimeSpan.FromSeconds(20), Testbed.GatewayProcess!.ToString);
        File.WriteAllText(Testbed.ConfigPath, before);
        Wait.For("the settings of before are in force", () => Testbed.Cli("status") is { Succeeded: true } status && status.Stdout.Contains("pool.idle", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), Testbed.GatewayProcess.ToString);
        Assert.Contains("30m", Testbed.Cli("config", "show").AssertOk().Stdout);
    }

    [Fact]
    public void Reload_WithDnsForTheUplink_KeepsItsSockets()
    {
        foreach (var idle in (string[])["29m", "31m"])
        {
            Change("idle = \"30m\"", $"idle = \"{idle}\"");
            Testbed.Cli("config", "reload").AssertOk();
            Assert.Contains("REFUSED", Testbed.Run(Testbed.Office, "dig", "+tries=1", "@" + Testbed.GatewayAddress, Testbed.WebName).AssertOk().Stdout);
            Assert.Contains("REFUSED", Testbed.Run(Testbed.Office, "dig", "+tcp", "+tries=1", "@" + Testbed.GatewayAddress, Testbed.WebName).AssertOk().Stdout);
        }

        Change("serve_uplink = true", "serve_uplink = false");
        Testbed.Cli("config", "reload").AssertOk();
        Assert.DoesNotContain(":53 ", Testbed.Run(Testbed.Gateway, "ss", "-Hlun", "sport = :53").AssertOk().Stdout);
    }

    /// <summary>The process of the other settings has the users, tokens and trail of the one before, without a pause to write them.</summary>
    [Fact]
    public void Accounts_OverAReload_AreThere()
    {
        var file = Path.Combine(Testbed.Directory, "password");
        File.WriteAllText(file, "correct horse battery\n");
        Testbed.Cli("user", "add", "anna", "--role", "admin", "--password-file", file).AssertOk();
        Assert.Matches("^ik_[0-9A-Za-z]{44}\n$", Testbed.Cli("token", "create", "nagios", "--role", "viewer").AssertOk().Stdout);
        var device = AddAdmitted("audited", "47.31.128.202");

        Change("idle = \"30m\"", "idle = \"24m\"");
        Testbed.Cli("config", "reload").AssertOk();

        Assert.Contains("anna", Testbed.Cli("user", "list").AssertOk().Stdout);
        Assert.Contains("nagios", Testbed.Cli("token", "list").AssertOk().Stdout);
        Assert.Contains("console users: 1, with 1 API token", Testbed.Cli("status").Stdout);
        var trail = Testbed.Cli("audit").AssertOk().Stdout;
        Assert.Contains("(socket) user-add: anna is a user with the role admin", trail);
        Assert.Contains("(socket) token-create: the token nagios has the role viewer", trail);
        Assert.Contains($"(socket) device-approve: {device.Mac} is admitted", trail);
        Assert.Equal(4, Testbed.Cli("user", "delete", "anna").ExitCode);
    }

    [Fact]
    public void Apply_ThatIsNotConfirmed_IsUndone_ThoughTheGatewayIsKilledMeanwhile()
    {
        var device = AddAdmitted("applied", "47.31.128.202");
        Change("idle = \"30m\"", "idle = \"30m\" # as it was");
        Testbed.Cli("config", "reload").AssertOk();
        var asItWas = File.ReadAllText(Testbed.ConfigPath);
        var other = Path.Combine(Testbed.Directory, "other.toml");
        File.WriteAllText(other, before.Replace("idle = \"30m\"", "idle = \"17m\"", StringComparison.Ordinal));

        var applied = Testbed.Cli("config", "apply", other, "--confirm", "5s", "--comment", "an attempt").AssertOk().Stdout;

        Assert.StartsWith("the new settings are in force\nchanged: pool.idle\nthe previous settings return at ", applied, StringComparison.Ordinal);
        Assert.Contains("17m", File.ReadAllText(Testbed.ConfigPath));
        Testbed.KillGateway(9);
        Testbed.StartGateway(keepsFile: true);
        Wait.For("the change is undone", () => Testbed.Cli("config", "history") is { Succeeded: true } history && history.Stdout.Contains("rollback", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20), Testbed.GatewayProcess!.ToString);
        Assert.Equal(asItWas, File.ReadAllText(Testbed.ConfigPath));
        Assert.Contains("30m", Testbed.Cli("config", "show").AssertOk().Stdout);
        Assert.Matches(@"apply\W+undone\W+an attempt", Testbed.Cli("config", "history").AssertOk().Stdout);
        Assert.Contains("the configuration that root applied is rolled back, as it was not confirmed within 5 s", Testbed.Cli("events").AssertOk().Stdout);
        Assert.Contains("configuration-rollback: the configuration that root applied is rolled back, as it was not confirmed within 5 s", Testbed.Cli("audit").AssertOk().Stdout);

        Testbed.Cli("config", "apply", other, "--confirm", "60s").AssertOk();
        Testbed.Cli("config", "confirm").AssertOk();
        Assert.Contains("17m", Testbed.Cli("config", "show").AssertOk().Stdout);
        Testbed.Cli("config", "apply", other, "--dry-run").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
    }

    [Fact]
    public void Follower_OverAReload_GoesOnWhereItWas()
    {
        var follower = Testbed.Start(Testbed.Gateway, "sh", "-c", $"exec {Testbed.CliText("events --follow --last 1 --json")}");
        Wait.For("events come", () => follower.Stdout.Length > 0, TimeSpan.FromSeconds(10), follower.ToString);

        Change("idle = \"30m\"", "idle = \"28m\"");
        Testbed.Cli("config", "reload").AssertOk();
        var device = AddAdmitted("follow", "47.31.128.201");

        Wait.For("an event after the reload", () => follower.Stdout.Contains($"{device.Mac} is admitted", StringComparison.Ordinal), TimeSpan.FromSeconds(20), follower.ToString);
        Assert.False(follower.HasExited);
        follower.Stop();
        Assert.DoesNotContain("\"missed\"", follower.Stdout);
        var sequences = System.Text.RegularExpressions.Regex.Matches(follower.Stdout, "\"sequence\":(\\d+)").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(sequences.Distinct(), sequences);
    }

    [Fact]
    public void Hangup_TakesTheFileAnew_AgainAndAgain_AndLeavesNoDescriptorsBehind()
    {
        foreach (var minutes in (int[])[21, 22, 23])
        {
            Change("idle = \"30m\"", $"idle = \"{minutes}m\"");
            Testbed.GatewayProcess!.Signal(1);
            Wait.For(
                $"{minutes}m is in force",
                () => Testbed.Cli("config", "show", "--json") is { Succeeded: true } shown && shown.Stdout.Contains("\"in_force\":true", StringComparison.Ordinal)
                    && shown.Stdout.Contains($"\\u0022{minutes}m\\u0022", StringComparison.Ordinal),
                TimeSpan.FromSeconds(20), () => Testbed.GatewayProcess.ToString());

            // The new process answers a moment before it gives the previous settings up.
            Wait.For(
                "nothing of the previous settings is open",
                () => !Directory.GetFiles($"/proc/{Testbed.GatewayProcess.Id}/fd").Any(f => new FileInfo(f).LinkTarget?.Contains("innkeeper-settings", StringComparison.Ordinal) == true),
                TimeSpan.FromSeconds(5), () => Testbed.GatewayProcess.ToString());
        }
    }

    private void Change(string setting, string other)
    {
        Assert.Contains(setting, before);
        File.WriteAllText(Testbed.ConfigPath, before.Replace(setting, other, StringComparison.Ordinal));
    }

    private Device AddAdmitted(string name, string address)
    {
        var device = Testbed.Device(name) ?? Testbed.AddDevice(name, address + "/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Testbed.Cli("devices", "approve", device.Mac).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        return device;
    }
}
