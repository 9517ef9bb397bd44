using System.Collections.Immutable;
using Innkeeper.Events;

namespace Innkeeper.Series;

/// <summary>How the values of a series are added up over an interval, and how they are reported.</summary>
internal enum SeriesKind
{
    /// <summary>The sum is kept; reported for each second.</summary>
    Rate,

    /// <summary>The sum is kept and reported.</summary>
    Count,

    /// <summary>The mean is kept and reported.</summary>
    Level,
}

/// <summary>The series of the gateway. Frozen: the order is that of the values in the file, the names in snake case are the API's. Append only.</summary>
internal enum SeriesId
{
    OctetsOut,
    OctetsIn,
    PacketsOut,
    PacketsIn,
    DevicesOnline,
    DevicesNew,
    DevicesHeld,
    DevicesAdmitted,
    DevicesBlocked,
    DevicesArrived,
    DnsQuestions,
    DnsCached,
    DnsFailed,
    DhcpAcknowledged,
    DhcpRefused,
    DhcpLeases,
    RefusedPorts,
    RefusedAddresses,
    DropsPolicy,
    DropsInvalid,
    DropsLimits,
    DropsUnserved,
    DropsFaults,
    AddressesUsed,
    AddressesTotal,
    PortsUsed,
    PortsTotal,
    PortBlocksUsed,
    PortBlocksTotal,
    ProcessCpu,
    ProcessMemory,
}

/// <summary>The meaning of a series. "Out" is from devices to the Internet.</summary>
internal sealed record SeriesDefinition(SeriesId Id, SeriesKind Kind, string Unit)
{
    private const string Octets = "octets/s";
    private const string Packets = "packets/s";

    /// <summary>By <see cref="SeriesId"/>.</summary>
    public static readonly ImmutableArray<SeriesDefinition> All =
    [
        new(SeriesId.OctetsOut, SeriesKind.Rate, Octets),
        new(SeriesId.OctetsIn, SeriesKind.Rate, Octets),
        new(SeriesId.PacketsOut, SeriesKind.Rate, Packets),
        new(SeriesId.PacketsIn, SeriesKind.Rate, Packets),
        new(SeriesId.DevicesOnline, SeriesKind.Level, "devices"),
        new(SeriesId.DevicesNew, SeriesKind.Level, "devices"),
        new(SeriesId.DevicesHeld, SeriesKind.Level, "devices"),
        new(SeriesId.DevicesAdmitted, SeriesKind.Level, "devices"),
        new(SeriesId.DevicesBlocked, SeriesKind.Level, "devices"),
        new(SeriesId.DevicesArrived, SeriesKind.Count, "devices"),
        new(SeriesId.DnsQuestions, SeriesKind.Rate, "questions/s"),
        new(SeriesId.DnsCached, SeriesKind.Rate, "questions/s"),
        new(SeriesId.DnsFailed, SeriesKind.Rate, "questions/s"),
        new(SeriesId.DhcpAcknowledged, SeriesKind.Count, "requests"),
        new(SeriesId.DhcpRefused, SeriesKind.Count, "requests"),
        new(SeriesId.DhcpLeases, SeriesKind.Level, "leases"),
        new(SeriesId.RefusedPorts, SeriesKind.Count, "packets"),
        new(SeriesId.RefusedAddresses, SeriesKind.Count, "packets"),
        new(SeriesId.DropsPolicy, SeriesKind.Rate, Packets),
        new(SeriesId.DropsInvalid, SeriesKind.Rate, Packets),
        new(SeriesId.DropsLimits, SeriesKind.Rate, Packets),
        new(SeriesId.DropsUnserved, SeriesKind.Rate, Packets),
        new(SeriesId.DropsFaults, SeriesKind.Rate, Packets),
        new(SeriesId.AddressesUsed, SeriesKind.Level, "addresses"),
        new(SeriesId.AddressesTotal, SeriesKind.Level, "addresses"),
        new(SeriesId.PortsUsed, SeriesKind.Level, "ports"),
        new(SeriesId.PortsTotal, SeriesKind.Level, "ports"),
        new(SeriesId.PortBlocksUsed, SeriesKind.Level, "blocks"),
        new(SeriesId.PortBlocksTotal, SeriesKind.Level, "blocks"),
        new(SeriesId.ProcessCpu, SeriesKind.Rate, "cores"),
        new(SeriesId.ProcessMemory, SeriesKind.Level, "octets"),
    ];

    public string Name { get; } = Counters.ToSnakeCase(Id.ToString());
}

/// <summary>How finely, and for how long, the series of the gateway are kept.</summary>
/// <param name="Range">As the API names it.</param>
/// <param name="Step">Seconds.</param>
/// <param name="Count">Intervals.</param>
internal sealed record Resolution(string Range, int Step, int Count)
{
    public static readonly ImmutableArray<Resolution> All = [new("1h", 10, 360), new("2d", 60, 2880), new("90d", 900, 8640)];

    /// <summary>Of single devices.</summary>
    public static readonly Resolution Device = new("1d", 600, 144);

    /// <summary>The start of the interval that a time is in.</summary>
    public long StartOf(long time) => time - (((time % Step) + Step) % Step);

    /// <summary>The start of the oldest interval that is kept.</summary>
    public long FirstAt(long time) => StartOf(time) - ((Count - 1L) * Step);
}
