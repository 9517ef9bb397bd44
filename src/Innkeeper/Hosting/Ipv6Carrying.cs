using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Innkeeper.Configuration;
using Innkeeper.ControlPlane;
using Innkeeper.DataPlane;
using Innkeeper.Links;
using Innkeeper.Wire;

namespace Innkeeper.Hosting;

/// <summary>The edge of carried IPv6: the data plane's maps, the secret of outside addresses, and the uplink's group.</summary>
internal sealed class Ipv6Carrying : IDisposable
{
    /// <summary>Beside the state database. Without it devices get other outside addresses.</summary>
    private const string SecretFile = "ipv6.key";

    private const int SecretOctets = 32;

    private readonly Func<int> _uplink;
    private readonly Socket? _member;

    private Ipv6Carrying(InnkeeperConfig config, BpfPlane plane, Func<int> uplink)
    {
        _uplink = uplink;
        _member = Socket.OSSupportsIPv6 ? new Socket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp) : null;
        Seams = new Ipv6Seams(new Ipv6BindingTable(plane), SecretIn(config.State.Directory), () => Sysctl.TryRead($"net/ipv6/conf/{config.Uplink.Interface}/disable_ipv6", out var off) && off == "0", Join);
    }

    public Ipv6Seams Seams { get; }

    /// <param name="uplink">The main uplink's index.</param>
    /// <returns>Null: the settings do not want IPv6 carried.</returns>
    public static Ipv6Carrying? Of(InnkeeperConfig config, BpfPlane plane, Func<int> uplink) => config.CarriesIpv6 ? new Ipv6Carrying(config, plane, uplink) : null;

    public void Dispose() => _member?.Dispose();

    /// <summary>The one that is kept, or a new one. If it cannot be kept, addresses change with the next start.</summary>
    private static byte[] SecretIn(string directory)
    {
        var path = Path.Combine(directory, SecretFile);
        try
        {
            if (File.Exists(path) && File.ReadAllBytes(path) is { Length: SecretOctets } kept)
            {
                return kept;
            }

            var secret = RandomNumberGenerator.GetBytes(SecretOctets);
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
            file.Write(secret);
            file.Flush(flushToDisk: true);
            return secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return RandomNumberGenerator.GetBytes(SecretOctets);
        }
    }

    /// <summary>The host's stack then tells switches and the card to bring frames of the group. Where the host has no IPv6 on the uplink, no packet leaves either.</summary>
    private void Join(Ipv6Address group)
    {
        Span<byte> address = stackalloc byte[Ipv6Address.Size];
        group.Write(address);
        try
        {
            _member?.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(new IPAddress(address), _uplink()));
        }
        catch (SocketException)
        {
            // Joined already, or the interface is gone: it is joined again when it is back.
        }
    }
}
