using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The page for devices that wait for approval.</summary>
internal sealed record PortalConfig
{
    public bool Enabled { get; init; } = true;

    /// <summary>
    /// The page's address, the same for every device. By default one of 192.88.99.0/24, which was for 6to4 relays and is used no more
    /// (RFC 7526): every system sends to it, and no device or LAN has it (decision 16).
    /// </summary>
    public Ipv4Address Address { get; init; } = Ipv4Address.Parse("192.88.99.99");

    /// <summary>Plain text, possibly of several lines; empty: none.</summary>
    public string Notice { get; init; } = "";

    /// <summary>The directory of the page's logo, colours, texts and terms; empty: the built-in look.</summary>
    public string Directory { get; init; } = "";

    /// <summary>The names that held devices may reach: host names, or domains after "*.", all in small letters.</summary>
    public ImmutableArray<string> Allow { get; init; } = [];

    /// <summary>Whether held devices may reach anything but the page.</summary>
    public bool HasGarden => !Allow.IsEmpty;

    /// <summary>A host name; empty: no HTTPS. <see cref="Certificate"/> and <see cref="Key"/> are set with it or not at all.</summary>
    public string Name { get; init; } = "";

    /// <summary>A PEM file: the certificate for <see cref="Name"/>, and the certificates of its issuers.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>A PEM file.</summary>
    public string Key { get; init; } = "";
}
