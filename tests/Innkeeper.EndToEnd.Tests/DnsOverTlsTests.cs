using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>The router's resolver behind TLS, with a certificate for dns.example.</summary>
public sealed class TlsServerFixture() : GatewayFixture(DnsOverTlsTests.SettingsFor("dns.example"), beforeStart: StartServer)
{
    private static void StartServer(Bench bench)
    {
        var (key, certificate) = (Path.Combine(bench.Directory, "key.pem"), Path.Combine(bench.Directory, "certificate.pem"));
        Command.Run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", certificate,
            "-days", "2", "-subj", "/CN=dns.example", "-addext", "subjectAltName=DNS:dns.example").Ok();
        bench.StartListener(bench.Router, 853, "socat",
            $"OPENSSL-LISTEN:853,bind={Bench.RouterAddress},fork,reuseaddr,verify=0,cert={certificate},key={key}", $"TCP:{Bench.RouterAddress}:53");
    }
}

/// <summary>DNS over TLS to the server that is asked (RFC 7858), by the name that the administrator gave (RFC 8310).</summary>
public sealed class DnsOverTlsTests(TlsServerFixture fixture) : GatewayTests(fixture), IClassFixture<TlsServerFixture>
{
    internal static GatewaySettings SettingsFor(string name) => GatewaySettings.Default with
    {
        Upstreams = [$"tls://{Bench.RouterAddress}#{name}"],
        TrustedCertificates = "certificate.pem",
    };

    [Fact]
    public void Queries_AreAnswered_AndNoneLeavesInTheClear()
    {
        var device = AddDevice("tls");
        var capture = Bench.Capture(Bench.Lan, "gw", "port", "53");

        // Many at once: connections are kept for the next.
        var answers = Enumerable.Range(0, 20).AsParallel().WithDegreeOfParallelism(5)
            .Select(i => Dig(device, i == 0 ? Bench.WebName : $"n{i}.example").Ok().Stdout).ToList();

        Assert.Contains(answers, a => a.Contains(Bench.ServerAddress, StringComparison.Ordinal));
        Assert.Equal(19, answers.Count(a => a.Contains("status: NXDOMAIN", StringComparison.Ordinal)));
        Assert.Empty(capture.Finish().Lines());
        Assert.StartsWith("tls://", Bench.StatusJson().Dns!.Upstreams.Single().Server);
    }

    [Fact]
    public void Server_WithACertificateForAnotherName_IsNotAsked()
    {
        var device = AddDevice("name");
        Bench.KillGateway(Native.SIGTERM);
        Bench.StartGateway(SettingsFor("other.example"));
        try
        {
            var answer = Dig(device, Bench.WebName);

            Assert.Contains("status: SERVFAIL", answer.Stdout);
        }
        finally
        {
            Bench.KillGateway(Native.SIGTERM);
            Bench.StartGateway(SettingsFor("dns.example"));
        }
    }

    private Device AddDevice(string name) => Bench.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private static CommandResult Dig(Device device, string name) => Bench.Run(device.Namespace, "dig", "+time=6", "+tries=1", "@8.8.8.8", name);
}
