using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>How devices share legal addresses by ports.</summary>
internal sealed record NaptConfig
{
    public bool Enabled { get; init; } = true;

    /// <summary>Empty: the uplink's own address.</summary>
    public ImmutableArray<AddressRange> Addresses { get; init; } = [];

    /// <summary>Of the uplink's own address. Of other addresses, all ports are used.</summary>
    public PortRange Ports { get; init; } = new(10240, 32767);

    /// <summary>The size of a port block, the unit in which a device gets ports (RFC 6431).</summary>
    public int Block { get; init; } = 64;

    /// <summary>Maximum, each for TCP and UDP (RFC 6888 REQ-4).</summary>
    public int PortsPerDevice { get; init; } = 2048;

    /// <summary>Maximum number of ICMP query identifiers, and of remote hosts of protocols without ports.</summary>
    public int IdsPerDevice { get; init; } = 256;

    /// <summary>New mappings of a device each second; 0: unlimited.</summary>
    public int NewPerSecond { get; init; } = 200;

    /// <summary>RFC 4787 REQ-5: at least 2 minutes, 5 recommended.</summary>
    public TimeSpan UdpTimeout { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>RFC 5382 REQ-5: at least 2 hours 4 minutes.</summary>
    public TimeSpan TcpTimeout { get; init; } = TimeSpan.FromSeconds(7440);

    /// <summary>RFC 5382 REQ-5: at least 4 minutes, for connections that open or close.</summary>
    public TimeSpan TcpTransitoryTimeout { get; init; } = TimeSpan.FromSeconds(240);

    /// <summary>RFC 5508 REQ-2: at least 60 seconds.</summary>
    public TimeSpan IcmpTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>RFC 6888 REQ-8: a port that was freed is not used again for 120 seconds.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A device that gets no mapping is sent ICMP code 13 instead of 1 (RFC 5508 REQ-8, RFC 6888 REQ-11).</summary>
    public bool RefuseAsProhibited { get; init; }

    /// <summary>A file, "syslog", or empty: none.</summary>
    public string Log { get; init; } = "";
}
