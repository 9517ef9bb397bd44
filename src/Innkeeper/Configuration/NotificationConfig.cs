using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>How the connection to the mail server is protected.</summary>
internal enum MailTls
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>By STARTTLS (RFC 3207); a server that does not offer it gets nothing.</summary>
    StartTls,

    /// <summary>From the first octet (RFC 8314 section 3.3).</summary>
    Implicit,
}

/// <summary>Where a secret is stored. It is read when it is used, so that it can be changed without a restart.</summary>
/// <param name="File">The file's path; null: not in a file. If both are given, the file is used.</param>
/// <param name="Variable">The environment variable's name; null: not in one.</param>
internal sealed record SecretSource(string? File = null, string? Variable = null)
{
    public bool IsGiven => File is not null || Variable is not null;
}

/// <summary>Mail to the administrator.</summary>
internal sealed record MailConfig
{
    /// <summary>Empty: no mail.</summary>
    public string Host { get; init; } = "";

    /// <summary>Null: the default port for <see cref="Tls"/>.</summary>
    public int? GivenPort { get; init; }

    public MailTls Tls { get; init; } = MailTls.StartTls;

    public string? User { get; init; }

    public SecretSource Password { get; init; } = new();

    public string From { get; init; } = "";

    public ImmutableArray<string> To { get; init; } = [];

    /// <summary>How many messages are sent at once, before further ones are collected.</summary>
    public int First { get; init; } = 5;

    public TimeSpan Digest { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan GiveUp { get; init; } = TimeSpan.FromHours(72);

    public ImmutableArray<string> Events { get; init; } = NotificationConfig.Kinds;

    /// <summary>A PEM file of trusted authorities; null: the system's.</summary>
    public string? CaFile { get; init; }

    public bool IsOn => Host != "";

    public int Port => GivenPort ?? Tls switch { MailTls.None => 25, MailTls.Implicit => 465, _ => 587 };
}

/// <summary>Signed JSON to an HTTP server.</summary>
internal sealed record WebhookConfig
{
    /// <summary>Null: none.</summary>
    public Uri? Url { get; init; }

    public SecretSource Secret { get; init; } = new();

    public ImmutableArray<string> Events { get; init; } = NotificationConfig.Kinds;
}

/// <summary>The settings that mail and webhook have in common.</summary>
internal static class NotificationConfig
{
    /// <summary>The kind of a device's arrival.</summary>
    public const string Arrival = "arrival";

    /// <summary>The kinds of event, as settings and messages name them.</summary>
    public static readonly ImmutableArray<string> Kinds =
        [
            Arrival, "pool-low", "conflict", "quarantine", "rogue-dhcp", "gateway-down", "gateway-up", "storage", "state-lost", "ports-low", "ports-exhausted", "dns-limit", "memory-low",
            "admission-ended", "pin-lost", "one-lan", "code-guessing", "volume-used",
        ];

    /// <summary>Whether a text is an address of RFC 5321's plain form (no quotes, no names around it), in ASCII.</summary>
    public static bool IsMailAddress(string? text)
    {
        if (text is not { Length: >= 3 and <= 254 } || text.Split('@') is not [{ Length: >= 1 and <= 64 } local, { Length: >= 1 } domain])
        {
            return false;
        }

        return local.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-/=?^_`{|}~.".Contains(c, StringComparison.Ordinal))
            && local[0] != '.' && local[^1] != '.' && !local.Contains("..", StringComparison.Ordinal)
            && domain.Split('.').All(IsLabel);
    }

    /// <summary>"HOST", "HOST:PORT" or "[IPv6]:PORT".</summary>
    public static bool TryParseServer(string? text, out string host, out int? port)
    {
        (host, port) = ("", null);
        if (text is null)
        {
            return false;
        }

        var colon = text.LastIndexOf(':');
        if (colon > text.LastIndexOf(']'))
        {
            if (!ushort.TryParse(text.AsSpan(colon + 1), System.Globalization.NumberStyles.None, null, out var number) || number == 0)
            {
                return false;
            }

            (text, port) = (text[..colon], number);
        }

        var isBracketed = text.StartsWith('[') && text.EndsWith(']');
        host = isBracketed ? text[1..^1] : text;
        return isBracketed
            ? System.Net.IPAddress.TryParse(host, out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            : host.Length <= 253 && host.Split('.').All(IsLabel);
    }

    private static bool IsLabel(string label) =>
        label is { Length: >= 1 and <= 63 } && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
