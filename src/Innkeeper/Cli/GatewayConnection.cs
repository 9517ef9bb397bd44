using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Innkeeper.Cli;

/// <summary>A way to a running gateway: its control socket, or its web listener.</summary>
internal abstract class GatewayConnection
{
    /// <summary>Where it leads, for people.</summary>
    public abstract string Place { get; }

    /// <summary>Why the gateway's certificate is not trusted; null: it is, or it has shown none.</summary>
    public virtual string? Distrust => null;

    /// <summary>Of every address: the scheme, the host and what stands before the API's version.</summary>
    protected abstract string Prefix { get; }

    /// <summary>Connects at once, on this thread: a socket's own words about it are not wrapped, and .NET's pool of connections has nothing to do.</summary>
    /// <exception cref="SocketException">No gateway listens there, or this user may not connect.</exception>
    /// <exception cref="ArgumentException">The path is too long for a socket.</exception>
    public HttpClient Open(TimeSpan patience)
    {
        var socket = Connect();
        socket.ReceiveTimeout = patience == Timeout.InfiniteTimeSpan ? 0 : (int)patience.TotalMilliseconds;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = (_, _) => new ValueTask<Stream>(new NetworkStream(socket, ownsSocket: true)),
        };
        Secure(handler);
        return new HttpClient(handler) { Timeout = patience };
    }

    /// <summary>Without canonicalization: a device may be called "..".</summary>
    public HttpRequestMessage RequestOf(HttpMethod method, string target)
    {
        var request = new HttpRequestMessage(method, new Uri(Prefix + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        Authorize(request.Headers);
        return request;
    }

    protected abstract Socket Connect();

    protected virtual void Secure(SocketsHttpHandler handler)
    {
    }

    protected virtual void Authorize(HttpRequestHeaders headers)
    {
    }
}

/// <summary>By the control socket: the kernel tells the gateway who asks.</summary>
internal sealed class SocketConnection(string path) : GatewayConnection
{
    public override string Place => path;

    protected override string Prefix => "http://innkeeper";

    protected override Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>By the web listener, with a token.</summary>
/// <param name="server">Its URL, without a path.</param>
/// <param name="pin">The SHA-256 of the certificate that it has; null: one that this system trusts.</param>
internal sealed class ServerConnection(Uri server, string token, string? pin) : GatewayConnection
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private string? _distrust;

    public override string Place => server.GetLeftPart(UriPartial.Authority);

    public override string? Distrust => _distrust;

    protected override string Prefix => Place + "/api";

    protected override Socket Connect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var time = new CancellationTokenSource(s_patience);
        try
        {
            socket.ConnectAsync(server.IdnHost, server.Port, time.Token).AsTask().GetAwaiter().GetResult();
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e is OperationCanceledException ? new SocketException((int)SocketError.TimedOut) : e;
        }
    }

    protected override void Secure(SocketsHttpHandler handler) =>
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors);

    protected override void Authorize(HttpRequestHeaders headers) => headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

    private bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors)
    {
        var shown = certificate?.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256) ?? "none";
        if (pin is null ? errors == SslPolicyErrors.None : string.Equals(pin, shown, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        _distrust = pin is null
            ? $"this system does not trust the certificate of {Place}; if its SHA-256 fingerprint is the gateway's, give it with --server-certificate {shown}"
            : $"{Place} has another certificate than --server-certificate names; its SHA-256 fingerprint is {shown}";
        return false;
    }
}
