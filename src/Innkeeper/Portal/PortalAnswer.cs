using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>A whole request, of anybody's making.</summary>
/// <param name="Asked">The address that it was sent to.</param>
/// <param name="IsSecure">It came by TLS.</param>
/// <param name="Host">The Host header as it came; empty: none.</param>
/// <param name="Path">Decoded, without the query.</param>
internal readonly record struct PortalRequest(Ipv4Address Asked, bool IsSecure, string Method, string Host, string Path);

/// <summary>What to answer.</summary>
/// <param name="Status">An HTTP status.</param>
/// <param name="ContentType">Of the <paramref name="Body"/>.</param>
/// <param name="Counter">What kind of answer it is.</param>
/// <param name="Location">Where to look instead; null: nowhere.</param>
/// <param name="Refresh">When a browser is to look again, in seconds; 0: it need not.</param>
internal sealed record PortalAnswer(int Status, string ContentType, string Body, PortalCounter Counter, string? Location = null, int Refresh = 0);
