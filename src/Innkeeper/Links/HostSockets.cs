using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using Innkeeper.Wire;

namespace Innkeeper.Links;

/// <summary>A socket of this host that takes packets from anyone.</summary>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="Address">0.0.0.0: any.</param>
internal readonly record struct HostSocket(byte Protocol, Ipv4Address Address, ushort Port);

/// <summary>The sockets of this host that listen, as the kernel lists them (/proc/net).</summary>
internal static class HostSockets
{
    /// <summary>TCP_LISTEN, and UDP's TCP_CLOSE: not connected to one host.</summary>
    private const string Listening = "0A";
    private const string Unconnected = "07";

    /// <summary>::ffff:0:0/96 in the form of the list, where each word is in the host's order.</summary>
    private const string MappedPrefix = "0000000000000000FFFF0000";

    private static readonly (string File, byte Protocol)[] s_lists = [("tcp", IpProtocol.Tcp), ("tcp6", IpProtocol.Tcp), ("udp", IpProtocol.Udp), ("udp6", IpProtocol.Udp)];

    /// <summary>Of the present network namespace. A list that cannot be read counts as empty.</summary>
    public static ImmutableHashSet<HostSocket> Read() => [.. s_lists.SelectMany(l => Parse(TextOf($"/proc/net/{l.File}"), l.Protocol))];

    /// <param name="list">The text of /proc/net/tcp or one of its like.</param>
    public static IEnumerable<HostSocket> Parse(string list, byte protocol)
    {
        foreach (var line in list.Split('\n').Skip(1))
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var local, _, var state, ..] && state == (protocol == IpProtocol.Tcp ? Listening : Unconnected)
                && local.Split(':') is [var address, var port] && ushort.TryParse(port, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) && AddressOf(address) is { } own)
            {
                yield return new HostSocket(protocol, own, number);
            }
        }
    }

    /// <summary>Of IPv6, the unspecified address has IPv4's ports too, and a mapped one is IPv4's; others are not.</summary>
    private static Ipv4Address? AddressOf(string text)
    {
        if (text.All(c => c == '0'))
        {
            return Ipv4Address.Any;
        }

        var own = text.Length == 32 && text.StartsWith(MappedPrefix, StringComparison.Ordinal) ? text[MappedPrefix.Length..] : text;
        return own.Length == 8 && uint.TryParse(own, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var raw)
            ? new Ipv4Address(BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(raw) : raw)
            : null;
    }

    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
