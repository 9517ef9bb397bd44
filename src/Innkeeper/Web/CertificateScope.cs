using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Innkeeper.Web;

/// <summary>How long a certificate is valid, and for which names and addresses. No I/O, clock or log.</summary>
/// <param name="Names">Host names and addresses, in lower case.</param>
internal sealed record CertificateScope(DateTimeOffset Until, IReadOnlySet<string> Names)
{
    /// <summary>Before its end: time enough for a person to tell browsers about the new one.</summary>
    public static readonly TimeSpan Renewal = TimeSpan.FromDays(30);

    public static CertificateScope Of(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        return new CertificateScope(
            new DateTimeOffset(certificate.NotAfter.ToUniversalTime()),
            names.SelectMany(n => n.EnumerateDnsNames()).Concat(names.SelectMany(n => n.EnumerateIPAddresses()).Select(a => a.ToString())).Select(n => n.ToLowerInvariant()).ToHashSet());
    }

    /// <summary>The names and addresses by which people open the console.</summary>
    /// <param name="machine">The machine's own name.</param>
    /// <param name="addresses">Those that the console listens at; of all addresses of the machine, none is known.</param>
    /// <param name="host">The host of [web] url, a name or an address; null: there is none.</param>
    public static IReadOnlySet<string> Wanted(string machine, IEnumerable<IPAddress> addresses, string? host)
    {
        var hosts = new[] { "localhost", machine, host?.Trim('[', ']') }.OfType<string>().Where(n => Uri.CheckHostName(n) is not (UriHostNameType.Unknown or UriHostNameType.Basic)).Select(n => n.ToLowerInvariant());
        return hosts.Concat(addresses.Append(IPAddress.Loopback).Where(a => !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any)).Select(a => a.ToString())).ToHashSet();
    }

    /// <summary>
    /// Whether a certificate serves on. More names than are wanted do no harm, and another certificate would make browsers warn again: for that reason a clock that is behind, so that
    /// the certificate is not valid yet, changes nothing.
    /// </summary>
    public bool Suffices(IReadOnlySet<string> wanted, DateTimeOffset now) => Until - now > Renewal && wanted.IsSubsetOf(Names);
}
