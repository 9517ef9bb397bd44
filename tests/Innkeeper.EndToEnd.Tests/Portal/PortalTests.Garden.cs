using System.Diagnostics;
using Innkeeper.DataPlane;
using Innkeeper.Interop;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Portal;

/// <content>The walled garden: hosts that a held device may reach by their names.</content>
public sealed partial class PortalTests
{
    private static readonly string s_shop = $"http://{Testbed.OfficeAddress}/index.html";

    private static void AssertLedToThePage(Device device, params string[] request) =>
        Assert.Contains($"\nLocation: {PortalUrl}\n", Curl(device, ["-i", .. request]).AssertOk().Stdout, StringComparison.Ordinal);

    private static void AssertServed(CommandResult fetched) => Assert.Contains("beyond the uplink", fetched.AssertOk().Stdout, StringComparison.Ordinal);

    /// <summary>alias.example is listed, an alias of office.example, which is not.</summary>
    [Fact]
    public void HeldDevice_ReachesTheHostOfAListedName_AndNothingElseByIt()
    {
        using var shop = Testbed.StartListener(Testbed.Office, 80, "/usr/bin/python3", "-u", "-m", "http.server", "80", "--bind", Testbed.OfficeAddress, "--directory", Testbed.WebRoot);
        var (payer, other) = (Add("payer", "47.31.150.11"), Add("bystander", "47.31.150.11"));
        AssertLedToThePage(payer, s_shop);

        AssertServed(Testbed.RunWithResolver(payer, "8.8.8.8", "curl", "-sS", "--fail", "-m", "10", $"http://{PortalFixture.Listed}/index.html"));
        AssertServed(Curl(payer, s_shop));

        // Another device has not asked for that name; what it asks for has the same address and is not listed.
        AssertLedToThePage(other, s_shop);
        Assert.Contains($"\nLocation: {PortalUrl}\n", Testbed.RunWithResolver(other, "8.8.8.8", "curl", "-sS", "-i", "-m", "10", "http://office.example/index.html").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.False(Curl(other, $"http://{Testbed.OfficeAddress}:8080/").Succeeded);

        // Another host under the listed name's Host header, and a name that is not listed.
        AssertLedToThePage(payer, "-H", $"Host: {PortalFixture.Listed}", $"http://{Testbed.ServerAddress}/index.html");
        Assert.False(Testbed.Run(payer.Namespace, "ping", "-n", "-c", "1", "-W", "2", Testbed.ServerAddress).Succeeded);
    }

    /// <summary>Port 53 of every address is the gateway's, also of a host that the device may reach; what devices say about names counts for nothing.</summary>
    [Fact]
    public void HeldDevice_WithADnsServerOfItsOwn_OrForgedAnswers_OpensNothing()
    {
        var device = Add("forger", "47.31.150.13");
        var answer = Testbed.Run(device.Namespace, "dig", "+tries=1", $"@{Testbed.OfficeAddress}", PortalFixture.Listed).AssertOk().Stdout;
        Assert.Contains($"SERVER: {Testbed.OfficeAddress}#53", answer, StringComparison.Ordinal);

        answer = Testbed.Run(device.Namespace, "dig", "+tries=1", $"@{Testbed.OfficeAddress}", Testbed.WebName).AssertOk().Stdout;
        Assert.Contains(Testbed.ServerAddress, answer, StringComparison.Ordinal);
        AssertLedToThePage(device, $"http://{Testbed.ServerAddress}/");

        // Answers that say that the listed name has the server's address: to the resolver, as if from the gateway's own server.
        Testbed.Python(device.Namespace, """
            import socket, struct, sys
            name = b'\x05alias\x07example\x00'
            answer = lambda i: struct.pack('>6H', i, 0x8180, 1, 1, 0, 0) + name + struct.pack('>2H', 1, 1) + b'\xc0\x0c' + struct.pack('>2HIH', 1, 1, 3600, 4) + socket.inet_aton(sys.argv[1])
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(('', 53))
            for to in ('8.8.8.8', '192.88.99.99', '47.31.150.1'):
                for i in range(200): s.sendto(answer(i), (to, 53))
            """, Testbed.ServerAddress).AssertOk();
        AssertLedToThePage(device, $"http://{Testbed.ServerAddress}/");
    }

    /// <summary>When the time is over, no connection begins; one that began goes on.</summary>
    [Fact]
    public void HeldDevice_WhoseTimeIsOver_BeginsNothing_AndGoesOnWithWhatItHas()
    {
        using var shop = Testbed.StartListener(Testbed.Office, 8081, "/usr/bin/python3", "-u", "-c", """
            import socket
            server = socket.create_server(('', 8081))
            connection, _ = server.accept()
            while data := connection.recv(100): connection.sendall(data)
            """);
        var device = Add("slowpayer", "47.31.150.14");
        Testbed.Run(device.Namespace, "dig", "+tries=1", "@9.9.9.9", PortalFixture.Listed).AssertOk();
        using var session = Testbed.Start(device.Namespace, "/usr/bin/python3", "-u", "-c", $$"""
            import os, socket, time
            s = socket.create_connection(('{{Testbed.OfficeAddress}}', 8081), timeout=10)
            s.sendall(b'one'); print(s.recv(100), flush=True)
            while not os.path.exists('{{Testbed.Directory}}/over'): time.sleep(0.01)
            s.sendall(b'two'); print(s.recv(100), flush=True)
            """);
        Wait.For("the first answer", () => session.Stdout.Contains("b'one'", StringComparison.Ordinal), TimeSpan.FromSeconds(15), session.ToString);

        Assert.NotEqual(0, EndAllEntries());
        File.WriteAllText(Path.Combine(Testbed.Directory, "over"), "");

        Wait.For("the second answer", () => session.Stdout.Contains("b'two'", StringComparison.Ordinal), TimeSpan.FromSeconds(15), session.ToString);
        AssertLedToThePage(device, s_shop);
        Assert.False(Curl(device, $"http://{Testbed.OfficeAddress}:8081/").Succeeded);
        Assert.Matches(@"walled garden: [1-9]\d* answers opened [1-9]\d* addresses to held devices, [1-9]\d* packets went there", Testbed.Cli("status").AssertOk().Stdout.ReplaceLineEndings(" "));
        Assert.Matches(@"""garden_packets"":[1-9]", Testbed.Cli("status", "--json").AssertOk().Stdout);
    }

    /// <summary>As if their lifetimes were over: a minute is too long for a test.</summary>
    private int EndAllEntries()
    {
        var fd = Libbpf.bpf_obj_get(Path.Combine(Testbed.BpffsDirectory, BpfPlane.PinVersion, "garden"));
        Assert.True(fd >= 0);
        var entries = new BpfMap<GardenKey, ulong>("garden", fd, 65536);
        var keys = entries.Keys();
        var over = (ulong)((Stopwatch.GetElapsedTime(0) - TimeSpan.FromSeconds(1)).Ticks * TimeSpan.NanosecondsPerTick);
        keys.ForEach(key => entries.Set(key, over));
        _ = Libc.close(fd);
        return keys.Count;
    }
}
