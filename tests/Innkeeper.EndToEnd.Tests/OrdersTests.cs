using System.Text;
using System.Text.Json;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>Whoever comes waits for the administrator; profiles to move devices to, one of them with a line of its own; short leases.</summary>
public sealed class OrdersFixture() : GatewayFixture(Settings, beforeStart: bench => bench.AddSecondRouter())
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
            next_hop = "{Bench.SecondRouterAddress}"
            pool = ["137.118.199.161-137.118.199.178"]

            [dhcp]
            lease = "1m"
            randomised_lease = "1m"

            """,
    };
}

/// <summary>Each of the administrator's orders, on a device at work.</summary>
public sealed class OrdersTests(OrdersFixture fixture) : GatewayTests(fixture), IClassFixture<OrdersFixture>
{
    private const string Filtered = "Packet filtered";
    private const string Waiting = "<h1>Waiting for the administrator</h1>";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Fact]
    public void Forget_OfADeviceThatWasLetInAndNamed_LeavesNothingOfIt_AndItIsNewWhenItSpeaks()
    {
        var device = Admit("forgotten");
        Bench.Cli("devices", "name", device.Mac, "room 12").Ok();
        Bench.Cli("devices", "tag", device.Mac, "guest").Ok();

        var outcome = Outcome(Bench.Cli("devices", "forget", "ROOM 12", "--json").Ok());
        Assert.True(outcome.GetProperty("done").GetBoolean());
        Assert.Equal(device.Mac, outcome.GetProperty("mac").GetString());
        Assert.Null(Bench.Find(device));

        Assert.Contains(Filtered, PingOnce(device).Stdout);
        Assert.Contains(Waiting, Browse(device));
        var anew = Json(device);
        Assert.Equal("held", anew.GetProperty("state").GetString());
        Assert.Equal(JsonValueKind.Null, anew.GetProperty("given_name").ValueKind);
        Assert.Equal(0, anew.GetProperty("tags").GetArrayLength());
        Assert.StartsWith("profile default", anew.GetProperty("standing").GetProperty("by").GetString(), StringComparison.Ordinal);
        Assert.Contains("(room 12) is forgotten", Bench.Cli("events").Ok().Stdout);
    }

    [Fact]
    public void Forget_OfADeviceThatNobodyKnows_Is5_AndSaysSoInJsonToo()
    {
        var unknown = Bench.Cli("devices", "forget", "06:00:00:00:00:99", "--json");

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

        Assert.True(Outcome(Bench.Cli("devices", "name", device.Mac, "Desk-7", "--json").Ok()).GetProperty("done").GetBoolean());

        Assert.Contains("Desk-7", Assert.Single(Bench.Cli("devices").Ok().Stdout.Split('\n'), row => row.Contains(device.Mac, StringComparison.Ordinal)));
        Assert.Contains($"{device.Mac} is called Desk-7", Bench.Cli("events").Ok().Stdout);
        Assert.Contains(device.Mac, Bench.Cli("devices", "show", "desk-7").Ok().Stdout);
        Assert.Equal(local, Json(device).GetProperty("name").GetString());
        Assert.Contains(Bench.LegalAddress(device), Bench.Run(device.Namespace, "dig", "+short", "+tries=2", "@9.9.9.9", local).Ok().Stdout);

        Bench.Cli("devices", "name", "Desk-7", "").Ok();
        Assert.Equal(5, Bench.Cli("devices", "show", "Desk-7").ExitCode);
    }

    [Fact]
    public void Tag_AndUntag_AreSeenWithTheDevice()
    {
        var device = Admit("tagged");

        Bench.Cli("devices", "tag", device.Mac, "guest").Ok();
        Assert.True(Outcome(Bench.Cli("devices", "tag", device.Mac, "floor-2", "--json").Ok()).GetProperty("done").GetBoolean());
        Assert.Equal(["floor-2", "guest"], Json(device).GetProperty("tags").EnumerateArray().Select(t => t.GetString()));

        Bench.Cli("devices", "untag", device.Mac, "guest").Ok();
        Assert.Equal(["floor-2"], Json(device).GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
    }

    [Fact]
    public void Profile_WithAnotherRate_UnderADownload_LetsItGoOn()
    {
        var device = Admit("hurried");
        Bench.Cli("devices", "profile", device.Mac, "slow").Ok();
        var legal = Bench.LegalAddress(device);
        var (url, sha256) = Bench.Publish("hurried", 12_000_000);
        var file = Path.Combine(Bench.Directory, "hurried.download");
        var download = Bench.Start(device.Namespace, "curl", "-sS", "--fail", "-m", "60", "-o", file, url);
        Wait.For("the download is on its way", () => new FileInfo(file) is { Exists: true, Length: > 100_000 }, s_patience, download.ToString);

        Bench.Cli("devices", "profile", device.Mac, "").Ok();

        // At 3 Mbit/s it would take half a minute.
        Assert.True(download.Finish(TimeSpan.FromSeconds(15)).Ok().Took < TimeSpan.FromSeconds(20));
        Assert.Equal(sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
        Assert.Equal(legal, Bench.LegalAddress(device));
    }

    [Fact]
    public void Profile_ThatDeniesWhatIsPinged_RefusesItFromThenOn_AndAWrongOneChangesNothing()
    {
        var device = Admit("shy");
        var ping = Bench.Start(device.Namespace, "ping", "-n", "-i", "0.05", Bench.ServerAddress);
        Wait.For("it pings", () => ping.Stdout.Contains("icmp_seq=5 ", StringComparison.Ordinal), s_patience, ping.ToString);

        var wrong = Bench.Cli("devices", "profile", device.Mac, "shi", "--json");
        Assert.Equal(5, wrong.ExitCode);
        Assert.Contains("did you mean shy?", Outcome(wrong).GetProperty("text").GetString());
        Assert.DoesNotContain(Filtered, ping.Stdout);

        Bench.Cli("devices", "profile", device.Mac, "shy").Ok();
        Wait.For("it is refused", () => ping.Stdout.Contains(Filtered, StringComparison.Ordinal), s_patience, ping.ToString);
        ping.Stop();
        Ping(device.Namespace, Bench.OfficeAddress).Ok();

        Bench.Cli("devices", "profile", device.Mac, "").Ok();
        Ping(device.Namespace, Bench.ServerAddress).Ok();
    }

    [Fact]
    public void Profile_WithAnotherGateway_MovesADeviceThatPings_AndBack()
    {
        var device = Admit("moved");
        var ping = Bench.Start(device.Namespace, "ping", "-n", "-i", "0.05", Bench.ServerAddress);
        Wait.For("it pings", () => ping.Stdout.Contains("icmp_seq=5 ", StringComparison.Ordinal), s_patience, ping.ToString);

        Bench.Cli("devices", "profile", device.Mac, "guests").Ok();
        Wait.For("it has an address of the line", () => IsLine(Bench.LegalAddress(device)), s_patience, () => Bench.Cli("devices").ToString());
        Fetch(device).Ok();
        Assert.StartsWith("137.118.199.1", Bench.ServerLog.TrimEnd().Split('\n')[^1], StringComparison.Ordinal);
        Assert.NotEmpty(Bench.SecondLine!.Wire.Lines($"tcp and host {Bench.LegalAddress(device)}"));

        Bench.Cli("devices", "profile", device.Mac, "").Ok();
        Wait.For("it has an address of the pool again", () => IsPoolAddress(Bench.LegalAddress(device)), s_patience, () => Bench.Cli("devices").ToString());
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
        Fetch(device).Ok();

        Assert.True(Outcome(Bench.Cli("devices", "pin", device.Mac, Pinned, "--json").Ok()).GetProperty("done").GetBoolean());
        Wait.For("the server sees it as that", () => Fetch(device).Succeeded && Bench.ServerLog.TrimEnd().Split('\n')[^1].StartsWith(Pinned + " ", StringComparison.Ordinal), s_patience, () => Bench.ServerLog);
        Assert.Equal(Pinned, Bench.LegalAddress(device));

        var taken = Bench.Cli("devices", "pin", other.Mac, Pinned, "--json");
        Assert.Equal(4, taken.ExitCode);
        Assert.Contains($"{Pinned} is kept for {device.Mac}", Outcome(taken).GetProperty("text").GetString());
        Assert.Equal(5, Bench.Cli("devices", "pin", other.Mac, "137.118.199.33").ExitCode);
        Bench.Cli("devices", "pin", device.Mac, "").Ok();
    }

    [Fact]
    public void Approval_ForAFewSeconds_RunsOut_AndTheDeviceIsHeldAgain_WithItsPage()
    {
        var device = Add("brief");
        Assert.Contains(Filtered, PingOnce(device).Stdout);

        var outcome = Outcome(Bench.Cli("devices", "approve", device.Mac, "--for", "5s", "--json").Ok());
        Assert.Contains("is admitted until ", outcome.GetProperty("text").GetString());
        var ping = Bench.Start(device.Namespace, "ping", "-n", "-i", "0.1", Bench.ServerAddress);
        Wait.For("it gets through", () => ping.Stdout.Contains("bytes from", StringComparison.Ordinal), TimeSpan.FromSeconds(5), ping.ToString);

        Wait.For("its pings are refused", () => ping.Stdout.Contains(Filtered, StringComparison.Ordinal), s_patience, ping.ToString);
        ping.Stop();
        Assert.Contains(Waiting, Browse(device));
        var standing = Json(device).GetProperty("standing");
        Assert.Equal(("held", "its admission is over"), (standing.GetProperty("state").GetString(), standing.GetProperty("reason").GetString()));
    }

    [Fact]
    public void Block_OfADhcpDevice_EndsItsTraffic_ItsRenewalsAndItsLease_UntilItIsApproved()
    {
        using var client = DhcpClient.Plug(Bench, "dhcp", "udhcpc", new DeviceSettings { Isolated = true }).Start();
        var address = client.Address();
        var device = client.Device;
        Bench.Cli("devices", "approve", device.Mac).Ok();
        var marker = Convert.ToHexStringLower("blocked!"u8);
        Ping(device.Namespace, Bench.ServerAddress, "-p", marker).Ok();

        Assert.True(Outcome(Bench.Cli("devices", "block", device.Mac, "--reason", "floods", "--json").Ok()).GetProperty("done").GetBoolean());
        var sent = Marked();
        Assert.NotEqual(0, sent);
        Assert.DoesNotContain("rom ", Bench.Run(device.Namespace, "ping", "-n", "-p", marker, "-c", "3", "-i", "0.2", "-W", "1", Bench.ServerAddress).Stdout);
        var renewals = client.Calls.Length;
        client.Signal(Native.SIGUSR1);

        // It began anew, as it would when the power was away.
        client.Kill();
        client.Start();
        Wait.For("it found no server", () => client.Calls.Any(c => c.Contains(" leasefail ", StringComparison.Ordinal)), s_patience, () => $"{client.Process}");
        Assert.DoesNotContain(client.Calls.Skip(renewals), c => c.Contains(address, StringComparison.Ordinal));
        Assert.Equal(sent, Marked());
        Assert.Contains("floods", Bench.Cli("events").Ok().Stdout);

        client.Kill();
        Bench.Cli("devices", "approve", device.Mac).Ok();
        Assert.Equal(address, client.Start().Address());
        Ping(device.Namespace, Bench.ServerAddress).Ok();

        int Marked() => Bench.UplinkFrameList().Count(f => f.AsSpan().IndexOf(Encoding.ASCII.GetBytes("blocked!")) >= 0);
    }

    private Device Add(string name) => Bench.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    /// <summary>A device that waited for it and gets through.</summary>
    private Device Admit(string name)
    {
        var device = Add(name);
        PingOnce(device);
        Bench.Cli("devices", "approve", device.Mac).Ok();
        Ping(device.Namespace, Bench.ServerAddress).Ok();
        return device;
    }

    private static CommandResult PingOnce(Device device) => Bench.Run(device.Namespace, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "2", Bench.ServerAddress);

    private static string Browse(Device device) => Bench.Run(device.Namespace, "curl", "-sSL", "-m", "10", $"http://{Bench.ServerAddress}/some/page").Ok().Stdout;

    private static JsonElement Outcome(CommandResult order) => JsonDocument.Parse(Assert.Single(order.Stdout.TrimEnd().Split('\n'))).RootElement;

    private JsonElement Json(Device device) => JsonDocument.Parse(Bench.Cli("devices", "--json").Ok().Stdout).RootElement.GetProperty("devices").EnumerateArray()
        .Single(d => d.GetProperty("mac").GetString() == device.Mac);
}
