using Innkeeper.Wire;

namespace Innkeeper.Configuration;

/// <summary>The protocols that can be forwarded, by their numbers.</summary>
internal enum ForwardProtocol : byte
{
    Tcp = IpProtocol.Tcp,
    Udp = IpProtocol.Udp,
}

/// <summary>Ports of a shared address that lead to a device. Immutable.</summary>
internal sealed record ForwardConfig
{
    /// <summary>Null: not given, which is an error.</summary>
    public ForwardProtocol? Protocol { get; init; }

    /// <summary>Of the shared address. Null: not given, which is an error.</summary>
    public PortRange? Ports { get; init; }

    /// <summary>The shared address; null: the only one that there is.</summary>
    public Ipv4Address? Address { get; init; }

    /// <summary>A machine's name, a device's given name, or a MAC.</summary>
    public string To { get; init; } = "";

    /// <summary>The device's port for the first of <see cref="Ports"/>; null: the same.</summary>
    public int? ToPort { get; init; }

    /// <summary>The administrator's words; null: none.</summary>
    public string? Description { get; init; }

    /// <summary>How it is named in commands and texts: "tcp-8080", "udp-8000-8010", or with its address "tcp-80@137.118.199.100".</summary>
    public string Id => $"{NameOf(Protocol)}-{TextOf(Ports ?? default)}{(Address is { } address ? $"@{address}" : "")}";

    /// <summary>The device's port for a port of the shared address.</summary>
    public ushort PortFor(ushort port) => (ushort)((ToPort ?? Ports!.Value.First) + port - Ports!.Value.First);

    public static string NameOf(ForwardProtocol? protocol) => protocol == ForwardProtocol.Udp ? "udp" : "tcp";

    /// <summary>"8080", or "8000-8010".</summary>
    public static string TextOf(PortRange ports) => ports.First == ports.Last ? $"{ports.First}" : $"{ports}";
}
