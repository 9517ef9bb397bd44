namespace Innkeeper.Configuration;

/// <summary>The page for devices that wait to be let in.</summary>
internal sealed record PortalConfig
{
    public bool Enabled { get; init; } = true;

    /// <summary>Plain text of several lines perhaps; empty: none.</summary>
    public string Notice { get; init; } = "";

    /// <summary>A host name; empty: no HTTPS. <see cref="Certificate"/> and <see cref="Key"/> are set with it or not at all.</summary>
    public string Name { get; init; } = "";

    /// <summary>A PEM file: the certificate for <see cref="Name"/>, and those that lead to its issuer.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>A PEM file.</summary>
    public string Key { get; init; } = "";
}
