using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>A network whose hosts an interface reaches without a gateway.</summary>
/// <param name="Source">The interface's address that the kernel sends from; null: the route names none.</param>
internal readonly record struct OnLinkRoute(Ipv4Network Network, Ipv4Address? Source);

/// <summary>An IPv4 route of the main table without a gateway, as RTM_NEWROUTE reports it.</summary>
internal readonly record struct OnLinkRecord(int Index, OnLinkRoute Route)
{
    /// <summary>Reads the payload of an RTM_NEWROUTE message; false for any other route.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> payload, out OnLinkRecord record)
    {
        record = default;
        if (payload.Length < RtMsgSize || payload[0] != Libc.AF_INET || payload[1] is 0 or > 32 || payload[7] != RTN_UNICAST)
        {
            return false;
        }

        uint table = payload[4];
        var (index, hasGateway) = (0, false);
        var destination = Ipv4Address.Any;
        Ipv4Address? source = null;
        var reader = new AttributeReader(payload[RtMsgSize..]);
        while (reader.TryRead(out var type, out var value))
        {
            switch (type)
            {
                case RTA_TABLE when value.Length >= sizeof(uint):
                    table = MemoryMarshal.Read<uint>(value);
                    break;
                case RTA_OIF when value.Length >= sizeof(int):
                    index = MemoryMarshal.Read<int>(value);
                    break;
                case RTA_DST when value.Length == Ipv4Address.Size:
                    destination = Ipv4Address.Read(value);
                    break;
                case RTA_PREFSRC when value.Length == Ipv4Address.Size:
                    source = Ipv4Address.Read(value);
                    break;
                case RTA_GATEWAY or RTA_VIA or RTA_MULTIPATH:
                    hasGateway = true;
                    break;
            }
        }

        record = new OnLinkRecord(index, new OnLinkRoute(new Ipv4Network(destination, payload[1]), source));
        return table == RT_TABLE_MAIN && index != 0 && !hasGateway;
    }
}
