using System.Net.Security;
using System.Net.Sockets;
using Innkeeper.Notifications;
using Innkeeper.Wire;

namespace Innkeeper.Doctor;

/// <summary>The webhook's server: whether it accepts a connection, and its certificate is trusted. Nothing is posted.</summary>
internal sealed class WebhookExamination : IExamination
{
    public string Name => "webhook";

    public async Task<IReadOnlyList<Finding>> RunAsync(Examined examined, CancellationToken stop) =>
        examined.Config.Webhook.Url is { } url ? [Judge(url.Authority, await ReachAsync(url, stop).ConfigureAwait(false))] : [];

    /// <param name="problem">Null: it can be reached.</param>
    internal static Finding Judge(string server, string? problem) => problem is null
        ? Finding.Ok("webhook", $"{server} accepts connections")
        : Finding.Failure("webhook", $"{server}: {problem}", "check the address in [webhook] url, the way to the server, and its certificate");

    private static async Task<string?> ReachAsync(Uri url, CancellationToken stop)
    {
        try
        {
            var connection = await BoundedStream.ConnectAsync(url.DnsSafeHost, url.Port, isText: false, stop).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                if (url.Scheme == Uri.UriSchemeHttps)
                {
                    var secured = new SslStream(connection);
                    await using (secured.ConfigureAwait(false))
                    {
                        await secured.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.DnsSafeHost }, stop).ConfigureAwait(false);
                    }
                }
            }

            return null;
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException)
        {
            return SafeText.Cut(e.Message, SafeText.MaxSentence);
        }
    }
}
