using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dns;

/// <summary>The router's resolver behind TLS, with a certificate for dns.example.</summary>
public sealed class TlsServerFixture() : GatewayFixture(DnsOverTlsTests.SettingsFor("dns.example"), beforeStart: StartServer)
{
    private static void StartServer(Testbed testbed)
    {
        var (key, certificate) = (Path.Combine(testbed.Directory, "key.pem"), Path.Combine(testbed.Directory, "certificate.pem"));
        Command.Run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key, "-out", certificate,
            "-days", "2", "-subj", "/CN=dns.example", "-addext", "subjectAltName=DNS:dns.example").AssertOk();
        testbed.StartListener(testbed.Router, 853, "socat",
            $"OPENSSL-LISTEN:853,bind={Testbed.RouterAddress},fork,reuseaddr,verify=0,cert={certificate},key={key}", $"TCP:{Testbed.RouterAddress}:53");
    }
}

/// <summary>DNS over TLS to the server that is asked (RFC 7858), by the name that the administrator gave (RFC 8310).</summary>
public sealed class DnsOverTlsTests(TlsServerFixture fixture) : GatewayTests(fixture), IClassFixture<TlsServerFixture>
{
    internal static GatewaySettings SettingsFor(string name) => GatewaySettings.Default with
    {
        Upstreams = [$"tls://{Testbed.RouterAddress}#{name}"],
        TrustedCertificates = "certificate.pem",
    };

    [Fact]
    public void Queries_AreAnswered_AndNoneLeavesInTheClear()
    {
        var device = AddDevice("tls");
        var capture = Testbed.Capture(Testbed.Lan, "gw", "port", "53");

        // Many at once: connections are kept for the next.
        var answers = Enumerable.Range(0, 20).AsParallel().WithDegreeOfParallelism(5)
            .Select(i => Dig(device, i == 0 ? Testbed.WebName : $"n{i}.example").AssertOk().Stdout).ToList();

        Assert.Contains(answers, a => a.Contains(Testbed.ServerAddress, StringComparison.Ordinal));
        Assert.Equal(19, answers.Count(a => a.Contains("status: NXDOMAIN", StringComparison.Ordinal)));
        Assert.Empty(capture.Finish().Lines());
        Assert.StartsWith("tls://", Testbed.StatusJson().Dns!.Upstreams.Single().Server);
    }

    [Fact]
    public void Server_WithACertificateForAnotherName_IsNotAsked()
    {
        var device = AddDevice("name");
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(SettingsFor("other.example"));
        try
        {
            var answer = Dig(device, Testbed.WebName);

            Assert.Contains("status: SERVFAIL", answer.Stdout);
        }
        finally
        {
            Testbed.KillGateway(Native.SIGTERM);
            Testbed.StartGateway(SettingsFor("dns.example"));
        }
    }

    private Device AddDevice(string name) => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });

    private static CommandResult Dig(Device device, string name) => Testbed.Run(device.Namespace, "dig", "+time=6", "+tries=1", "@8.8.8.8", name);
}
