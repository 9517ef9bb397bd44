using System.Net;
using System.Net.Sockets;
using System.Text;
using Innkeeper.Control;

namespace Innkeeper.Tests.Control;

/// <summary>Clients of a control socket that know HTTP only: a proper one, and one of raw octets.</summary>
internal static class ControlHttp
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Its own connection for each request.</summary>
    public static HttpClient Open(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, stop) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = new Uri("http://innkeeper"),
        Timeout = Patience,
    };

    public static async Task<(HttpStatusCode Status, string Body)> Send(string path, HttpMethod method, string target, string? body = null)
    {
        using var http = Open(path);
        using var request = new HttpRequestMessage(method, new Uri($"http://innkeeper{target}", new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Content = body is null ? null : new StringContent(body);

        // The server refuses what is too long and closes, maybe while it is being sent: the client has to ask first to be sure to read the answer (RFC 9110 section 10.1.1).
        request.Headers.ExpectContinue = body?.Length > ControlServer.MaxBody;
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public static Task<(HttpStatusCode Status, string Body)> Get(string path, string target) => Send(path, HttpMethod.Get, target);

    public static Socket Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        return socket;
    }

    /// <summary>All that comes until the server closes.</summary>
    public static string ReadAll(Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        for (int read; (read = socket.Receive(buffer)) > 0;)
        {
            text.Append(Encoding.UTF8.GetString(buffer, 0, read));
        }

        return text.ToString();
    }
}
