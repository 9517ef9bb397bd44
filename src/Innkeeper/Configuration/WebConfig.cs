using System.Collections.Immutable;
using System.Globalization;
using System.Net;

namespace Innkeeper.Configuration;

internal enum WebTls
{
    /// <summary>On every address but those of loopback.</summary>
    Auto,
    Always,
    Never,
}

internal enum WebMetrics
{
    /// <summary>A client needs a token.</summary>
    Token,

    /// <summary>Any client that reaches the address may read them.</summary>
    Open,
}

/// <summary>[web]: the web console, the API and the metrics.</summary>
internal sealed record WebConfig
{
    /// <summary>The most addresses that can be listened at.</summary>
    public const int MostAddresses = 8;

    /// <summary>Addresses with ports; empty: it is off.</summary>
    public ImmutableArray<IPEndPoint> Listen { get; init; } = [new IPEndPoint(IPAddress.Loopback, 7080)];

    public WebTls Tls { get; init; }

    /// <summary>A PEM file: the certificate and those of its issuers; empty: one is generated. It is set with <see cref="Key"/> or not at all.</summary>
    public string Certificate { get; init; } = "";

    /// <summary>A PEM file.</summary>
    public string Key { get; init; } = "";

    /// <summary>Where people reach the console: links in messages begin with it, and its host is accepted in requests. Empty: it is not known.</summary>
    public string Url { get; init; } = "";

    public WebMetrics Metrics { get; init; }

    /// <summary>Whether the metrics have series for each device.</summary>
    public bool DeviceMetrics { get; init; }

    public bool IsOn => Listen.Length > 0;

    /// <summary>Whether clients of an address speak TLS.</summary>
    public bool UsesTls(IPEndPoint endpoint) => Tls switch
    {
        WebTls.Always => true,
        WebTls.Never => false,
        _ => !IPAddress.IsLoopback(endpoint.Address),
    };

    /// <summary>The host of <see cref="Url"/>; null: there is none.</summary>
    public string? Host => Uri.TryCreate(Url, UriKind.Absolute, out var uri) ? uri.Host : null;

    /// <summary>"127.0.0.1:7080", or several such with commas between them.</summary>
    /// <returns>Null: it is wrong.</returns>
    public static ImmutableArray<IPEndPoint>? ParseListen(string text)
    {
        if (text.Trim() == "")
        {
            return [];
        }

        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var read = parts.Select(ParseEndPoint).OfType<IPEndPoint>().ToImmutableArray();
        return read.Length == parts.Length && read.Length <= MostAddresses && read.Distinct().Count() == read.Length ? read : null;
    }

    public static string Write(ImmutableArray<IPEndPoint> listen) => string.Join(", ", listen);

    /// <summary>A port is demanded: IPEndPoint takes port 0 where there is none.</summary>
    private static IPEndPoint? ParseEndPoint(string text) =>
        IPEndPoint.TryParse(text, out var endpoint) && endpoint.Port > 0 && endpoint.ToString() == text && text.EndsWith(endpoint.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            ? endpoint
            : null;
}
