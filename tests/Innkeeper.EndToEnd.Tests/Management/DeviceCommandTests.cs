using System.Text;
using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Management;

/// <summary>Whoever comes waits for the administrator; profiles to move devices to, one of them with a line of its own; short leases.</summary>
public sealed class DeviceCommandFixture() : GatewayFixture(Settings, beforeStart: testbed => testbed.AddSecondRouter())
{
    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with
    {
        Profile = "admission = \"approve\"",
        Extra = $"""
            [profiles.slow]
            rate_in = "3M"

            [profiles.shy]
            denied = ["203.0.113.0/24"]

            [profiles.guests]
            gateway = "line"

            [gateways.line]
            next_hop = "{Testbed.SecondRouterAddress}"
            pool = ["137.118.199.161-137.118.199.178"]

            [dhcp]
            lease = "1m"
            randomised_lease = "1m"

            """,
    };
}

/// <summary>Each of the administrator's orders, on a device at work.</summary>
public sealed partial class DeviceCommandTests(DeviceCommandFixture fixture) : GatewayTests(fixture), IClassFixture<DeviceCommandFixture>
{
    private const string Filtered = "Packet filtered";
    private const string Waiting = "<h1>Waiting for the administrator</h1>";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Forget_OfADeviceThatWasLetInAndNamed_LeavesNothingOfIt_AndItIsNewWhenItSpeaks()
    {
        var device = Admit("forgotten");
        Testbed.Cli("devices", "name", device.Mac, "room 12").AssertOk();
        Testbed.Cli("devices", "tag", device.Mac, "guest").AssertOk();

        var outcome = Outcome(Testbed.Cli("devices", "forget", "ROOM 12", "--json").AssertOk());
        Assert.True(outcome.GetProperty("done").GetBoolean());
        Assert.Equal(device.Mac, outcome.GetProperty("mac").GetString());
        Assert.Null(Testbed.Find(device));

        Assert.Contains(Filtered, PingOnce(device).Stdout);
        Assert.Contains(Waiting, Browse(device));
        var anew = Json(device);
        Assert.Equal("held", anew.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, anew.GetProperty("given_name").ValueKind);
        Assert.Equal(0, anew.GetProperty("tags").GetArrayLength());
        Assert.StartsWith("profile default", anew.GetProperty("standing").GetProperty("by").GetString(), StringComparison.Ordinal);
        Assert.Contains("(room 12) is forgotten", Testbed.Cli("events").AssertOk().Stdout);
    }

    /// <summary>No file of the gateway has the device's name any more, nor its MAC as text or as octets, but for the audit trail, which has to say on which device a user acted.</summary>
    [Fact]
    public void Forget_WithErase_LeavesNoOctetOfTheDeviceInAnyFile_ButTheAuditTrailsMac()
    {
        var device = Admit("erased");
        Testbed.Cli("devices", "name", device.Mac, "Zimmermann-7").AssertOk();
        string[] parts = ["innkeeper.db", "accounts.db", "snapshots/"];
        Wait.For("the device is on disk", () => FilesWith(device.Mac, "Zimmermann-7") is var files && parts.All(p => files.Any(f => f.StartsWith(p, StringComparison.Ordinal))), s_patience,
            () => string.Join(' ', FilesWith(device.Mac, "Zimmermann-7")));
        Testbed.Run(device.Namespace, "ip", "link", "set", "eth0", "down").AssertOk();

        var told = Testbed.Cli("devices", "forget", "--erase", "Zimmermann-7").AssertOk().Stdout;
        Assert.Contains($"{device.Mac} is erased", told);
        Assert.Contains("stays: the audit trail: which user acted on this MAC, when and from where, until ", told);

        Wait.For("only the audit trail has it", () => FilesWith(device.Mac, "Zimmermann-7").All(f => f.StartsWith("accounts.db", StringComparison.Ordinal)), s_patience, () => string.Join(' ', FilesWith(device.Mac, "Zimmermann-7")));
        Assert.Empty(FilesWithin(Testbed.StateDirectory, "no device", "Zimmermann-7"));
        Assert.DoesNotContain("Zimmermann-7", Testbed.Cli("events", "--json").AssertOk().Stdout);
        Assert.Contains("erased a device", Testbed.Cli("events").AssertOk().Stdout);
        Assert.Null(Testbed.Find(device));
    }

    /// <summary>Files of a directory with a text, or with a MAC as text or as octets, by their places in it.</summary>
    private static string[] FilesWithin(string directory, string mac, string text)
    {
        byte[][] marks = [Encoding.UTF8.GetBytes(mac), Encoding.UTF8.GetBytes(text), .. mac.Contains(':', StringComparison.Ordinal) ? (byte[][])[Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal))] : []];
        return [.. Directory.GetFiles(directory, "*", SearchOption.AllDirectories).Where(f => Read(f) is var octets && marks.Any(m => octets.AsSpan().IndexOf(m) >= 0)).Select(f => Path.GetRelativePath(directory, f))];

        // Snapshots and logs come and go.
        static byte[] Read(string file)
        {
            try
            {
                return File.ReadAllBytes(file);
            }
            catch (FileNotFoundException)
            {
                return [];
            }
        }
    }

    private string[] FilesWith(string mac, string text) => FilesWithin(Testbed.StateDirectory, mac, text);

    /// <summary>Another machine has other places and no data plane; the devices notice nothing but the pause.</summary>
    [Fact]
    public void Backup_OfARunningGateway_RestoredOnAnotherMachine_BringsEveryDeviceBackAsItWas()
    {
        var (kept, waiting, pest) = (Admit("backed-up"), Add("still-waiting"), Admit("pest"));
        Testbed.Cli("devices", "name", kept.Mac, "room 7").AssertOk();
        var legal = Testbed.AwaitLegalAddress(kept);
        Assert.Contains(Waiting, Browse(waiting));
        Testbed.Cli("devices", "block", pest.Mac).AssertOk();
        var backup = Path.Combine(Testbed.Directory, "it.backup");

        Assert.Contains($"are in {backup} (", Testbed.Cli("backup", backup).AssertOk().Stdout);
        Assert.Contains("root made a backup of the state and the configuration", Testbed.Cli("events").AssertOk().Stdout);

        var early = Testbed.Cli("restore", backup, "--force");
        Assert.Equal(1, early.ExitCode);
        Assert.Contains("a gateway is running", early.Stderr);
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.Cli("teardown").AssertOk();
        Directory.Delete(Testbed.StateDirectory, recursive: true);
        var other = Path.Combine(Testbed.Directory, "other.toml");
        File.WriteAllText(other, File.ReadAllText(Testbed.ConfigPath).Replace(Testbed.StateDirectory, Testbed.StateDirectory + "-2", StringComparison.Ordinal)
            .Replace(Testbed.BpffsDirectory, Testbed.BpffsDirectory + "-2", StringComparison.Ordinal).Replace(Testbed.ControlSocket, Testbed.ControlSocket + "2", StringComparison.Ordinal));
        CommandResult There(params string[] arguments) => Testbed.Run(Testbed.Gateway, [GatewayBinary.Find()!, .. arguments, "--config", other]);

        There("restore", backup, "--state-only").AssertOk();
        var gateway = Testbed.Start(Testbed.Gateway, GatewayBinary.Find()!, "run", "--config", other);
        Wait.For("ready", () => gateway.Stdout.Contains("ready", StringComparison.Ordinal) || gateway.HasExited, s_patience, gateway.ToString);

        Fetch(kept).AssertOk();
        var shown = There("devices", "show", "room 7").AssertOk().Stdout;
        Assert.Contains(kept.Mac, shown);
        Assert.Contains(legal, shown);
        Assert.Contains(Waiting, Browse(waiting));
        Assert.Contains("100% packet loss", PingOnce(pest).Stdout);
        Assert.Contains("the gateway starts with restored state: root restored the backup it.backup", There("events").AssertOk().Stdout);

        gateway.Signal(Native.SIGTERM);
        Assert.True(gateway.WaitForExit(TimeSpan.FromSeconds(15)), gateway.ToString());
        There("teardown").AssertOk();
        Testbed.StartGateway(DeviceCommandFixture.Settings);
    }

    [Fact]
    public void Forget_OfADeviceThatNobodyKnows_Is5_AndSaysSoInJsonToo()
    {
        var unknown = Testbed.Cli("devices", "forget", "06:00:00:00:00:99", "--json");

        Assert.Equal(5, unknown.ExitCode);
        Assert.False(Outcome(unknown).GetProperty("done").GetBoolean());
        Assert.Equal(5, Outcome(unknown).GetProperty("exit_code").GetInt32());
        Assert.Contains("there is no device 06:00:00:00:00:99", unknown.Stderr);
    }

    [Fact]
    public void Name_IsShownInTheListAndInEvents_IsTakenForTheMac_AndLeavesTheLocalNameAlone()
    {
        var device = Admit("named");
        var local = Json(device).GetProperty("name").GetString()!;

        Assert.True(Outcome(Testbed.Cli("devices", "name", device.Mac, "Desk-7", "--json").AssertOk()).GetProperty("done").GetBoolean());

        Assert.Contains("Desk-7", Assert.Single(Testbed.Cli("devices").AssertOk().Stdout.Split('\n'), row => row.Contains(device.Mac, StringComparison.Ordinal)));
        Assert.Contains($"{device.Mac} is called Desk-7", Testbed.Cli("events").AssertOk().Stdout);
        Assert.Contains(device.Mac, Testbed.Cli("devices", "show", "desk-7").AssertOk().Stdout);
        Assert.Equal(local, Json(device).GetProperty("name").GetString());
        Assert.Contains(Testbed.AwaitLegalAddress(device), Testbed.Run(device.Namespace, "dig", "+short", "+tries=2", "@9.9.9.9", local).AssertOk().Stdout);
        Assert.Equal("desk-7.guest.lan", Json(device).GetProperty("dns_name").GetString());
        Assert.Contains(Testbed.AwaitLegalAddress(device), Testbed.Run(device.Namespace, "dig", "+short", "+tries=2", "@9.9.9.9", "desk-7.guest.lan").AssertOk().Stdout);

        Testbed.Cli("devices", "name", "Desk-7", "").AssertOk();
        Assert.Equal(5, Testbed.Cli("devices", "show", "Desk-7").ExitCode);
    }

    [Fact]
    public void Tag_AndUntag_AreSeenWithTheDevice()
    {
        var device = Admit("tagged");

        Testbed.Cli("devices", "tag", device.Mac, "guest").AssertOk();
        Assert.True(Outcome(Testbed.Cli("devices", "tag", device.Mac, "floor-2", "--json").AssertOk()).GetProperty("done").GetBoolean());
        Assert.Equal(["floor-2", "guest"], Json(device).GetProperty("tags").EnumerateArray().Select(t => t.GetString()));

        Testbed.Cli("devices", "untag", device.Mac, "guest").AssertOk();
        Assert.Equal(["floor-2"], Json(device).GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public void Profile_WithAnotherRate_UnderADownload_LetsItGoOn()
    {
        var device = Admit("hurried");
        Testbed.Cli("devices", "profile", device.Mac, "slow").AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);
        var (url, sha256) = Testbed.Publish("hurried", 12_000_000);
        var file = Path.Combine(Testbed.Directory, "hurried.download");
        var download = Testbed.Start(device.Namespace, "curl", "-sS", "--fail", "-m", "60", "-o", file, url);
        Wait.For("the download is on its way", () => new FileInfo(file) is { Exists: true, Length: > 100_000 }, s_patience, download.ToString);

        Testbed.Cli("devices", "profile", device.Mac, "").AssertOk();

        // At 3 Mbit/s it would take half a minute.
        Assert.True(download.Finish(TimeSpan.FromSeconds(15)).AssertOk().Took < TimeSpan.FromSeconds(20));
        Assert.Equal(sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
        Assert.Equal(legal, Testbed.AwaitLegalAddress(device));
    }

    [Fact]
    public void Profile_ThatDeniesWhatIsPinged_RefusesItFromThenOn_AndAWrongOneChangesNothing()
    {
        var device = Admit("shy");
        var ping = Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.05", Testbed.ServerAddress);
        Wait.For("it pings", () => ping.Stdout.Contains("icmp_seq=5 ", StringComparison.Ordinal), s_patience, ping.ToString);

        var wrong = Testbed.Cli("devices", "profile", device.Mac, "shi", "--json");
        Assert.Equal(5, wrong.ExitCode);
        Assert.Contains("did you mean shy?", Outcome(wrong).GetProperty("text").GetString());
        Assert.DoesNotContain(Filtered, ping.Stdout);

        Testbed.Cli("devices", "profile", device.Mac, "shy").AssertOk();
        Wait.For("it is refused", () => ping.Stdout.Contains(Filtered, StringComparison.Ordinal), s_patience, ping.ToString);
        ping.Stop();
        Ping(device.Namespace, Testbed.OfficeAddress).AssertOk();

        Testbed.Cli("devices", "profile", device.Mac, "").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
    }

    [Fact]
    public void Profile_WithAnotherGateway_MovesADeviceThatPings_AndBack()
    {
        var device = Admit("moved");
        var ping = Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.05", Testbed.ServerAddress);
        Wait.For("it pings", () => ping.Stdout.Contains("icmp_seq=5 ", StringComparison.Ordinal), s_patience, ping.ToString);

        Testbed.Cli("devices", "profile", device.Mac, "guests").AssertOk();
        Wait.For("it has an address of the line", () => IsLine(Testbed.AwaitLegalAddress(device)), s_patience, () => Testbed.Cli("devices").ToString());
        Fetch(device).AssertOk();
        Assert.StartsWith("137.118.199.1", Testbed.ServerLog.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.NotEmpty(Testbed.SecondLine!.Wire.Lines($"tcp and host {Testbed.AwaitLegalAddress(device)}"));

        Testbed.Cli("devices", "profile", device.Mac, "").AssertOk();
        Wait.For("it has an address of the pool again", () => IsPoolAddress(Testbed.AwaitLegalAddress(device)), s_patience, () => Testbed.Cli("devices").ToString());
        ping.Signal(Native.SIGINT);
        var said = ping.Finish(s_patience).Stdout;
        Assert.DoesNotContain(Filtered, said);
        Assert.Matches(" [0-2]% packet loss| [01]\\.\\d+% packet loss", said);

        static bool IsLine(string address) => System.Net.IPAddress.Parse(address).GetAddressBytes() is [137, 118, 199, >= 161 and <= 178];
    }

    [Fact]
    public void Pin_ToALegalAddress_IsItsSourceOutside_AndNoOthers_AndOthersAreTold()
    {
        const string Pinned = "137.118.199.77";
        var (device, other) = (Admit("pinned"), Admit("unpinned"));
        Fetch(device).AssertOk();

        Assert.True(Outcome(Testbed.Cli("devices", "pin", device.Mac, Pinned, "--json").AssertOk()).GetProperty("done").GetBoolean());
        Wait.For("the server sees it as that", () => Fetch(device).Succeeded && Testbed.ServerLog.TrimEnd().Split('\n')[^1].StartsWith(Pinned + " ", StringComparison.Ordinal), s_patience, () => Testbed.ServerLog);
        Assert.Equal(Pinned, Testbed.AwaitLegalAddress(device));

        var taken = Testbed.Cli("devices", "pin", other.Mac, Pinned, "--json");
        Assert.Equal(4, taken.ExitCode);
        Assert.Contains($"{Pinned} is kept for {device.Mac}", Outcome(taken).GetProperty("text").GetString());
        Assert.Equal(5, Testbed.Cli("devices", "pin", other.Mac, "137.118.199.33").ExitCode);
        Testbed.Cli("devices", "pin", device.Mac, "").AssertOk();
    }

    [Fact]
    public void Approval_ForAFewSeconds_RunsOut_AndTheDeviceIsHeldAgain_WithItsPage()
    {
        var device = Add("brief");
        Assert.Contains(Filtered, PingOnce(device).Stdout);

        var outcome = Outcome(Testbed.Cli("devices", "approve", device.Mac, "--for", "5s", "--json").AssertOk());
        Assert.Contains("is admitted until ", outcome.GetProperty("text").GetString());
        var ping = Testbed.Start(device.Namespace, "ping", "-n", "-i", "0.1", Testbed.ServerAddress);
        Wait.For("it gets through", () => ping.Stdout.Contains("bytes from", StringComparison.Ordinal), TimeSpan.FromSeconds(5), ping.ToString);

        Wait.For("its pings are refused", () => ping.Stdout.Contains(Filtered, StringComparison.Ordinal), s_patience, ping.ToString);
        ping.Stop();
        Assert.Contains("<h1>Your access has ended</h1>", Browse(device));
        Assert.Contains($"admission-ended: the admission of {device.Mac} by administrator root has ended", Testbed.Cli("events").AssertOk().Stdout);
        var status = Json(device).GetProperty("standing");
        Assert.Equal(("held", "its admission has expired"), (status.GetProperty("state").GetString(), status.GetProperty("reason").GetString()));
    }

    [Fact]
    public void Block_OfADhcpDevice_EndsItsTraffic_ItsRenewalsAndItsLease_UntilItIsApproved()
    {
        using var client = DhcpClient.Plug(Testbed, "dhcp", "udhcpc", new DeviceSettings { Isolated = true }).Start();
        var address = client.AwaitAddress();
        var device = client.Device;
        Testbed.Cli("devices", "approve", device.Mac).AssertOk();
        var marker = Convert.ToHexStringLower("blocked!"u8);
        Ping(device.Namespace, Testbed.ServerAddress, "-p", marker).AssertOk();

        Assert.True(Outcome(Testbed.Cli("devices", "block", device.Mac, "--reason", "floods", "--json").AssertOk()).GetProperty("done").GetBoolean());
        var sent = Marked();
        Assert.NotEqual(0, sent);
        Assert.DoesNotContain("rom ", Testbed.Run(device.Namespace, "ping", "-n", "-p", marker, "-c", "3", "-i", "0.2", "-W", "1", Testbed.ServerAddress).Stdout);
        var renewals = client.Calls.Length;
        client.Signal(Native.SIGUSR1);

        // It began anew, as it would when the power was away.
        client.Kill();
        client.Start();
        Wait.For("it found no server", () => client.Calls.Any(c => c.Contains(" leasefail ", StringComparison.Ordinal)), s_patience, () => $"{client.Process}");
        Assert.DoesNotContain(client.Calls.Skip(renewals), c => c.Contains(address, StringComparison.Ordinal));
        Assert.Equal(sent, Marked());
        Assert.Contains("floods", Testbed.Cli("events").AssertOk().Stdout);

        client.Kill();
        Testbed.Cli("devices", "approve", device.Mac).AssertOk();
        Assert.Equal(address, client.Start().AwaitAddress());
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();

        int Marked() => Testbed.UplinkFrameList().Count(f => f.AsSpan().IndexOf(Encoding.ASCII.GetBytes("blocked!")) >= 0);
    }

    [Fact]
    public void Why_OfADeviceThatWaits_IsOnline_AndIsBlocked_EndsWithTheCauseEachTime()
    {
        var device = Add("asked-about");
        PingOnce(device);
        var held = Testbed.Cli("why", device.Mac);
        Assert.Equal(1, held.ExitCode);
        Assert.Contains("Cause: It waits for approval since ", held.Stdout);
        Assert.Contains($"Do: Run `innkeeper devices approve {device.Mac}`.", held.Stdout);

        Testbed.Cli("devices", "approve", device.Mac).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        Testbed.Run(device.Namespace, "dig", "+tries=2", "@9.9.9.9", "asked-about.example");
        var online = JsonDocument.Parse(Testbed.Cli("why", device.Mac, "--to", Testbed.ServerAddress, "--json").AssertOk().Stdout).RootElement.GetProperty("devices")[0];
        Assert.Contains(online.GetProperty("verdict").GetString(), (string[])["ok", "warning"]);
        Assert.Contains("it asked 9.9.9.9 for asked-about.example. A", TextOf("dns"));
        Assert.Contains("it uses 47.31.128.1", TextOf("its-gateway"));
        Assert.Contains(Testbed.AwaitLegalAddress(device), TextOf("outside-address"));

        Testbed.Cli("devices", "block", device.Mac, "--reason", "floods").AssertOk();
        PingOnce(device);
        var blocked = Testbed.Cli("why", device.Mac);
        Assert.Contains("by administrator root: floods.", blocked.Stdout);
        Assert.Matches("in the last 10 minutes:.* blocked [1-9]", blocked.Stdout);
        Assert.Equal(1, blocked.ExitCode);

        Assert.Equal(5, Testbed.Cli("why", "06:00:00:00:00:99").ExitCode);

        string TextOf(string step) => online.GetProperty("steps").EnumerateArray().Single(s => s.GetProperty("id").GetString() == step).GetProperty("text").GetString()!;
    }

    private Device Add(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    /// <summary>A device that waited for it and gets through.</summary>
    private Device Admit(string name)
    {
        var device = Add(name);
        PingOnce(device);
        Testbed.Cli("devices", "approve", device.Mac).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        return device;
    }

    private static CommandResult PingOnce(Device device) => Testbed.Run(device.Namespace, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "2", Testbed.ServerAddress);

    private static string Browse(Device device) => Testbed.Run(device.Namespace, "curl", "-sSL", "-m", "10", $"http://{Testbed.ServerAddress}/some/page").AssertOk().Stdout;

    private static JsonElement Outcome(CommandResult order) => JsonDocument.Parse(Assert.Single(order.Stdout.TrimEnd().Split('\n'))).RootElement;

    private JsonElement Json(Device device) => JsonDocument.Parse(Testbed.Cli("devices", "--json").AssertOk().Stdout).RootElement.GetProperty("devices").EnumerateArray()
        .Single(d => d.GetProperty("mac").GetString() == device.Mac);
}
