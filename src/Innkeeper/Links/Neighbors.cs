using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>Entries of the kernel's table of IPv4 neighbors.</summary>
internal static class Neighbors
{
    /// <summary>The mark of our entries, for people and for the next process: "i".</summary>
    private const byte Protocol = 0x69;

    private const int RequestSize = 128;

    /// <summary>AF_UNSPEC: both versions of IP.</summary>
    private const byte AnyFamily = 0;

    private const ushort Learned = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE;

    /// <summary>Adds or replaces an entry. `ip neighbor` shows our protocol number beside it.</summary>
    /// <param name="isPermanent">ARP does not change the entry; otherwise it is a fresh one that ARP verifies and replaces as any other.</param>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    internal static void Set(int index, Ipv4Address address, MacAddress mac, bool isPermanent)
    {
        var request = new NetlinkRequest(stackalloc byte[RequestSize], RTM_NEWNEIGH, NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE);

        // struct ndmsg: u8 family, u8 pad, u16 pad, i32 index, u16 state, u8 flags, u8 type
        var header = request.AddHeader(NdMsgSize);
        header[0] = Libc.AF_INET;
        MemoryMarshal.Write(header[4..], index);
        MemoryMarshal.Write(header[8..], isPermanent ? NUD_PERMANENT : NUD_REACHABLE);
        request.AddAddress(NDA_DST, address);
        request.AddMac(NDA_LLADDR, mac);
        request.AddOctet(NDA_PROTOCOL, Protocol);
        using var socket = new NetlinkSocket();
        if (socket.Change(request, out var detail) is not 0 and var errno)
        {
            throw new NetlinkException($"set the neighbor {address} to {mac}", errno, detail);
        }
    }

    /// <summary>Leaves every entry that a gateway made permanent to ARP, also one of a process that was killed.</summary>
    /// <exception cref="NetlinkException">The kernel refused.</exception>
    internal static void ReleaseAll()
    {
        using var socket = new NetlinkSocket();
        foreach (var (index, address, mac) in socket.Dump<PermanentNeighbor>("neighbors", RTM_GETNEIGH, RTM_NEWNEIGH, Libc.AF_INET, NdMsgSize, PermanentNeighbor.TryParse))
        {
            Set(index, address, mac, isPermanent: false);
        }
    }

    /// <summary>How many stations ARP and neighbor discovery found on each interface, by its index, and still remember.</summary>
    /// <exception cref="NetlinkException">The kernel did not answer.</exception>
    internal static IReadOnlyDictionary<int, int> CountHeard()
    {
        using var socket = new NetlinkSocket();
        return socket.Dump<HeardNeighbor>("neighbors", RTM_GETNEIGH, RTM_NEWNEIGH, AnyFamily, NdMsgSize, HeardNeighbor.TryParse)
            .Distinct().CountBy(n => n.Index).ToDictionary();
    }

    /// <summary>A station that answered, as RTM_NEWNEIGH reports it.</summary>
    private readonly record struct HeardNeighbor(int Index, MacAddress Mac)
    {
        /// <summary>Reads the payload of an RTM_NEWNEIGH message; false for an entry that ARP did not learn.</summary>
        public static bool TryParse(ReadOnlySpan<byte> payload, out HeardNeighbor entry)
        {
            entry = default;
            if (payload.Length < NdMsgSize || (MemoryMarshal.Read<ushort>(payload[8..]) & Learned) == 0)
            {
                return false;
            }

            entry = entry with { Index = MemoryMarshal.Read<int>(payload[4..]) };
            var attributes = new AttributeReader(payload[NdMsgSize..]);
            while (attributes.TryRead(out var type, out var value))
            {
                if (type == NDA_LLADDR && value.Length == MacAddress.Size)
                {
                    entry = entry with { Mac = MacAddress.Read(value) };
                }
            }

            return entry.Mac != MacAddress.Zero;
        }
    }

    /// <summary>A permanent entry of ours, as RTM_NEWNEIGH reports it.</summary>
    private readonly record struct PermanentNeighbor(int Index, Ipv4Address Address, MacAddress Mac)
    {
        /// <summary>Reads the payload of an RTM_NEWNEIGH message; false for any other entry.</summary>
        public static bool TryParse(ReadOnlySpan<byte> payload, out PermanentNeighbor entry)
        {
            entry = default;
            if (payload.Length < NdMsgSize || MemoryMarshal.Read<ushort>(payload[8..]) != NUD_PERMANENT)
            {
                return false;
            }

            var isOurs = false;
            entry = entry with { Index = MemoryMarshal.Read<int>(payload[4..]) };
            var attributes = new AttributeReader(payload[NdMsgSize..]);
            while (attributes.TryRead(out var type, out var value))
            {
                switch (type)
                {
                    case NDA_DST when value.Length == Ipv4Address.Size:
                        entry = entry with { Address = Ipv4Address.Read(value) };
                        break;
                    case NDA_LLADDR when value.Length == MacAddress.Size:
                        entry = entry with { Mac = MacAddress.Read(value) };
                        break;
                    case NDA_PROTOCOL when value.Length >= 1:
                        isOurs = value[0] == Protocol;
                        break;
                }
            }

            return isOurs;
        }
    }
}
