using System.Runtime.InteropServices;
using Innkeeper.Interop;
using Innkeeper.Wire;
using static Innkeeper.Links.Rtnetlink;

namespace Innkeeper.Links;

/// <summary>Entries of the kernel's table of IPv4 neighbors.</summary>
internal static class Neighbors
{
    private const int RequestSize = 128;

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
        request.AddOctet(NDA_PROTOCOL, Netlink.Protocol);
        using var socket = new NetlinkSocket();
        if (socket.Change(request, out var detail) is not 0 and var errno)
        {
            throw new NetlinkException($"set the neighbor {address} to {mac}", errno, detail);
        }
    }
}
