using System.Diagnostics;
using System.Security.Cryptography;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>With two arms: whether both are in one LAN. A frame that is sent on one arm must not be heard on the other.</summary>
internal sealed class OneLanExamination : IExamination
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    public string Name => "two LANs";

    public Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop)
    {
        if (examined is not { HasSettings: true, Access: { HasCarrier: true } access } || examined.Config.IsOneArmed || !examined.MayListen)
        {
            return Task.FromResult<IReadOnlyList<Finding>>([]);
        }

        return Task.FromResult<IReadOnlyList<Finding>>([.. examined.Uplinks.Where(u => u.HasCarrier && u.Index != access.Index).Select(u => Judge(access.Name, u.Name, AreOne(access, u, stop)))]);
    }

    internal static Finding Judge(string access, string uplink, bool areOne) => areOne
        ? Finding.Failure("two LANs", $"{access} and {uplink} are in one LAN: a frame that is sent on one is heard on the other", "separate them (another switch or VLAN), or use one arm: `innkeeper run --on` one of them")
        : Finding.Ok("two LANs", $"{access} and {uplink} are separate");

    private static bool AreOne(LinkInfo access, LinkInfo uplink, CancellationToken stop)
    {
        var (there, back) = (NewBeacon(), NewBeacon());
        using var onUplink = LinkTap.Open(uplink.Index, TapFilter.Any().Type(EtherTypes.Arp));
        using var onAccess = LinkTap.Open(access.Index, TapFilter.Any().Type(EtherTypes.Arp));
        Send(access, there);
        Send(uplink, back);
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < s_patience && !stop.IsCancellationRequested)
        {
            if (IsHeard(onUplink, there) || IsHeard(onAccess, back))
            {
                return true;
            }

            onUplink.Wait(TimeSpan.FromMilliseconds(50));
        }

        return false;
    }

    /// <summary>The gateway's own kind of frame, with a number that the gateway does not know: it ignores it.</summary>
    private static LanBeacon NewBeacon() => new(new UInt128(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)), BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8))));

    private static void Send(LinkInfo link, LanBeacon beacon)
    {
        Span<byte> frame = stackalloc byte[LanBeacon.FrameSize];
        using var socket = PacketSocket.Open();
        socket.Bind(link.Index);
        socket.TrySend(frame[..beacon.Write(frame, link.Mac, link.PrimaryAddress?.Address ?? Ipv4Address.Of(192, 88, 99, 99))]);
    }

    private static bool IsHeard(LinkTap tap, LanBeacon sent)
    {
        while (tap.TryReceive(out var frame))
        {
            if (!frame.IsOutgoing && EthernetPacket.TryParse(frame.Octets, out var ethernet) && LanBeacon.TryParse(ethernet.Payload, out var heard) && heard == sent)
            {
                return true;
            }
        }

        return false;
    }
}
