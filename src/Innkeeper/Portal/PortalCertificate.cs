using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Portal;

/// <summary>The certificate for HTTPS, read from its files, and again when they change: certificates are renewed every few weeks.</summary>
internal sealed class PortalCertificate
{
    /// <summary>Octets: a certificate with all its issuers has a few thousand.</summary>
    private const int LargestFile = 1024 * 1024;

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMinutes(1);

    private readonly PortalConfig _config;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private (DateTime, DateTime) _written;
    private DateTimeOffset _nextLook;
    private SslStreamCertificateContext _current;

    private PortalCertificate(PortalConfig config, SslStreamCertificateContext context, (DateTime, DateTime) written, TimeProvider clock, ILogger log)
    {
        _config = config;
        _clock = clock;
        _log = log;
        _written = written;
        _nextLook = clock.GetUtcNow() + s_lookInterval;
        _current = context;
        WarnOfTerm(context);
    }

    /// <summary>Reads the files that the configuration names.</summary>
    /// <param name="error">The error in the files, at the place of the key that names the file; null: none.</param>
    /// <returns>Null without HTTPS, and when there is an error.</returns>
    public static PortalCertificate? Load(ConfigurationResult configuration, TimeProvider clock, ILogger log, out ConfigurationError? error)
    {
        error = null;
        var config = configuration.Config!.Portal;
        if (!config.Enabled || config.Name == "")
        {
            return null;
        }

        var written = Written(config);
        if (Read(config, out var problem) is { } context)
        {
            return new PortalCertificate(config, context, written, clock, log);
        }

        error = configuration.ErrorAt(problem.Key, problem.Text);
        return null;
    }

    /// <summary>The certificate and those of its issuers. Thread-safe.</summary>
    public SslStreamCertificateContext Current()
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (now < _nextLook)
            {
                return _current;
            }

            _nextLook = now + s_lookInterval;
            var written = Written(_config);
            if (written == _written)
            {
                return _current;
            }

            // One of the two files may be new already and the other not: the next check finds both.
            _written = written;
            if (Read(_config, out var problem) is { } context)
            {
                _current = context;
                _log.CertificateRenewed(_config.Certificate, context.TargetCertificate.NotAfter.ToUniversalTime());
                WarnOfTerm(context);
            }
            else
            {
                _log.CertificateNotTaken(problem.Key, problem.Text);
            }

            return _current;
        }
    }

    private static (DateTime, DateTime) Written(PortalConfig config) => (File.GetLastWriteTimeUtc(config.Certificate), File.GetLastWriteTimeUtc(config.Key));

    private void WarnOfTerm(SslStreamCertificateContext context)
    {
        var (from, until) = (context.TargetCertificate.NotBefore.ToUniversalTime(), context.TargetCertificate.NotAfter.ToUniversalTime());
        if (_clock.WallNow().UtcDateTime is var now && (now < from || now > until))
        {
            _log.CertificateOutOfTerm(_config.Certificate, from, until);
        }
    }

    private static SslStreamCertificateContext? Read(PortalConfig config, out (string Key, string Text) problem)
    {
        if (ReadText("portal.certificate", config.Certificate, out problem) is not { } certificates || ReadText("portal.key", config.Key, out problem) is not { } key)
        {
            return null;
        }

        try
        {
            problem = ("portal.certificate", $"{config.Certificate} holds no certificate; give a PEM file with the one for {config.Name} first and those of its issuers after it");
            var all = new X509Certificate2Collection();
            all.ImportFromPem(certificates);
            if (all.Count == 0)
            {
                return null;
            }

            if (!all[0].MatchesHostname(config.Name))
            {
                problem = ("portal.certificate", $"{config.Certificate} is for {SafeText.Shorten(NamesOf(all[0]))}, not for {config.Name}, which is [portal] name; give that name's certificate");
                return null;
            }

            problem = ("portal.key", $"{config.Key} is not the key of {config.Certificate}, or is encrypted; give that certificate's key, as PEM without a password");
            var own = X509Certificate2.CreateFromPem(certificates, key);
            all.RemoveAt(0);

            // Offline: a missing part of the chain must not be fetched.
            return SslStreamCertificateContext.Create(own, all, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return null;
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or EntryPointNotFoundException)
        {
            problem = ("portal.name", "HTTPS needs OpenSSL 3 on this host; install it (Debian: apt install libssl3), or leave out name, certificate and key");
            return null;
        }
    }

    private static string? ReadText(string key, string path, out (string Key, string Text) problem)
    {
        problem = default;
        try
        {
            return BoundedFile.ReadText(path, LargestFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = (key, e is FileNotFoundException or DirectoryNotFoundException
                ? $"{path} is not there; give a PEM file"
                : $"{path} cannot be read: {SafeText.OneLine(e.Message)}; give a PEM file that this user may read");
            return null;
        }
    }

    private static string NamesOf(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames()).ToList() is { Count: > 0 } names
            ? string.Join(", ", names)
            : certificate.Subject;
}
