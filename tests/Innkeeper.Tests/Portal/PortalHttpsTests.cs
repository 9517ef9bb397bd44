using System.Net.Security;
using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography;
using Innkeeper.Certificates;
using Innkeeper.Configuration;
using Innkeeper.Portal;
using Innkeeper.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Portal;

/// <summary>The files of a certificate, and HTTPS with it.</summary>
public sealed class PortalHttpsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Clock _clock = new();

    private string CertificateFile => Path.Combine(_directory.Path, "portal.pem");

    private string KeyFile => Path.Combine(_directory.Path, "portal.key");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Https_PageAndApi_AreServedUnderTheName()
    {
        Write(PortalHarness.Name);
        using var harness = new PortalHarness(Load(out _));
        using var client = harness.Client();

        using var page = await client.GetAsync($"https://{PortalHarness.Name}/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(
            $$"""{"captive":true,"user-portal-url":"https://{{PortalHarness.Name}}/"}""",
            await client.GetStringAsync($"https://{PortalHarness.Name}/captive-portal/api", TestContext.Current.CancellationToken));
        using var plain = await client.GetAsync($"http://{PortalHarness.Name}/", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, plain.StatusCode);
    }

    [Fact]
    public async Task Https_ClientThatSpeaksPlainHttp_GetsNothing_AndIsCounted()
    {
        Write(PortalHarness.Name);
        using var harness = new PortalHarness(Load(out _));
        using var socket = await PortalHarness.ConnectAsync("127.0.0.2", "127.0.0.1", harness.Service.HttpsPort, TestContext.Current.CancellationToken);
        await socket.SendAsync("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"u8.ToArray());

        Assert.DoesNotContain("HTTP/", await PortalHarness.ReadToEndAsync(socket), StringComparison.Ordinal);
        Assert.Equal(1, await harness.AwaitCountedAsync(PortalCounter.Unfinished, 1));
    }

    [Fact]
    public void Load_FilesThatFit_HasNoError()
    {
        Write(PortalHarness.Name);
        Assert.NotNull(Load(out var error));
        Assert.Null(error);
    }

    [Fact]
    public void Load_NoName_IsNoHttps()
    {
        var configuration = ConfigurationFile.Parse("access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n", "f");

        Assert.Null(CertificateFiles.Load(configuration, CertificateFiles.OfPortal(configuration.Config!), _clock, NullLogger.Instance, out var error));
        Assert.Null(error);
    }

    [Fact]
    public void Load_FileIsNotThere_IsSaidAtItsKey()
    {
        Write(PortalHarness.Name);
        File.Delete(KeyFile);
        AssertError($"f:6:1: portal.key: {KeyFile} is not there; give a PEM file");
        File.Delete(CertificateFile);
        AssertError($"f:5:1: portal.certificate: {CertificateFile} is not there; give a PEM file");
    }

    [Fact]
    public void Load_NoCertificateInTheFile_IsSaidAtItsKey()
    {
        Write(PortalHarness.Name);
        foreach (var text in (string[])["", "not PEM\n", File.ReadAllText(KeyFile), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
        {
            File.WriteAllText(CertificateFile, text);
            AssertError($"f:5:1: portal.certificate: {CertificateFile} holds no certificate; give a PEM file with the one for {PortalHarness.Name} first and those of its issuers after it");
        }
    }

    [Fact]
    public void Load_CertificateOfAnotherName_IsSaidAtItsKey()
    {
        Write("other.example.com");
        AssertError($"f:5:1: portal.certificate: {CertificateFile} is for other.example.com, not for {PortalHarness.Name}, which is [portal] name; give that name's certificate");
    }

    [Fact]
    public void Load_Wildcard_IsForTheName()
    {
        Write("*.example.com");
        Assert.NotNull(Load(out _));
    }

    [Fact]
    public void Load_KeyOfAnother_IsSaidAtItsKey()
    {
        Write(PortalHarness.Name);
        var expected = $"f:6:1: portal.key: {KeyFile} is not the key of {CertificateFile}, or is encrypted; give that certificate's key, as PEM without a password";
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        foreach (var text in (string[])[other.ExportPkcs8PrivateKeyPem(), "", other.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000))])
        {
            File.WriteAllText(KeyFile, text);
            AssertError(expected);
        }
    }

    /// <summary>Chain: the issuers' certificates of the file are sent along, as clients that wait for us cannot fetch them.</summary>
    [Fact]
    public async Task Https_IssuersOfTheFile_AreSentAlong()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = Authority("CN=root", rootKey).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        using var middleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var middle = Authority("CN=middle", middleKey).Create(root, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(29), [1]);
        using var signer = middle.CopyWithPrivateKey(middleKey);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Leaf(PortalHarness.Name, key).Create(signer, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(28), [2]);
        File.WriteAllText(CertificateFile, leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        using var harness = new PortalHarness(Load(out _));

        using var socket = await PortalHarness.ConnectAsync("127.0.0.2", "127.0.0.1", harness.Service.HttpsPort, TestContext.Current.CancellationToken);
        await using var stream = new SslStream(new System.Net.Sockets.NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = PortalHarness.Name,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { root },
                    RevocationMode = X509RevocationMode.NoCheck,
                    DisableCertificateDownloads = true,
                },
            },
            TestContext.Current.CancellationToken);
        Assert.True(stream.IsAuthenticated);
        Assert.True(stream.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13);
    }

    [Fact]
    public void Current_NewFiles_AreTakenWithinAMinute()
    {
        Write(PortalHarness.Name);
        var certificate = Load(out _)!;
        var first = Thumbprint(certificate);
        Write(PortalHarness.Name, later: 1);

        _clock.Now += TimeSpan.FromSeconds(59);
        Assert.Equal(first, Thumbprint(certificate));
        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.NotEqual(first, Thumbprint(certificate));
    }

    [Fact]
    public void Current_NewFilesThatAreWrong_LeaveTheOldInUse_UntilTheyAreMended()
    {
        Write(PortalHarness.Name);
        var certificate = Load(out _)!;
        var first = Thumbprint(certificate);

        Write("other.example.com", later: 1);
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(first, Thumbprint(certificate));
        File.Delete(KeyFile);
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(first, Thumbprint(certificate));
        Write(PortalHarness.Name, later: 2);
        _clock.Now += TimeSpan.FromMinutes(1);
        Assert.NotEqual(first, Thumbprint(certificate));
    }

    private static string Thumbprint(CertificateFiles certificate) => certificate.Current().TargetCertificate.Thumbprint;

    private CertificateFiles? Load(out ConfigurationError? error)
    {
        var configuration = ConfigurationFile.Parse(
            $"access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n[portal]\nname = \"{PortalHarness.Name}\"\ncertificate = \"{CertificateFile}\"\nkey = \"{KeyFile}\"\n", "f");
        Assert.Empty(configuration.Errors);
        return CertificateFiles.Load(configuration, CertificateFiles.OfPortal(configuration.Config!), _clock, NullLogger.Instance, out error);
    }

    private void AssertError(string expected)
    {
        Assert.Null(Load(out var error));
        Assert.Equal(expected, error!.ToString());
    }

    /// <summary>A certificate that its own key signed.</summary>
    /// <param name="later">Seconds that the files are younger than those of before.</param>
    private void Write(string name, int later = 0)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = Leaf(name, key).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem() + "\n");
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        var written = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(later);
        File.SetLastWriteTimeUtc(CertificateFile, written);
        File.SetLastWriteTimeUtc(KeyFile, written);
    }

    private static CertificateRequest Leaf(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static CertificateRequest Authority(string subject, ECDsa key)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
