using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Uplink;

/// <summary>A gateway with a second way out, for guests.</summary>
public abstract class SecondGatewayFixture : GatewayFixture
{
    private const string Office = "06:1a";

    internal const string GuestMac = "06:99:00:00";

    private readonly string gateway;

    private protected SecondGatewayFixture(Func<Testbed, Line> add, string gateway)
        : base(SettingsFor(gateway), beforeStart: testbed => Prepare(testbed, add)) => this.gateway = gateway;

    /// <summary>For another start.</summary>
    internal GatewaySettings Settings => SettingsFor(gateway);

    private static void Prepare(Testbed testbed, Func<Testbed, Line> add)
    {
        add(testbed);
        _ = testbed.MainWire;
    }

    private static GatewaySettings SettingsFor(string gateway) => GatewaySettings.Default with
    {
        Vlans = [10],
        Extra = $"""
            [profiles.guests]
            gateway = "line"

            [profiles.sharers]
            gateway = "line"
            legal = "shared"

            [profiles.visitors]
            gateway = "line"
            fallback = "main"

            [[rules]]
            profile = "guests"
            mac = "{GuestMac[..5]}"

            [[rules]]
            profile = "guests"
            vlan = 10

            [[rules]]
            profile = "sharers"
            mac = "06:98"

            [[rules]]
            profile = "visitors"
            mac = "06:97"

            [[rules]]
            profile = "default"
            mac = "{Office}"

            [[rules]]
            profile = "guests"
            uses = "static"

            [gateways.line]
            {gateway}

            """,
    };
}

/// <summary>Guests leave by a line of their own, whatever happens; the wires of both routers are the witnesses.</summary>
public abstract class SecondGatewayCase(SecondGatewayFixture fixture) : GatewayTests(fixture)
{
    /// <summary>What a guest's pings carry: found in any frame on the main router's wire, it is a guest's, whatever its addresses say.</summary>
    private const string Marker = "6775657374206f6e6c79";

    private protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private protected Line Line => Testbed.SecondLine!;

    private protected abstract bool IsOfTheLine(byte[] frame);

    [Theory]
    [InlineData("bymac", "06:99:00:00:01:01", null)]
    [InlineData("byvlan", "06:1a:5e:77:00:01", 10)]
    [InlineData("bystatic", "06:77:00:00:00:01", null)]
    public void Guest_ByAnyRule_LeavesByItsLine(string name, string mac, int? vlan)
    {
        var guest = Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = mac, Vlan = vlan, Isolated = true });
        var (url, sha256) = Testbed.Publish("guest-" + name, 2_000_000);

        Assert.Equal(sha256, Download(guest, url));
        GuestPing(guest).AssertOk();
        Ping(guest.Namespace, guest.Gateway!).AssertOk();

        var legal = Testbed.AwaitLegalAddress(guest);
        Assert.True(IsLinePool(legal), legal);
        Assert.NotEmpty(Line.Wire.Lines($"tcp and host {legal}"));
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void OfficeDevice_LeavesByTheMainRouter()
    {
        var device = Testbed.AddDevice("staff", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        AssertGetsThrough(device);
        var legal = Testbed.AwaitLegalAddress(device);
        Assert.Empty(Line.Wire.Lines($"ip host {legal}"));
        Assert.NotEmpty(Testbed.MainWire.Lines($"ip host {legal}"));
    }

    [Fact]
    public void HostsOutside_CallAGuest_ByItsLine()
    {
        var guest = AddGuest("called");
        Fetch(guest).AssertOk();
        var legal = Testbed.AwaitLegalAddress(guest);
        Testbed.Start(guest.Namespace, "/usr/bin/python3", "-u", "-m", "http.server", "8000");
        Wait.For("a listener on the guest", () => Testbed.Run(guest.Namespace, "ss", "-Hln", "-t", "sport", "=", ":8000").Stdout.Length > 0, Patience);

        Ping(Testbed.Server, legal).AssertOk();
        Testbed.Run(Testbed.Server, "curl", "-sS", "--fail", "-m", "10", "-o", "/dev/null", $"http://{legal}:8000/").AssertOk();
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void TtlThatRunsOut_IsToldByEveryHopOfTheLine()
    {
        var guest = AddGuest("tracer");
        Fetch(guest).AssertOk();
        var traced = Testbed.Run(guest.Namespace, "traceroute", "-n", "-q", "1", "-w", "2", "-m", "4", Testbed.ServerAddress).AssertOk().Stdout;
        var hops = traced.Split('\n').Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 1).Select(words => words[1]).ToArray();
        Assert.Equal([guest.Gateway!, Line.RouterAddress, Testbed.ServerAddress], hops);
        AssertMainRouterSawNoGuest();
    }

    /// <summary>What the host's own stack has to say of a packet to a guest goes back by the guest's line too.</summary>
    [Fact]
    public void HostOutside_WhosePacketToAGuestEndsHere_IsToldByTheLine()
    {
        var guest = AddGuest("far");
        Fetch(guest).AssertOk();
        var told = Testbed.Run(Testbed.Server, "ping", "-n", "-p", Marker, "-c", "3", "-i", "0.2", "-W", "2", "-t", "2", Testbed.AwaitLegalAddress(guest));
        Assert.Contains("Time to live exceeded", told.Stdout);
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void SlowPath_OptionsAndFragments_LeavesByTheLine()
    {
        var guest = AddGuest("slow");
        GuestPing(guest, "-T", "tsonly").AssertOk();
        GuestPing(guest, "-s", "4000").AssertOk();
        Ping(Testbed.Server, Testbed.AwaitLegalAddress(guest), "-s", "4000").AssertOk();
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void Sharer_HasALegalAddressOfTheLineThatIsShared()
    {
        var sharer = Testbed.AddDevice("sharer", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = "06:98:00:00:00:01", Isolated = true });
        var (url, sha256) = Testbed.Publish("guest-shared", 2_000_000);
        Assert.Equal(sha256, Download(sharer, url));
        GuestPing(sharer).AssertOk();
        GuestPing(sharer, "-T", "tsonly").AssertOk();
        GuestPing(sharer, "-s", "4000").AssertOk();
        Assert.Equal(SharedAddress, Testbed.AwaitLegalAddress(sharer));
        AssertMainRouterSawNoGuest();
    }

    private protected abstract string SharedAddress { get; }

    [Fact]
    public void Kill9AndRestart_UnderLoad_LoseNothingAndLeakNothing()
    {
        const int Pings = 400;
        var guest = AddGuest("survivor");
        Fetch(guest).AssertOk();
        var legal = Testbed.AwaitLegalAddress(guest);
        var ping = Testbed.Start(guest.Namespace, "ping", "-n", "-p", Marker, "-i", "0.01", "-c", $"{Pings}", "-W", "2", Testbed.ServerAddress);
        AwaitReply(ping, 50);
        Testbed.KillGateway(Native.SIGKILL);
        AwaitReply(ping, 150);
        // The slow path needs the control plane as little.
        GuestPing(guest, "-T", "tsonly").AssertOk();
        Testbed.StartGateway(fixture.Settings);

        Assert.Contains($"{Pings} packets transmitted, {Pings} received", ping.Finish(TimeSpan.FromSeconds(30)).AssertOk().Stdout);
        Assert.Equal(legal, Testbed.AwaitLegalAddress(guest));
        GuestPing(guest, "-T", "tsonly").AssertOk();
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void RouterDown_GuestsAreRefused_AndComeBackWithIt()
    {
        var guest = AddGuest("patient");
        var visitor = Testbed.AddDevice("visitor", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = "06:97:00:00:00:01", Isolated = true });
        GuestPing(guest).AssertOk();
        Fetch(visitor).AssertOk();
        Assert.True(IsLinePool(Testbed.AwaitLegalAddress(visitor)));
        var before = Testbed.StatusJson().Events.Count(e => e.Kind == "gateway-up");

        Line.Set(up: false);
        try
        {
            AwaitEvent("gateway-down", "line");
            var refused = GuestPing(guest);
            Assert.False(refused.Succeeded, refused.ToString());
            Assert.Contains("Destination Host Unreachable", refused.Stdout);
            Assert.Matches(@"Cause: (The router .* \(gateway line\) does not answer ARP since|Interface .* has no carrier)", Testbed.Cli("why", guest.Mac).Stdout);

            // Programs are told at once and need not wait for their own patience.
            var fetch = Testbed.Run(guest.Namespace, "curl", "-sS", "-m", "20", $"http://{Testbed.ServerAddress}/guest-down");
            Assert.Equal(7, fetch.ExitCode);
            Assert.InRange(fetch.Took, TimeSpan.Zero, TimeSpan.FromSeconds(3));
            GuestPing(guest, "-T", "tsonly");

            // Whose profile names another gateway for this goes on by that, as somebody else.
            Wait.For("the visitor goes on by the main router", () => Fetch(visitor).Succeeded, Patience, Status);
            Assert.True(IsPoolAddress(Testbed.AwaitLegalAddress(visitor)), Testbed.AwaitLegalAddress(visitor));
            Assert.False(GuestPing(guest).Succeeded);
        }
        finally
        {
            Line.Set(up: true);
            Testbed.Run(Line.Router, "ip", "route", "replace", Testbed.ServerAddress, "dev", "eth1").AssertOk();
        }

        Wait.For("the gateway is up again", () => Testbed.StatusJson().Events.Count(e => e.Kind == "gateway-up") > before, Patience, Status);
        Wait.For("the guest goes on", () => GuestPing(guest).Succeeded, Patience, Status);
        Fetch(guest).AssertOk();
        Wait.For("the visitor is back", () => Fetch(visitor).Succeeded && IsLinePool(Testbed.AwaitLegalAddress(visitor)), Patience, Status);
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void Reload_ThatGivesAProfileAnotherGateway_SendsNothingOfTheLineByTheMainRouter()
    {
        var visitor = Testbed.AddDevice("mover", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Mac = "06:97:00:00:00:02", Isolated = true });
        Fetch(visitor).AssertOk();
        Assert.True(IsLinePool(Testbed.AwaitLegalAddress(visitor)));
        var before = File.ReadAllText(Testbed.ConfigPath);
        var flood = Testbed.Start(visitor.Namespace, "ping", "-n", "-q", "-i", "0.001", Testbed.ServerAddress);
        try
        {
            foreach (var (text, isOfLine) in new[] { (before.Replace("gateway = \"line\"\nfallback = \"main\"", "gateway = \"main\"", StringComparison.Ordinal), false), (before, true) })
            {
                File.WriteAllText(Testbed.ConfigPath, text);
                Testbed.Cli("config", "reload").AssertOk();
                Wait.For("the visitor has the other address", () => Testbed.Find(visitor) is { Bindings.Count: > 0 } && IsLinePool(Testbed.AwaitLegalAddress(visitor)) == isOfLine, Patience, Status);
                Fetch(visitor).AssertOk();
            }
        }
        finally
        {
            flood.Signal(Native.SIGINT);
            flood.Finish(TimeSpan.FromSeconds(10));
        }

        AssertMainRouterSawNoGuest();
    }

    private protected Device AddGuest(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1",
        new DeviceSettings { Mac = $"{SecondGatewayFixture.GuestMac}:{GetType().Name.Length % 256:x2}:{Interlocked.Increment(ref s_guests):x2}", Isolated = true });

    private static int s_guests;

    private protected static CommandResult GuestPing(Device guest, params string[] options) =>
        Testbed.Run(guest.Namespace, ["ping", "-n", "-p", Marker, "-c", "3", "-i", "0.2", "-w", "6", "-W", "2", .. options, Testbed.ServerAddress]);

    /// <summary>Not one frame on the main router's wire, over the whole run, has a guest's payload, or speaks of the line's addresses.</summary>
    private protected void AssertMainRouterSawNoGuest()
    {
        var marker = Convert.FromHexString(Marker);
        var frames = Testbed.MainWire.Frames();
        Assert.NotEmpty(frames);
        Assert.Empty(frames.Where(f => f.AsSpan().IndexOf(marker) >= 0 || f.AsSpan().IndexOf("GET /guest-"u8) >= 0 || IsOfTheLine(f)).Select(Convert.ToHexStringLower));
        Assert.NotEmpty(Line.Wire.Frames());
    }

    private protected void AwaitEvent(string kind, string text) => Wait.For(
        $"an event {kind} that says '{text}'", () => Testbed.StatusJson().Events.Any(e => e.Kind == kind && e.Text.Contains(text, StringComparison.Ordinal)), Patience, Status);

    private protected string Status() => Testbed.Cli("status", "--json").ToString();

    private bool IsLinePool(string address) =>
        LanFrame.Parse(address) is var number && number >= LanFrame.Parse(Line.PoolFirst) && number <= LanFrame.Parse(Line.PoolLast);

    private static void AwaitReply(BackgroundProcess ping, int number) =>
        Wait.For($"reply {number}", () => ping.Stdout.Contains($"icmp_seq={number} ", StringComparison.Ordinal), Patience, ping.ToString);
}
