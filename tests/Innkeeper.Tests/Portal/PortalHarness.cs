using System.Net.Sockets;
using System.Net;
using System.Text;
using Innkeeper.Certificates;
using Innkeeper.Policy;
using Innkeeper.Portal;
using Innkeeper.Wire;
using Microsoft.Extensions.Logging.Abstractions;

namespace Innkeeper.Tests.Portal;

/// <summary>
/// A portal on the loopback network, of which every address is local: 127.0.0.1 is the service address, a client takes any other
/// for its own, as devices have inside addresses.
/// </summary>
internal sealed class PortalHarness : IDisposable
{
    public const string Name = "portal.example.com";

    private readonly CertificateFiles? _certificate;

    public PortalHarness(CertificateFiles? certificate = null, Func<Ipv4Address, PortalGuest?>? lookup = null, Func<string, ushort, Socket>? open = null, IGuestDoor? door = null, PortalLook? look = null)
    {
        _certificate = certificate;
        var settings = new PortalSettings(Ipv4Address.Parse("127.0.0.1"), "Ask at the desk.", certificate is null ? "" : Name);
        Service = new PortalService(settings, certificate, lookup ?? Held, () => door ?? new FakeDoor(), () => look ?? PortalLook.Default, open ?? Open, TimeProvider.System, NullLogger.Instance);
        Service.Begin();
    }

    public PortalService Service { get; }

    /// <summary>Every client is a device that waits; its MAC ends as its address does.</summary>
    public static PortalGuest Held(Ipv4Address address) =>
        new(MacAddress.Parse($"02:00:00:00:00:{address.Value & 0xff:x2}"), 0, AdmissionState.Held, DateTimeOffset.UtcNow, null, PortalWait.Told);

    /// <summary>A client of its own address, that trusts the harness's certificate, follows nothing and asks no proxy.</summary>
    public HttpClient Client(string own = "127.0.0.2", string asked = "127.0.0.1") => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown?.GetCertHashString() == _certificate?.Current().TargetCertificate.Thumbprint },
        ConnectCallback = async (context, stop) =>
            new NetworkStream(await ConnectAsync(own, asked, context.DnsEndPoint.Port == 443 ? Service.HttpsPort : Service.HttpPort, stop), ownsSocket: true),
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public static async Task<Socket> ConnectAsync(string own, string asked, int port, CancellationToken stop = default)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(own), 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(asked), port), stop);
        return socket;
    }

    /// <summary>Sends octets as they are, and reads until the other side ends.</summary>
    /// <returns>All that came; what a reset cut off is left out.</returns>
    public async Task<string> SendAsync(string octets, string own = "127.0.0.2", string asked = "127.0.0.1")
    {
        using var socket = await ConnectAsync(own, asked, Service.HttpPort);
        await socket.SendAsync(Encoding.Latin1.GetBytes(octets));
        return await ReadToEndAsync(socket);
    }

    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (int count; (count = await socket.ReceiveAsync(buffer, patience.Token)) > 0;)
            {
                text.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            // Broken off is an end as well.
        }

        return text.ToString();
    }

    /// <summary>Waits for what is counted after an answer is out.</summary>
    public async Task<long> AwaitCountedAsync(PortalCounter counter, long atLeast)
    {
        await Wait.ForAsync(() => Service.Counters.Counted(counter) >= atLeast, $"{counter} is {atLeast} or more");
        return Service.Counters.Counted(counter);
    }

    public void Dispose() => Service.Dispose();

    /// <summary>On every address of the loopback interface, and on no other interface.</summary>
    public static Socket Open(string name, ushort port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        const int SOL_SOCKET = 1, SO_REUSEADDR = 2, SO_BINDTODEVICE = 25;
        socket.SetRawSocketOption(SOL_SOCKET, SO_REUSEADDR, [1, 0, 0, 0]);
        socket.SetRawSocketOption(SOL_SOCKET, SO_BINDTODEVICE, "lo\0"u8);
        socket.Bind(new IPEndPoint(IPAddress.Any, port));
        return socket;
    }
}
