using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Portal;

/// <summary>A whole request, which may be hostile.</summary>
/// <param name="Asked">The address that it was sent to.</param>
/// <param name="IsSecure">It came by TLS.</param>
/// <param name="Host">The Host header as sent; empty: none.</param>
/// <param name="Path">Decoded, without the query.</param>
/// <param name="Languages">The Accept-Language header as sent; empty: none.</param>
internal readonly record struct PortalRequest(Ipv4Address Asked, bool IsSecure, string Method, string Host, string Path, string Languages = "")
{
    /// <summary>The code of the query, as sent; empty: none.</summary>
    public string Code { get; init; } = "";

    /// <summary>The result of the query, as sent; empty: none.</summary>
    public string Said { get; init; } = "";

    /// <summary>The Origin header as sent; empty: none.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>The answer to a request.</summary>
/// <param name="Status">An HTTP status.</param>
/// <param name="ContentType">Of the <paramref name="Body"/>.</param>
/// <param name="Counter">The kind of answer, to count it.</param>
/// <param name="Location">The URL of a redirect; null: none.</param>
/// <param name="Refresh">Seconds until a browser loads the page again; 0: never.</param>
internal sealed record PortalAnswer(int Status, string ContentType, string Body, PortalCounter Counter, string? Location = null, int Refresh = 0)
{
    /// <summary>In place of <see cref="Body"/>, where that is no text.</summary>
    public ImmutableArray<byte>? Octets { get; init; }

    /// <summary>The content security policy for it.</summary>
    public string Policy { get; init; } = PortalLook.NothingPolicy;
}

/// <summary>A form of the page that is valid.</summary>
/// <param name="Code">A code, as it was sent; null: the guest accepts the terms.</param>
/// <param name="Terms">The terms that the page showed; null: it showed none.</param>
internal sealed record PortalOrder(string? Code, PortalTerms? Terms);
