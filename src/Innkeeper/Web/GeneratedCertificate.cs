using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Innkeeper.Certificates;
using Innkeeper.Storage;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Web;

/// <summary>
/// A certificate of the gateway's own, beside its state, for a console without a given one. Browsers warn of it once, and then hold the gateway
/// to it: it stays the same over restarts and upgrades until shortly before its end.
/// </summary>
internal static class GeneratedCertificate
{
    /// <summary>Days: what the strictest clients accept of a certificate.</summary>
    private const int Term = 825;

    private static readonly TimeSpan s_renewal = TimeSpan.FromDays(30);

    /// <summary>The files of the certificate; made if there is none, or if it ends soon.</summary>
    /// <param name="directory">Of the state.</param>
    /// <param name="addresses">Those that the console listens at.</param>
    /// <param name="host">The console's host name; null: it is not known.</param>
    /// <returns>Null: it could not be made; the log has the reason.</returns>
    public static CertificateFiles? Ensure(string directory, IEnumerable<IPAddress> addresses, string? host, TimeProvider clock, ILogger log)
    {
        var source = new CertificateSource("web", "", Path.Combine(directory, "web.pem"), Path.Combine(directory, "web.key"));
        try
        {
            if (!IsUsable(source, clock))
            {
                Make(source, addresses, host, clock);
            }

            if (CertificateFiles.Load(source, clock, log, out var problem) is { } loaded)
            {
                return loaded;
            }

            log.CertificateNotMade(problem.Text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            log.CertificateNotMade(e.Message);
        }

        return null;
    }

    private static bool IsUsable(CertificateSource source, TimeProvider clock)
    {
        if (!File.Exists(source.Certificate) || !File.Exists(source.Key))
        {
            return false;
        }

        try
        {
            using var made = X509Certificate2.CreateFromPemFile(source.Certificate, source.Key);
            return made.NotAfter.ToUniversalTime() - clock.GetUtcNow().UtcDateTime > s_renewal;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    private static void Make(CertificateSource source, IEnumerable<IPAddress> addresses, string? host, TimeProvider clock)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=innkeeper {Environment.MachineName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in new[] { "localhost", Environment.MachineName, host }.OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).Where(n => Uri.CheckHostName(n) == UriHostNameType.Dns))
        {
            names.AddDnsName(name);
        }

        foreach (var address in addresses.Append(IPAddress.Loopback).Where(a => !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any)).Distinct())
        {
            names.AddIpAddress(address);
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));

        // From a day before: the browser's clock may be behind.
        var now = clock.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(Term));
        StateFiles.Replace(source.Key, Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        StateFiles.Replace(source.Certificate, Encoding.UTF8.GetBytes(made.ExportCertificatePem()));
    }
}
