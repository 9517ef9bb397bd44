using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Portal;

/// <summary>A gateway that asks the administrator of each device, but of staff; with a certificate for its portal.</summary>
public sealed class PortalFixture : GatewayFixture, IDisposable
{
    internal const string Name = "portal.example.com";
    internal const string StaffMac = "06:1a:5e:10:00:01";
    internal const string ClosedMac = "06:1a:5e:10:00:02";

    /// <summary>Held devices reach it; the lab's DNS has it as an alias of office.example.</summary>
    internal const string Listed = "alias.example";

    /// <summary>Bits a second that all devices of a voucher of the profile metered may send together.</summary>
    internal const long MeteredRate = 6_000_000;

    /// <summary>Devices whose MAC begins so let themselves in.</summary>
    internal const string GuestMacs = "06:1a:5e:20";

    private readonly string files;

    public PortalFixture()
        : this(Directory.CreateTempSubdirectory("ikportal").FullName)
    {
    }

    private PortalFixture(string files)
        : base(SettingsFor(files), beforeStart: _ => MakeCertificate(files)) => this.files = files;

    internal string Certificate => Path.Combine(files, "portal.pem");

    public new void Dispose()
    {
        base.Dispose();
        Directory.Delete(files, recursive: true);
    }

    private static GatewaySettings SettingsFor(string files) => GatewaySettings.Default with
    {
        Profile = "admission = \"approve\"",
        Extra = $"""
            [profiles.staff]
            admission = "auto"
            denied = []
            lifetime = "8h"
            [profiles.shut]
            admission = "closed"
            [profiles.guests]
            ways_in = ["code", "terms", "ask"]
            lifetime = "12h"
            [profiles.fast]
            denied = []
            vouchers = true
            [profiles.metered]
            denied = []
            rate_out = "{MeteredRate / 1_000_000}M"
            limits_per = "code"
            [[rules]]
            mac = "{StaffMac}"
            profile = "staff"
            [[rules]]
            mac = "{ClosedMac}"
            profile = "shut"
            [[rules]]
            mac = "{GuestMacs}"
            profile = "guests"
            [portal]
            directory = "{files}"
            allow = ["{Listed}"]
            notice = "Call <9>."
            name = "{Name}"
            certificate = "{files}/portal.pem"
            key = "{files}/portal.key"

            """,
    };

    private static void MakeCertificate(string files)
    {
        File.WriteAllText(Path.Combine(files, "portal.toml"), "title = \"Hotel Sonne\"\naccent = \"#a04000\"\n");
        File.WriteAllText(Path.Combine(files, "terms.en.txt"), "Be kind to other guests.\n");
        MakeKeys(files);
    }

    private static void MakeKeys(string files) => Command.Run(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", Path.Combine(files, "portal.key"),
        "-out", Path.Combine(files, "portal.pem"), "-days", "2", "-subj", $"/CN={Name}", "-addext", $"subjectAltName=DNS:{Name}").AssertOk();
}

/// <summary>What a device finds that waits to be let in.</summary>
public sealed partial class PortalTests(PortalFixture fixture) : GatewayTests(fixture), IClassFixture<PortalFixture>
{
    private const string PortalUrl = "http://192.88.99.99/";

    private Device Add(string name, string address, string? mac = null) =>
        Testbed.AddDevice(name, address + "/24", address[..address.LastIndexOf('.')] + ".1", new DeviceSettings { Mac = mac, Isolated = true });

    private static CommandResult Curl(Device device, params string[] arguments) => Testbed.Run(device.Namespace, ["curl", "-sS", "-m", "10", .. arguments]);

    [Theory]
    [InlineData("connectivitycheck.gstatic.com/generate_204", "203.0.113.77")]
    [InlineData("captive.apple.com/hotspot-detect.html", "17.253.1.1")]
    [InlineData("www.msftconnecttest.com/connecttest.txt", "13.107.4.52")]
    [InlineData("detectportal.firefox.com/canonical.html", "34.107.221.82")]
    public void HeldDevice_ConnectivityCheck_IsLedToThePage(string url, string address)
    {
        var device = Add("check" + address.Split('.')[0], "47.31.128.20");

        var first = Curl(device, "-i", "--resolve", $"{url.Split('/')[0]}:80:{address}", $"http://{url}").AssertOk();
        Assert.StartsWith("HTTP/1.1 302 Found", first.Stdout, StringComparison.Ordinal);
        Assert.Contains($"\nLocation: {PortalUrl}\n", first.Stdout, StringComparison.Ordinal);

        var page = Curl(device, "-L", "--resolve", $"{url.Split('/')[0]}:80:{address}", $"http://{url}").AssertOk();
        Assert.Contains("<h1>Waiting for the administrator</h1>", page.Stdout, StringComparison.Ordinal);
        Assert.Contains("Call &lt;9&gt;.", page.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void HeldDevice_ThatBrowsesByName_IsLedToThePage()
    {
        var device = Add("name", "47.31.128.21");

        var page = Testbed.RunWithResolver(device, "8.8.8.8", "curl", "-sSL", "-m", "10", $"http://{Testbed.WebName}/index.html").AssertOk();

        Assert.Contains("<h1>Waiting for the administrator</h1>", page.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void HeldDevices_OfOneAddress_AreEachToldTheirOwnMac()
    {
        var (one, two) = (Add("one", "47.31.128.22"), Add("two", "47.31.128.22"));
        foreach (var device in (Device[])[one, two, one])
        {
            Assert.Contains($"<code>{device.Mac}</code>", Curl(device, PortalUrl).AssertOk().Stdout, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void HeldDevice_GetsNothingBesideThePage()
    {
        var device = Add("rest", "47.31.128.23");
        Curl(device, PortalUrl).AssertOk();

        Assert.False(Curl(device, "-k", $"https://{Testbed.ServerAddress}/").Succeeded);
        Assert.False(Curl(device, $"http://{Testbed.ServerAddress}:8080/").Succeeded);
        Assert.Contains("HTTP/1.1 405 ", Curl(device, "-i", "-d", "a=b", $"http://{Testbed.ServerAddress}/login").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.False(Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "2", Testbed.ServerAddress).Succeeded);
    }

    [Fact]
    public void ClosedProfile_IsToldThatNobodyWasAsked() => Assert.Contains(
        "<h1>This network is not open to new devices</h1>", Curl(Add("shut", "47.31.128.24", PortalFixture.ClosedMac), PortalUrl).AssertOk().Stdout, StringComparison.Ordinal);

    [Fact]
    public void AdmittedDevice_ReachesTheWebUnchanged_AndIsToldThatItIsOnline()
    {
        var device = Add("staff", "47.31.128.25", PortalFixture.StaffMac);

        Assert.DoesNotContain("Waiting", Fetch(device).AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Contains("<h1>You are online</h1>", Curl(device, PortalUrl).AssertOk().Stdout, StringComparison.Ordinal);
        var api = Curl(device, "--cacert", fixture.Certificate, "--resolve", $"{PortalFixture.Name}:443:192.88.99.99", $"https://{PortalFixture.Name}/captive-portal/api").AssertOk();
        Assert.Matches("""^\{"captive":false,"user-portal-url":"https://portal.example.com/","seconds-remaining":28[78]\d\d,"can-extend-session":false\}$""", api.Stdout);
    }

    /// <summary>As RFC 8908 wants it: by the name that DHCP would give, by TLS, with a certificate for it.</summary>
    [Fact]
    public void Api_ByNameAndTls_SaysThatTheDeviceIsCaptive()
    {
        var device = Add("api", "47.31.128.26");

        var answer = Testbed.RunWithResolver(
            device, "9.9.9.9", "curl", "-sS", "-i", "-m", "10", "--cacert", fixture.Certificate, "-H", "Accept: application/captive+json",
            $"https://{PortalFixture.Name}/captive-portal/api").AssertOk().Stdout;

        Assert.Contains("\nContent-Type: application/captive+json\n", answer, StringComparison.Ordinal);
        Assert.Contains("\nCache-Control: private, no-store\n", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"captive":true,"user-portal-url":"https://portal.example.com/"}""", answer.TrimEnd(), StringComparison.Ordinal);
    }

    /// <summary>RFC 8910: what the client is told by DHCP, it asks there, and is told where it stands.</summary>
    [Theory]
    [InlineData("dhclient")]
    [InlineData("udhcpc")]
    public void DhcpClient_ThatAsksForThePortal_IsToldOfTheApi_WhichSaysThatItIsCaptive_UntilItIsApproved(string kind)
    {
        using var client = DhcpClient.Plug(Testbed, "c" + kind, kind, new DeviceSettings { Isolated = true }, ["-O", "114"],
            "option captive-portal code 114 = text;\nalso request captive-portal;\n").Start();
        client.AwaitAddress();
        var told = client.Calls[^1].Split(' ')[^1];
        var url = kind == "udhcpc" ? System.Text.Encoding.ASCII.GetString(Convert.FromHexString(told)) : told;
        Assert.Equal($"https://{PortalFixture.Name}/captive-portal/api", url);

        Assert.Equal("""{"captive":true,"user-portal-url":"https://portal.example.com/"}""", Ask());
        Testbed.Cli("devices", "approve", client.Device.Mac).AssertOk();
        Assert.Equal("""{"captive":false,"user-portal-url":"https://portal.example.com/"}""", Ask());
        Fetch(client.Device).AssertOk();

        string Ask() => Testbed.RunWithResolver(client.Device, "10.203.0.1", "curl", "-sS", "-m", "10", "--cacert", fixture.Certificate, url).AssertOk().Stdout.Trim();
    }

    [Fact]
    public void Status_CountsThePortalsWork()
    {
        var device = Add("count", "47.31.128.27");
        Curl(device, $"http://{Testbed.ServerAddress}/").AssertOk();

        var status = Testbed.Cli("status", "--json").AssertOk().Stdout;

        Assert.Matches(""" "portal":\{"counters":\{"requests":[1-9]\d*,"redirects":[1-9]""".Trim(), status);
    }

    /// <summary>500 connections of one held device, each with half a request: another's page comes at once.</summary>
    [Fact]
    public void HeldDevice_ThatHoldsConnectionsOpen_KeepsThePageFromNobody()
    {
        var (hostile, other) = (Add("slow", "47.31.128.28"), Add("quick", "47.31.128.29"));
        Curl(other, PortalUrl).AssertOk();
        using var slow = Testbed.Start(hostile.Namespace, "/usr/bin/python3", "-u", "-c", """
            import signal, socket
            held = []
            for i in range(500):
                s = socket.create_connection(("203.0.113.99", 80), timeout=5)
                held.append(s)
                try:
                    s.send(b"GET / HTTP/1.1\r\nX: y")
                except OSError:
                    pass
            print("held", flush=True)
            signal.pause()
            """);
        Wait.For("500 connections", () => slow.Stdout.Contains("held", StringComparison.Ordinal), TimeSpan.FromSeconds(30), slow.ToString);

        var page = Curl(other, "-w", "%{time_total}", PortalUrl).AssertOk().Stdout;

        Assert.InRange(double.Parse(page[(page.LastIndexOf('>') + 1)..].Trim()), 0, 1);
    }

    /// <summary>A real browser, as on a laptop: led to the page, which it shows without a complaint.</summary>
    [Fact]
    public void Browser_OfAHeldDevice_ShowsThePage()
    {
        Assert.SkipWhen(Requirements.Missing("chromium") is not null, "chromium is missing");
        var device = Add("browser", "47.31.128.30");
        var profile = Path.Combine(Testbed.Directory, "chromium");

        var shown = Testbed.Run(
            device.Namespace, TimeSpan.FromSeconds(60), "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--enable-logging=stderr", $"--user-data-dir={profile}", "--virtual-time-budget=3000", "--dump-dom", $"http://{Testbed.ServerAddress}/some/page").AssertOk();

        Assert.Contains("<h1>Waiting for the administrator</h1>", shown.Stdout, StringComparison.Ordinal);
        Assert.Contains($"<code>{device.Mac}</code>", shown.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(":CONSOLE", shown.Stderr, StringComparison.Ordinal);
    }
}
