using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Innkeeper.Certificates;
using Innkeeper.Clocks;
using Innkeeper.Storage;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Web;

/// <summary>
/// A certificate of the gateway's own, beside its state, for a console without a given one. Browsers warn of it once, and then hold the gateway
/// to it: it stays the same over restarts and upgrades, until shortly before its end or until the console has another name or address.
/// </summary>
internal sealed class GeneratedCertificate
{
    /// <summary>Days: what the strictest clients accept of a certificate.</summary>
    private const int Term = 825;

    private readonly CertificateSource _source;
    private readonly IReadOnlySet<string> _names;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private bool _hasFailed;

    private GeneratedCertificate(string directory, IReadOnlySet<string> names, TimeProvider clock, ILogger log)
    {
        _source = new CertificateSource("web", "", Path.Combine(directory, "web.pem"), Path.Combine(directory, "web.key"));
        (_names, _clock, _log) = (names, clock, log);
    }

    /// <summary>The files of the certificate; made if there is none, if it ends soon, or if it lacks a name. While the console serves, another one is made in time.</summary>
    /// <param name="directory">Of the state.</param>
    /// <param name="addresses">Those that the console listens at.</param>
    /// <param name="host">The console's host; null: it is not known.</param>
    /// <returns>Null: it could not be made; the log has the reason.</returns>
    public static CertificateFiles? Ensure(string directory, IEnumerable<IPAddress> addresses, string? host, TimeProvider clock, ILogger log)
    {
        var own = new GeneratedCertificate(directory, CertificateScope.Wanted(Environment.MachineName, addresses, host), clock, log);
        if (own.Read() is { } there)
        {
            own.Renew(there);
        }
        else if (own.TryMake() is { } failure)
        {
            log.CertificateNotMade(failure);
            return null;
        }

        var loaded = CertificateFiles.Load(own._source, clock, log, out var problem, present => own.Renew(CertificateScope.Of(present)));
        if (loaded is null)
        {
            log.CertificateNotMade(problem.Text);
        }

        return loaded;
    }

    /// <summary>Called again and again with the certificate that is in use: it serves on if no other can be made.</summary>
    private void Renew(CertificateScope present)
    {
        if (present.Suffices(_names, _clock.WallNow()))
        {
            return;
        }

        var failure = TryMake();
        if (failure is not null && !_hasFailed)
        {
            _log.CertificateNotRenewed(_source.Certificate, present.Until.UtcDateTime, failure);
        }

        _hasFailed = failure is not null;
    }

    /// <returns>Null: there is none, or none that can be used.</returns>
    private CertificateScope? Read()
    {
        try
        {
            using var made = X509Certificate2.CreateFromPemFile(_source.Certificate, _source.Key);
            return CertificateScope.Of(made);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || IsOfCryptography(e))
        {
            return null;
        }
    }

    /// <returns>Why not; null: it is made.</returns>
    private string? TryMake()
    {
        try
        {
            Make();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException || IsOfCryptography(e))
        {
            return e.Message;
        }
    }

    private static bool IsOfCryptography(Exception e) => e is CryptographicException or TypeInitializationException or DllNotFoundException or EntryPointNotFoundException;

    private void Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN=innkeeper {Environment.MachineName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in _names.Order(StringComparer.Ordinal))
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));

        // From a day before: the browser's clock may be behind.
        var now = _clock.WallNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(Term));
        StateFiles.Replace(_source.Key, Encoding.UTF8.GetBytes(key.ExportPkcs8PrivateKeyPem()));
        StateFiles.Replace(_source.Certificate, Encoding.UTF8.GetBytes(made.ExportCertificatePem()));
    }
}
