namespace Innkeeper.Lab;

/// <summary>The settings under test; the testbed adds interfaces and directories itself.</summary>
internal sealed record GatewaySettings
{
    public static GatewaySettings Default { get; } = new();

    /// <summary>The program to start; null: the one under test.</summary>
    public string? Program { get; init; }

    /// <summary>null: none, devices share.</summary>
    public string? Pool { get; init; } = $"{Testbed.PoolFirst}-{Testbed.PoolLast}";

    public IReadOnlyList<int> Vlans { get; init; } = [];

    /// <summary>More of the table [access].</summary>
    public string Access { get; init; } = "";

    /// <summary>As in the file: "30m".</summary>
    public string Idle { get; init; } = "30m";

    public bool Inbound { get; init; } = true;

    public bool Isolate { get; init; }

    public int AddressesPerDevice { get; init; } = 4;

    /// <summary>The default profile's `denied`; it allows the hosts of the legal LAN, which most tests send to. "": as installed.</summary>
    public string Denied { get; init; } = "denied = []";

    /// <summary>More of the table [profiles.default].</summary>
    public string Profile { get; init; } = "";

    /// <summary>The table [napt].</summary>
    public string Napt { get; init; } = "";

    /// <summary>More of the table [uplink].</summary>
    public string Uplink { get; init; } = "";

    /// <summary>The servers to ask.</summary>
    public IReadOnlyList<string> Upstreams { get; init; } = [Testbed.RouterAddress];

    /// <summary>More of the table [dns].</summary>
    public string Dns { get; init; } = "";

    /// <summary>Certificates that the gateway trusts: a file in the testbed's directory; null for those of the machine.</summary>
    public string? TrustedCertificates { get; init; }

    /// <summary>How far the gateway's wall clock is ahead of this machine's (libfaketime); its monotonic clock is still the kernel's.</summary>
    public TimeSpan Clock { get; init; }

    /// <summary>The gateway finds no tcx, as on a kernel before 6.6, and attaches its programs by clsact.</summary>
    public bool WithoutTcx { get; init; }

    /// <summary>More of the configuration file, at its end.</summary>
    public string Extra { get; init; } = "";
}
