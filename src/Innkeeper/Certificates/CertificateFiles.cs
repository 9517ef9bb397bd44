using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Innkeeper.Clocks;
using Innkeeper.Configuration;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging;

namespace Innkeeper.Certificates;

/// <summary>The files of a server's certificate, as the settings name them.</summary>
/// <param name="Table">The settings' table, such as "portal".</param>
/// <param name="Name">The host name that the certificate must be for; "": any.</param>
internal sealed record CertificateSource(string Table, string Name, string Certificate, string Key);

/// <summary>A server's certificate for HTTPS, read from its files, and again when they change: certificates are renewed every few weeks.</summary>
internal sealed class CertificateFiles
{
    /// <summary>Octets: a certificate with all its issuers has a few thousand.</summary>
    private const int LargestFile = 1024 * 1024;

    private static readonly TimeSpan s_lookInterval = TimeSpan.FromMinutes(1);

    private readonly CertificateSource _source;
    private readonly Action<X509Certificate2>? _renew;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _lock = new();
    private (DateTime, DateTime) _written;
    private DateTimeOffset _nextLook;
    private SslStreamCertificateContext _current;

    private CertificateFiles(CertificateSource source, SslStreamCertificateContext context, (DateTime, DateTime) written, TimeProvider clock, ILogger log, Action<X509Certificate2>? renew)
    {
        _source = source;
        _renew = renew;
        _clock = clock;
        _log = log;
        _written = written;
        _nextLook = clock.GetUtcNow() + s_lookInterval;
        _current = context;
        WarnOfTerm(context);
    }

    /// <summary>Reads the files.</summary>
    /// <param name="problem">The error in the files, and the key that names the file.</param>
    /// <param name="renew">Writes other files when the certificate is to be replaced; it is given the one in use, at most every minute. Null: a person does that.</param>
    /// <returns>Null: there is an error.</returns>
    public static CertificateFiles? Load(CertificateSource source, TimeProvider clock, ILogger log, out (string Key, string Text) problem, Action<X509Certificate2>? renew = null)
    {
        var written = Written(source);
        return Read(source, out problem) is { } context ? new CertificateFiles(source, context, written, clock, log, renew) : null;
    }

    /// <summary>Reads the files that the configuration names for a server.</summary>
    /// <param name="source">Null: that server has no HTTPS.</param>
    /// <param name="error">The error in the files, at the place of the key that names the file; null: none.</param>
    /// <returns>Null without HTTPS, and when there is an error.</returns>
    public static CertificateFiles? Load(ConfigurationResult configuration, CertificateSource? source, TimeProvider clock, ILogger log, out ConfigurationError? error)
    {
        error = null;
        if (source is null)
        {
            return null;
        }

        var loaded = Load(source, clock, log, out var problem);
        error = loaded is null ? configuration.ErrorAt(problem.Key, problem.Text) : null;
        return loaded;
    }

    /// <summary>The portal's certificate; null: it has no HTTPS.</summary>
    public static CertificateSource? OfPortal(InnkeeperConfig config) =>
        config.Portal is { Enabled: true, Name: not "" } portal ? new CertificateSource("portal", portal.Name, portal.Certificate, portal.Key) : null;

    /// <summary>The web console's certificate; null: none is given.</summary>
    public static CertificateSource? OfWeb(InnkeeperConfig config) =>
        config.Web is { IsOn: true, Certificate: not "", Key: not "" } web ? new CertificateSource("web", "", web.Certificate, web.Key) : null;

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
            _renew?.Invoke(_current.TargetCertificate);
            var written = Written(_source);
            if (written == _written)
            {
                return _current;
            }

            // One of the two files may be new already and the other not: the next check finds both.
            _written = written;
            if (Read(_source, out var problem) is { } context)
            {
                _current = context;
                _log.CertificateRenewed(_source.Certificate, context.TargetCertificate.NotAfter.ToUniversalTime());
                WarnOfTerm(context);
            }
            else
            {
                _log.CertificateNotTaken(problem.Key, problem.Text);
            }

            return _current;
        }
    }

    private static (DateTime, DateTime) Written(CertificateSource source) => (File.GetLastWriteTimeUtc(source.Certificate), File.GetLastWriteTimeUtc(source.Key));

    private void WarnOfTerm(SslStreamCertificateContext context)
    {
        var (from, until) = (context.TargetCertificate.NotBefore.ToUniversalTime(), context.TargetCertificate.NotAfter.ToUniversalTime());
        if (_clock.WallNow().UtcDateTime is var now && (now < from || now > until))
        {
            _log.CertificateOutOfTerm(_source.Certificate, from, until);
        }
    }

    private static SslStreamCertificateContext? Read(CertificateSource source, out (string Key, string Text) problem)
    {
        if (ReadText($"{source.Table}.certificate", source.Certificate, out problem) is not { } certificates || ReadText($"{source.Table}.key", source.Key, out problem) is not { } key)
        {
            return null;
        }

        try
        {
            problem = ($"{source.Table}.certificate", $"{source.Certificate} holds no certificate; give a PEM file with the one for {(source.Name == "" ? "this server" : source.Name)} first and those of its issuers after it");
            var all = new X509Certificate2Collection();
            all.ImportFromPem(certificates);
            if (all.Count == 0)
            {
                return null;
            }

            if (source.Name != "" && !all[0].MatchesHostname(source.Name))
            {
                problem = ($"{source.Table}.certificate", $"{source.Certificate} is for {SafeText.Shorten(NamesOf(all[0]))}, not for {source.Name}, which is [{source.Table}] name; give that name's certificate");
                return null;
            }

            problem = ($"{source.Table}.key", $"{source.Key} is not the key of {source.Certificate}, or is encrypted; give that certificate's key, as PEM without a password");
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
            problem = ($"{source.Table}.certificate", "HTTPS needs OpenSSL 3 on this host; install it (Debian: apt install libssl3), or leave out certificate and key");
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
