using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>A whole request, which may be hostile.</summary>
/// <param name="Asked">The address that it was sent to.</param>
/// <param name="IsSecure">It came by TLS.</param>
/// <param name="Host">The Host header as sent; empty: none.</param>
/// <param name="Path">Decoded, without the query.</param>
/// <param name="Languages">The Accept-Language header as sent; empty: none.</param>
internal readonly record struct PortalRequest(Ipv4Address Asked, bool IsSecure, string Method, string Host, string Path, string Languages = "");

/// <summary>The answer to a request.</summary>
/// <param name="Status">An HTTP status.</param>
/// <param name="ContentType">Of the <paramref name="Body"/>.</param>
/// <param name="Counter">The kind of answer, to count it.</param>
/// <param name="Location">The URL of a redirect; null: none.</param>
/// <param name="Refresh">Seconds until a browser loads the page again; 0: never.</param>
internal sealed record PortalAnswer(int Status, string ContentType, string Body, PortalCounter Counter, string? Location = null, int Refresh = 0);
