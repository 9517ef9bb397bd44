using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>How records go to a collector.</summary>
internal enum ExportWay
{
    /// <summary>Syslog in datagrams (RFC 5426).</summary>
    Udp,

    /// <summary>Syslog over TCP (RFC 6587).</summary>
    Tcp,

    /// <summary>Syslog over TLS (RFC 5425).</summary>
    Tls,

    /// <summary>Lines of JSON in a file.</summary>
    File,

    /// <summary>IPFIX in datagrams (RFC 7011 section 10.3).</summary>
    IpfixUdp,

    /// <summary>IPFIX over TCP (RFC 7011 section 10.4).</summary>
    IpfixTcp,
}

/// <summary>Where records go.</summary>
/// <param name="Host">A name or an address; empty for a file.</param>
/// <param name="Path">Empty unless it is a file.</param>
internal sealed record ExportTarget(ExportWay Way, string Host, int Port, string Path)
{
    private const int SyslogPort = 514;

    /// <summary>RFC 5425 section 4.1.</summary>
    private const int TlsPort = 6514;

    /// <summary>RFC 7011 sections 10.3.4 and 10.4.4.</summary>
    private const int IpfixPort = 4739;

    private const string Separator = "://";

    private static readonly ImmutableArray<(string Scheme, ExportWay Way, int Port)> s_ways =
    [
        ("udp", ExportWay.Udp, SyslogPort), ("tcp", ExportWay.Tcp, SyslogPort), ("tls", ExportWay.Tls, TlsPort), ("ipfix+udp", ExportWay.IpfixUdp, IpfixPort), ("ipfix+tcp", ExportWay.IpfixTcp, IpfixPort),
    ];

    public static readonly ImmutableArray<string> Schemes = [.. s_ways.Select(w => w.Scheme)];

    public bool IsIpfix => Way is ExportWay.IpfixUdp or ExportWay.IpfixTcp;

    /// <summary>"udp://HOST:PORT" and its kin, where the port may be left out; or a path.</summary>
    public static ExportTarget? Parse(string? text)
    {
        if (text is null || SettingTypes.IsPath(text))
        {
            return text is null || text.EndsWith('/') ? null : new ExportTarget(ExportWay.File, "", 0, text);
        }

        return s_ways.FirstOrDefault(w => text.StartsWith(w.Scheme + Separator, StringComparison.Ordinal)) is { Scheme: { } scheme } known
            && NotificationConfig.TryParseServer(text[(scheme.Length + Separator.Length)..], out var host, out var port)
                ? new ExportTarget(known.Way, host, port ?? known.Port, "")
                : null;
    }

    public override string ToString() =>
        Way == ExportWay.File ? Path : $"{s_ways.First(w => w.Way == Way).Scheme}{Separator}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}

/// <summary>The kinds of records that can be exported.</summary>
internal enum ExportContent
{
    Events,
    Audit,

    /// <summary>The outside addresses that devices had, or ports of one, with the times.</summary>
    Mappings,
}

/// <summary>Records for a collector or a file of their own.</summary>
internal sealed record ExportConfig
{
    public string Name { get; init; } = "";

    /// <summary>Null only while it is missing.</summary>
    public ExportTarget? To { get; init; }

    /// <summary>Null: all that the way can carry.</summary>
    public ImmutableArray<ExportContent>? Given { get; init; }

    public ImmutableArray<ExportContent> Contents => Given ?? (To?.IsIpfix == true ? [ExportContent.Mappings] : [ExportContent.Events, ExportContent.Audit, ExportContent.Mappings]);

    /// <summary>Octets that wait on disk at most.</summary>
    public long Spool { get; init; } = 64 << 20;

    /// <summary>How long the lines of a file are kept; zero: the gateway does not rotate it.</summary>
    public TimeSpan Keep { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A PEM file of trusted authorities; null: the system's.</summary>
    public string? CaFile { get; init; }
}
