using System.Globalization;
using System.Text;
using System.Text.Json;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;
using Innkeeper.Wire;
using Microsoft.Playwright;

namespace Innkeeper.EndToEnd.Tests.Web;

/// <summary>Texts that devices choose, and programs that read.</summary>
public sealed partial class ConsoleTests
{
    private const string GuestsPrefix = "06:b1:05:00";

    /// <summary>DHCP clients, each with a host name of its own: a file of names in hexadecimal digits, one a line.</summary>
    private const string Clients = """
        import socket, struct, sys, time
        names = [bytes.fromhex(line) for line in open(sys.argv[1]).read().splitlines()]
        s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
        s.bind(("eth0", 0))
        s.settimeout(0.5)
        def mac(i):
            return bytes([6, 0xb1, 5, 0]) + struct.pack("!H", i)
        def send(i, more):
            name = b"" if not names[i] else bytes([12, len(names[i])]) + names[i]
            dhcp = struct.pack("!BBBBIHH", 1, 1, 6, 0, i + 1, 0, 0x8000) + bytes(16) + mac(i) + bytes(10 + 192) + b"\x63\x82\x53\x63" + more + name + b"\xff"
            head = struct.pack("!BBHHHBBH", 0x45, 0, 28 + len(dhcp), 0, 0, 64, 17, 0) + bytes(4) + b"\xff" * 4
            n = sum(struct.unpack("!10H", head))
            n = (n & 0xffff) + (n >> 16)
            s.send(b"\xff" * 6 + mac(i) + b"\x08\x00" + head[:10] + struct.pack("!H", ~n & 0xffff) + head[12:] + struct.pack("!HHHH", 68, 67, 8 + len(dhcp), 0) + dhcp)
        wait, at, begun = {}, 0, time.monotonic()
        while at < len(names) or wait:
            assert time.monotonic() - begun < 30, f"{len(wait)} clients have no lease"
            while at < len(names) and len(wait) < 50:
                wait[at] = bytes([53, 1, 1])
                send(at, wait[at])
                at += 1
            try:
                frame = s.recv(2048)
            except TimeoutError:
                for i, message in wait.items():
                    send(i, message)
                continue
            reply = frame[42:]
            if len(reply) < 240 or frame[23] != 17 or frame[36:38] != b"\x00\x44" or reply[0] != 2:
                continue
            i, options, place = struct.unpack("!I", reply[4:8])[0] - 1, {}, 240
            while place + 1 < len(reply) and reply[place] != 255:
                options[reply[place]] = reply[place + 2:place + 2 + reply[place + 1]]
                place += 2 + reply[place + 1]
            if i in wait and options.get(53) == b"\x02" and wait[i] == bytes([53, 1, 1]):
                wait[i] = bytes([53, 1, 3, 50, 4]) + reply[16:20] + bytes([54, 4]) + options[54]
                send(i, wait[i])
            elif i in wait and options.get(53) == b"\x05":
                del wait[i]
        """;

    /// <summary>A device chooses its own host name. All that broke other programs, on one page: each is text, and nothing else.</summary>
    [Fact]
    public async Task HostNames_ThatBreakPrograms_AreText()
    {
        Assert.SkipWhen(Checkout.Corpus("blns") is null, "../shared/corpora/blns is not there");
        using var list = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Corpus("blns")!, "blns.json"), TestContext.Current.CancellationToken));
        var names = list.RootElement.EnumerateArray().Select(n => Encoding.UTF8.GetBytes(n.GetString()!)).Select(n => n[..Math.Min(n.Length, 255)]).ToList();
        Assert.True(names.Count > 400);
        var file = Path.Combine(Testbed.Directory, "names");
        await File.WriteAllLinesAsync(file, names.Select(Convert.ToHexStringLower), TestContext.Current.CancellationToken);
        var port = Testbed.AddDevice("names", "0.0.0.0/32", null, new DeviceSettings { Isolated = true });
        Testbed.Python(port.Namespace, Clients, file).AssertOk();

        var faults = new List<string>();
        var page = await _console.OpenAsync("#/", change: options => options.ViewportSize = new ViewportSize { Width = 1280, Height = 400 + (40 * names.Count) });
        page.Dialog += (_, dialog) =>
        {
            faults.Add($"a dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
        page.PageError += (_, error) => faults.Add(error);
        page.Console += (_, message) => faults.AddRange(message.Type == "error" ? [message.Text] : []);
        await page.EvaluateAsync("hash => { location.hash = hash; }", $"#/devices?text={GuestsPrefix}&columns=name,mac");
        await page.WaitForFunctionAsync("count => document.querySelectorAll('.grid-body [data-index] a').length === count", names.Count);
        var rows = await page.EvaluateAsync<string[][]>(
            "() => [...document.querySelectorAll('.grid-body [data-index]')].map(row => [row.querySelector('.mono').textContent, row.querySelector('a').textContent, String(row.querySelector('a').childElementCount)])");
        var shown = rows.ToDictionary(row => row[0], row => (Text: row[1], Elements: row[2]));

        for (var i = 0; i < names.Count; i++)
        {
            var mac = string.Create(CultureInfo.InvariantCulture, $"{GuestsPrefix}:{i >> 8:x2}:{i & 0xff:x2}");
            Assert.Equal((names[i].Length == 0 ? mac : $"“{AsShown(names[i])}”", "0"), shown[mac]);
        }

        Assert.Empty(faults);
        Testbed.Cli("devices", "forget", "--where", $"text={GuestsPrefix}", "--yes").AssertOk();
    }

    /// <summary>As the gateway escapes it, and cut by the page after 64 characters.</summary>
    private static string AsShown(byte[] name)
    {
        var runes = SafeText.Escape(name, SafeText.MaxHostName).EnumerateRunes().ToList();
        return string.Concat(runes.Count <= 64 ? runes : runes.Take(63).Append(new Rune('…')));
    }

    /// <summary>A real Prometheus reads the gateway with a viewer's token, as docs/monitoring.md says.</summary>
    [Fact]
    public void Prometheus_ReadsTheGateway()
    {
        Assert.SkipWhen(Requirements.Missing("prometheus") is not null, "prometheus is missing");
        using var made = JsonDocument.Parse(Testbed.Cli("token", "create", "prometheus", "--role", "viewer", "--json").AssertOk().Stdout);
        var directory = Directory.CreateDirectory(Path.Combine(Testbed.Directory, "prometheus")).FullName;
        File.WriteAllText(Path.Combine(directory, "token"), made.RootElement.GetProperty("token").GetString());
        File.WriteAllText(
            Path.Combine(directory, "prometheus.yml"),
            $$"""
            global: { scrape_interval: 200ms, scrape_timeout: 200ms }
            scrape_configs:
              - job_name: innkeeper
                authorization: { credentials_file: token }
                static_configs: [{ targets: ["127.0.0.1:{{ConsoleFixture.Port}}"] }]
            """);
        var prometheus = Testbed.Start(Testbed.Gateway, "prometheus", $"--config.file={directory}/prometheus.yml", $"--storage.tsdb.path={directory}/data", "--web.listen-address=127.0.0.1:9090", "--log.level=error");
        var online = "";
        Wait.For("Prometheus has the gateway's devices", () => (online = Query("innkeeper_devices_online")).Length > 0, TimeSpan.FromSeconds(20), prometheus.ToString);
        Assert.Equal(Testbed.StatusJson().Bindings > 0, int.Parse(online, CultureInfo.InvariantCulture) > 0);
        prometheus.Signal(Native.SIGTERM);

        string Query(string metric)
        {
            var answer = Testbed.Run(Testbed.Gateway, "curl", "-sS", "--fail", $"http://127.0.0.1:9090/api/v1/query?query={metric}");
            if (answer.ExitCode != 0)
            {
                return "";
            }

            using var json = JsonDocument.Parse(answer.Stdout);
            var values = json.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(r => r.GetProperty("value")[1].GetString()!).ToList();
            return values.Count == 1 ? values[0] : "";
        }
    }
}
