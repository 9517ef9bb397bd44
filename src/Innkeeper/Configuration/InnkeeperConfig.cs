using System.Collections.Immutable;
using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>All settings, as innkeeper.toml documents them. Immutable; made only by <see cref="ConfigurationFile"/> or the command line.</summary>
internal sealed record InnkeeperConfig
{
    public string AccessInterface { get; init; } = "";

    public ImmutableArray<ushort> Vlans { get; init; } = [];

    public Ipv4Network? AccessAddress { get; init; }

    public ImmutableArray<ushort> PassEtherTypes { get; init; } = [];

    public string UplinkInterface { get; init; } = "";

    public Ipv4Network? UplinkAddress { get; init; }

    public Ipv4Address? UplinkGateway { get; init; }

    public MacAddress? UplinkMac { get; init; }

    public int? UplinkMtu { get; init; }

    public ImmutableArray<AddressRange> Pool { get; init; } = [];

    public TimeSpan PoolIdle { get; init; } = TimeSpan.FromMinutes(30);

    public bool PoolRouted { get; init; }

    public bool Inbound { get; init; } = true;

    public bool Isolate { get; init; }

    public int AddressesPerDevice { get; init; } = 4;

    public Ipv4Network Inside { get; init; } = Ipv4Network.Parse("100.64.0.0/10");

    public bool DnsEnabled { get; init; } = true;

    /// <summary>Empty: those that the host itself uses.</summary>
    public ImmutableArray<UpstreamAddress> DnsUpstreams { get; init; } = [];

    /// <summary>Empty: devices have no names.</summary>
    public string DnsZone { get; init; } = "guest.lan";

    public bool DnsServeUplink { get; init; }

    public bool DnsRefusePrivate { get; init; }

    public int DnsCacheMebibytes { get; init; } = 16;

    /// <summary>0: any number.</summary>
    public int DnsMissesPerSecond { get; init; } = 500;

    public ImmutableDictionary<string, ImmutableArray<System.Net.IPAddress>> DnsHosts { get; init; } = ImmutableDictionary<string, ImmutableArray<System.Net.IPAddress>>.Empty;

    public string StateDirectory { get; init; } = "/var/lib/innkeeper";

    public string Bpffs { get; init; } = "/run/innkeeper/bpf";

    public int Bindings { get; init; } = 16384;

    public string ControlSocket { get; init; } = "/run/innkeeper/control.sock";
}

/// <summary>Addresses from the first to the last, both included.</summary>
internal readonly record struct AddressRange(Ipv4Address First, Ipv4Address Last)
{
    public long Count => (long)Last.Value - First.Value + 1;

    public bool Contains(Ipv4Address address) => address >= First && address <= Last;

    public bool Overlaps(AddressRange other) => First <= other.Last && other.First <= Last;

    /// <summary>"A-B" or "A".</summary>
    public static bool TryParse(string text, out AddressRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        if (!Ipv4Address.TryParse((dash < 0 ? text : text[..dash]).AsSpan().Trim(), out var first)
            || !Ipv4Address.TryParse((dash < 0 ? text : text[(dash + 1)..]).AsSpan().Trim(), out var last) || last < first)
        {
            return false;
        }

        range = new AddressRange(first, last);
        return true;
    }

    public IEnumerable<Ipv4Address> Addresses()
    {
        for (long value = First.Value; value <= Last.Value; value++)
        {
            yield return new Ipv4Address((uint)value);
        }
    }

    public override string ToString() => First == Last ? $"{First}" : $"{First}-{Last}";
}
