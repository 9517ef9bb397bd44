using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;
using Innkeeper.Series;
using Innkeeper.Wire;

namespace Innkeeper.EndToEnd.Tests.Web;

/// <summary>
/// What the pictures of the console's guide show: a hotel with devices of its rooms and of the house. Their packets are real; the two days before are
/// written into the file of the series.
/// </summary>
internal sealed class Hotel(Testbed testbed)
{
    public const string Television = "20:17:42:5c:10:12";

    private const int MailPort = 2525;

    private static readonly (string Name, string Mac, string Address, string Gateway, string? For)[] s_devices =
    [
        ("Room 12 television", Television, "192.168.0.20/24", "192.168.0.1", null),
        ("Room 14 notebook", "60:8b:0e:71:3a:0c", "10.0.0.23/24", "10.0.0.1", "72h"),
        ("Room 21 phone", "d0:d0:03:19:e2:44", "172.20.10.4/28", "172.20.10.1", "24h"),
        ("Front desk printer", "00:80:77:31:84:02", "192.168.178.31/24", "192.168.178.1", null),
        ("Lift controller", "ec:1c:5d:0a:77:01", "10.20.30.40/8", "10.0.0.138", null),
        ("Kitchen camera", "b8:a4:4f:c2:05:90", "192.168.0.90/24", "192.168.0.1", null),
        ("Bar loudspeaker", "54:2a:1b:6e:40:11", "192.168.1.55/24", "192.168.1.1", null),
        ("Meeting room projector", "50:57:9c:88:20:3b", "172.16.8.100/16", "172.16.8.1", null),
        ("Door locks, 2nd floor", "98:1b:b5:00:4d:07", "192.168.2.10/24", "192.168.2.254", null),
        ("Corridor lights", "c4:29:96:5f:11:a8", "192.168.1.66/24", "192.168.1.1", null),
    ];

    /// <summary>Of the house's own devices, the makers' part of the MAC.</summary>
    private static readonly string[] s_house = ["00:80:77", "ec:1c:5d", "54:2a:1b", "50:57:9c", "98:1b:b5", "c4:29:96"];

    private BackgroundProcess? _mail;

    /// <param name="directory">For the starter of the program.</param>
    public static GatewaySettings SettingsIn(string directory) => ConsoleFixture.Settings with
    {
        Program = Named(directory),
        Profile = "admission = \"approve\"\nlifetime = \"24h\"",
        Extra = $"""
            [profiles.house]
            admission = "auto"
            lifetime = ""

            [[machines]]
            name = "boiler"
            mac = "00:30:de:40:11:07"
            address = "192.168.0.10"
            outside = "{Testbed.PoolLast}"
            description = "heating, cellar"

            [profiles.cameras]
            admission = "auto"
            lifetime = ""
            denied = ["0.0.0.0/0"]
            allowed = ["203.0.113.0/24"]

            [[rules]]
            profile = "cameras"
            mac = "b8:a4:4f"

            {string.Concat(s_house.Select(mac => $"[[rules]]\nprofile = \"house\"\nmac = \"{mac}\"\n\n"))}
            [mail]
            server = "{Testbed.OfficeAddress}:{MailPort}"
            tls = "none"
            from = "gateway@hotel.example"
            to = ["it@hotel.example"]
            first = 40

            {ConsoleFixture.Settings.Extra}
            """,
    };

    /// <summary>Days and evenings of a small hotel, before the gateway is started.</summary>
    public static void WritePast(string directory)
    {
        using var file = new SeriesFile(directory, TimeProvider.System, _ => { });
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var rows = Resolution.All.SelectMany(r => Enumerable.Range(0, r.Count).Select(i => (r.Step, RowAt(r.FirstAt(now) + (i * (long)r.Step), r.Step)))).ToList();
        var devices = Enumerable.Range(0, Resolution.Device.Count).Select(i => Resolution.Device.FirstAt(now) + (i * (long)Resolution.Device.Step)).Select(start => new DeviceRow(
            start, Resolution.Device.Step, DeviceRecords.Encode([new(MacAddress.Parse(Television), new((long)(9e5 * Busy(start)), (long)(3e8 * Busy(start)), (long)(40 * Busy(start))))])));
        file.Write(now, rows, [.. devices]);
    }

    /// <summary>Devices come, some are let in, some wait; those that are online have traffic until the testbed ends.</summary>
    public void Fill()
    {
        _mail = testbed.StartListener(
            testbed.Office, MailPort, "/usr/bin/python3", "-u", "-m", "aiosmtpd", "-n", "-l", $"{Testbed.OfficeAddress}:{MailPort}", "-c", "aiosmtpd.handlers.Sink");
        var download = testbed.Publish("film.bin", 2_000_000).Url;
        for (var i = 0; i < s_devices.Length; i++)
        {
            var (name, mac, address, gateway, time) = s_devices[i];
            var device = testbed.AddDevice($"h{i}", address, gateway, new DeviceSettings { Mac = mac });
            Heard(device);
            testbed.Cli("devices", "name", mac, name).AssertOk();
            testbed.Cli(["devices", "approve", mac, .. time is null ? (string[])[] : ["--for", time, "--reason", "front desk"]]).AssertOk();
            Testbed.Run(device.Namespace, "dig", "+tries=1", "+time=5", $"@{gateway}", Testbed.WebName).AssertOk();
            testbed.Start(device.Namespace, "sh", "-c", $"while :; do curl -s -o /dev/null --limit-rate {40 * (i + 2)}k {download}; done");
        }

        testbed.Cli("vouchers", "create", "--count", "4", "--profile", "guests", "--for", "8h", "--devices", "2", "--label", "Conference in spring").AssertOk();
        testbed.Cli("rooms", "set", "12", "--tag", "room", "--until", $"{DateTimeOffset.UtcNow.AddDays(3):yyyy-MM-dd}T11:00:00Z", "--profile", "guests").AssertOk();
        var password = Path.Combine(testbed.Directory, "password-desk");
        File.WriteAllText(password, ConsoleFixture.Password);
        testbed.Cli("user", "add", "frontdesk", "--role", "operator", "--password-file", password).AssertOk();
        testbed.Cli("token", "create", "grafana", "--role", "viewer", "--for", "365d").AssertOk();
        foreach (var tag in (string[])["room", "first-floor"])
        {
            testbed.Cli("devices", "tag", Television, tag).AssertOk();
        }

        testbed.Cli("devices", "name", "98:e8:fa:27:61:5e", "Room 33 game console").AssertOk();
        testbed.Cli("devices", "block", "02:9d:4e:11:70:c3", "--reason", "an extender of a guest").AssertOk();
        Heard(testbed.AddDevice("console", "192.168.11.4/24", "192.168.11.1", new DeviceSettings { Mac = "98:e8:fa:27:61:5e" }));
        Heard(testbed.AddDevice("extender", "192.168.4.1/24", "192.168.4.254", new DeviceSettings { Mac = "02:9d:4e:11:70:c3" }));
        DhcpClient.Plug(testbed, "phone", "udhcpc", new DeviceSettings { Mac = "8e:41:0b:d2:77:90" }, ["-x", "hostname:Galaxy-A55"]).Start().AwaitAddress();
    }

    /// <summary>The mail server goes away, and a notebook comes: its message waits.</summary>
    public void LoseMail()
    {
        _mail!.Signal(Native.SIGTERM);
        _mail.WaitForExit(TimeSpan.FromSeconds(10));
        DhcpClient.Plug(testbed, "late", "udhcpc", new DeviceSettings { Mac = "3c:22:fb:90:1d:58" }, ["-x", "hostname:ThinkPad-of-Eva"]).Start().AwaitAddress();
        Wait.For("a message waits", () => testbed.Cli("outbox", "list").AssertOk().Stdout.Contains("waiting", StringComparison.Ordinal), TimeSpan.FromSeconds(30), () => testbed.Cli("outbox", "list").ToString());
    }

    private void Heard(Device device)
    {
        Testbed.Run(device.Namespace, "ping", "-n", "-c", "1", "-W", "1", Testbed.ServerAddress);
        Wait.For($"{device.Name} was heard", () => testbed.Find(device) is not null, TimeSpan.FromSeconds(10), () => testbed.Cli("devices").ToString());
    }

    /// <summary>The program with a host name of its own: the pages show it.</summary>
    private static string Named(string directory)
    {
        var starter = Path.Combine(directory, "named");
        File.WriteAllText(starter, $"#!/bin/sh\nexec unshare --uts sh -c 'hostname hotel-gateway && exec \"$0\" \"$@\"' {GatewayBinary.Find()} \"$@\"\n");
        File.SetUnixFileMode(starter, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return starter;
    }

    private static SeriesRow RowAt(long start, int step)
    {
        var row = new SeriesRow(start);
        var busy = Busy(start);
        var values = SeriesRow.NewValues();
        void Set(SeriesId id, double value) => values[(int)id] = SeriesDefinition.All[(int)id].Kind == SeriesKind.Rate ? value * step : value;
        Set(SeriesId.OctetsIn, 4.2e6 * busy);
        Set(SeriesId.OctetsOut, 5.5e5 * busy);
        Set(SeriesId.PacketsIn, 3600 * busy);
        Set(SeriesId.PacketsOut, 1900 * busy);
        Set(SeriesId.DevicesOnline, Math.Round(5 + (4 * busy)));
        Set(SeriesId.DevicesAdmitted, 10);
        Set(SeriesId.DevicesHeld, 2);
        Set(SeriesId.DnsQuestions, 9 * busy);
        Set(SeriesId.DnsCached, 7 * busy);
        Set(SeriesId.DnsFailed, 0);
        Set(SeriesId.AddressesUsed, Math.Round(5 + (4 * busy)));
        Set(SeriesId.AddressesTotal, 50);
        Set(SeriesId.DropsPolicy, 0.4 * busy);
        row.Add(step, values);
        return row;
    }

    /// <summary>From 0.1 at night to about 1 in the evening, uneven, and the same for the same time.</summary>
    private static double Busy(long time)
    {
        var hour = time / 3600.0 % 24;
        var day = 0.12 + (0.55 * Math.Exp(-Math.Pow(hour - 20, 2) / 14)) + (0.3 * Math.Exp(-Math.Pow(hour - 9, 2) / 8));
        return day * (1 + (0.22 * Math.Sin(time / 97.0)) + (0.14 * Math.Sin(time / 31.0)) + (0.09 * Math.Sin(time / 13.0)));
    }
}
