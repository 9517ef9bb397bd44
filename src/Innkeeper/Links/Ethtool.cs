using System.Runtime.InteropServices;
using System.Text;
using Innkeeper.Interop;

namespace Innkeeper.Links;

/// <summary>The properties of a card as its driver reports them (ethtool).</summary>
internal static unsafe class Ethtool
{
    private const nuint SIOCETHTOOL = 0x8946;
    private const uint ETHTOOL_GDRVINFO = 3;
    private const uint ETHTOOL_GFLAGS = 0x25;
    private const uint ETH_FLAG_LRO = 1 << 15;
    private const int NameSize = 16;
    private const int DriverInfoSize = 196;

    /// <summary>struct ifreq with a pointer.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        internal fixed byte Name[NameSize];
        internal void* Data;
        internal fixed ulong Rest[2];
    }

    /// <summary>The driver's name; null: it has none, as virtual interfaces may.</summary>
    public static string? DriverOf(string name)
    {
        var info = stackalloc byte[DriverInfoSize];
        new Span<byte>(info, DriverInfoSize).Clear();
        *(uint*)info = ETHTOOL_GDRVINFO;
        return Ask(name, info) && Encoding.ASCII.GetString(new ReadOnlySpan<byte>(info + sizeof(uint), 32)).TrimEnd('\0') is { Length: > 0 } driver ? driver : null;
    }

    /// <summary>Whether the card joins received packets into longer ones (LRO), which cannot be forwarded as they were.</summary>
    public static bool JoinsPackets(string name)
    {
        var value = stackalloc uint[2] { ETHTOOL_GFLAGS, 0 };
        return Ask(name, value) && (value[1] & ETH_FLAG_LRO) != 0;
    }

    private static bool Ask(string name, void* data)
    {
        var octets = Encoding.UTF8.GetBytes(name);
        if (octets.Length >= NameSize)
        {
            return false;
        }

        Request request = default;
        octets.CopyTo(new Span<byte>(request.Name, NameSize));
        request.Data = data;
        using var socket = Libc.OpenSocket(Libc.AF_INET, Libc.SOCK_DGRAM, 0);
        return !socket.IsInvalid && Libc.ioctl(socket, SIOCETHTOOL, &request) >= 0;
    }
}
