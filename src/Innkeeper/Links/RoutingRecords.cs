using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>An IPv4 policy rule that chooses by destination, incoming interface or mark.</summary>
/// <param name="Priority">The lowest number is asked first.</param>
/// <param name="To">The destination; null: any.</param>
/// <param name="Incoming">The interface that the packet came by; null: any, and the host's own packets.</param>
/// <param name="Mark">Compared under <paramref name="Mask"/>; both 0: not compared.</param>
/// <param name="Table">Where the packet is looked up; 0: it is rejected.</param>
internal readonly record struct PolicyRule(uint Priority, Ipv4Network? To, string? Incoming, uint Mark, uint Mask, uint Table)
{
    /// <summary>As `ip rule show` prints it.</summary>
    public override string ToString() =>
        $"{Priority}: from all{(To is { } to ? $" to {to}" : "")}{(Mask == 0 ? "" : Mask == uint.MaxValue ? $" fwmark 0x{Mark:x}" : $" fwmark 0x{Mark:x}/0x{Mask:x}")}"
        + $"{(Incoming is null ? "" : $" iif {Incoming}")}{(Table == 0 ? " unreachable" : $" lookup {Table}")}";

    /// <summary>Reads the payload of an RTM_NEWRULE message; false for rules that do other things than ours.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out PolicyRule rule)
    {
        rule = default;
        if (payload.Length < FibRuleHeaderSize || payload[0] != Libc.AF_INET || payload[7] is not (FR_ACT_TO_TBL or FR_ACT_UNREACHABLE))
        {
            return false;
        }

        uint priority = 0, mark = 0, mask = 0, table = payload[4];
        Ipv4Address? destination = null;
        string? incoming = null;
        var attributes = new AttributeReader(payload[FibRuleHeaderSize..]);
        while (attributes.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case FRA_PRIORITY when value.Length >= sizeof(uint):
                    priority = MemoryMarshal.Read<uint>(value);
                    break;
                case FRA_DST when value.Length == Ipv4Address.Size:
                    destination = Ipv4Address.Read(value);
                    break;
                case FRA_IIFNAME:
                    incoming = AttributeReader.Text(value);
                    break;
                case FRA_FWMARK when value.Length >= sizeof(uint):
                    mark = MemoryMarshal.Read<uint>(value);
                    break;
                case FRA_FWMASK when value.Length >= sizeof(uint):
                    mask = MemoryMarshal.Read<uint>(value);
                    break;
                case FRA_TABLE when value.Length >= sizeof(uint):
                    table = MemoryMarshal.Read<uint>(value);
                    break;
            }
        }

        var to = destination is { } network ? new Ipv4Network(network, payload[1]) : (Ipv4Network?)null;
        rule = new PolicyRule(priority, to, incoming, mark, mask, payload[7] == FR_ACT_TO_TBL ? table : 0);
        return true;
    }
}

/// <summary>An IPv4 route of any table.</summary>
/// <param name="Type">RTN_…</param>
/// <param name="Interface">Its number; 0: none.</param>
/// <param name="Gateway">The next hop, taken to be on the link whatever its address; null: none.</param>
/// <param name="Metric">The lowest comes first.</param>
/// <param name="Mtu">Octets of the largest packet; 0: the interface's.</param>
internal readonly record struct RouteRecord(uint Table, Ipv4Network Network, byte Type, int Interface, Ipv4Address? Gateway, uint Metric = 0, int Mtu = 0)
{
    /// <summary>As `ip route show` prints it, but with the interface's number.</summary>
    public override string ToString()
    {
        var kind = Type switch { RTN_UNREACHABLE => "unreachable ", RTN_LOCAL => "local ", _ => "" };
        return $"{kind}{(Network.PrefixLength == 0 ? "default" : Network.ToString())}{(Gateway is { } hop ? $" via {hop}" : "")} table {Table}";
    }

    /// <summary>Reads the payload of an RTM_NEWROUTE message.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out RouteRecord route)
    {
        route = default;
        if (payload.Length < RtMsgSize || payload[0] != Libc.AF_INET || payload[1] > 32)
        {
            return false;
        }

        uint table = payload[4], metric = 0;
        int index = 0, mtu = 0;
        Ipv4Address? gateway = null;
        var destination = Ipv4Address.Any;
        var reader = new AttributeReader(payload[RtMsgSize..]);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case RTA_TABLE when value.Length >= sizeof(uint):
                    table = MemoryMarshal.Read<uint>(value);
                    break;
                case RTA_DST when value.Length == Ipv4Address.Size:
                    destination = Ipv4Address.Read(value);
                    break;
                case RTA_OIF when value.Length >= sizeof(int):
                    index = MemoryMarshal.Read<int>(value);
                    break;
                case RTA_GATEWAY when value.Length == Ipv4Address.Size:
                    gateway = Ipv4Address.Read(value);
                    break;
                case RTA_PRIORITY when value.Length >= sizeof(uint):
                    metric = MemoryMarshal.Read<uint>(value);
                    break;
                case RTA_METRICS:
                    mtu = MtuIn(value);
                    break;
            }
        }

        route = new RouteRecord(table, new Ipv4Network(destination, payload[1]), payload[7], index, gateway, metric, mtu);
        return true;
    }

    private static int MtuIn(ReadOnlySpan<byte> metrics)
    {
        var reader = new AttributeReader(metrics);
        while (reader.TryRead(out var type, out var value))
        {
            if (type == RTAX_MTU && value.Length >= sizeof(int))
            {
                return MemoryMarshal.Read<int>(value);
            }
        }

        return 0;
    }
}
