using System.Collections.Immutable;
using System.Net;

namespace Innkeeper.Configuration;

/// <summary>The settings of [web].</summary>
internal static class WebDefinitions
{
    private const int LongestUrl = 200;

    private static readonly SettingType<ImmutableArray<IPEndPoint>> s_listen = SettingTypes.Text(
        "listen", $"addresses with their ports such as \"127.0.0.1:7080\" or \"192.0.2.1:7080, [2001:db8::1]:7080\", up to {WebConfig.MostAddresses}, or \"\" for none",
        text => WebConfig.ParseListen(text) is { } read ? read : Parsed<ImmutableArray<IPEndPoint>>.Invalid, WebConfig.Write);

    private static readonly SettingType<string> s_url = SettingTypes.Text(
        "url", "the console's address without a path, such as \"https://gateway.example.com:7080\", or \"\"",
        text => text == "" || IsUrl(text) ? text.TrimEnd('/') : Parsed<string>.Invalid, text => text);

    public static readonly SettingTable<WebConfig> All = new(new WebConfig())
    {
        {
            "listen", s_listen, w => w.Listen, (w, v) => w with { Listen = v },
            "Where the web console, the API and the metrics answer (docs/console.md, docs/api.md). Devices cannot reach it, whatever the address. \"\": nowhere. For several "
            + "addresses, write commas between them."
        },
        {
            "tls", SettingTypes.OneOf([("auto", WebTls.Auto), ("always", WebTls.Always), ("never", WebTls.Never)]), w => w.Tls, (w, v) => w with { Tls = v },
            "\"auto\": HTTPS on every address but those of this host alone (127.0.0.1, ::1). \"always\" or \"never\": on all or none of them."
        },
        {
            "certificate", SettingTypes.Path("/etc/innkeeper/web.pem"), w => w.Certificate is "" ? null : w.Certificate, (w, v) => w with { Certificate = v },
            "The certificate for HTTPS, followed by those of its issuers (PEM). A changed file is read within a minute. Without it the gateway makes one of its own, which "
            + "browsers warn of; `innkeeper status` shows its fingerprint.",
            "\"/etc/innkeeper/web.pem\""
        },
        {
            "key", SettingTypes.Path("/etc/innkeeper/web.key"), w => w.Key is "" ? null : w.Key, (w, v) => w with { Key = v },
            "The private key of the certificate (PEM).",
            "\"/etc/innkeeper/web.key\""
        },
        {
            "url", s_url, w => w.Url, (w, v) => w with { Url = v },
            "The address by which people reach the console. Mails and webhooks link to it, and requests for its host are answered: other host names are refused.",
            "\"https://gateway.example.com:7080\""
        },
        {
            "metrics", SettingTypes.OneOf([("token", WebMetrics.Token), ("open", WebMetrics.Open)]), w => w.Metrics, (w, v) => w with { Metrics = v },
            "Access to /metrics (docs/monitoring.md). \"token\": a client with a token (`innkeeper token create`). \"open\": any client that reaches the address."
        },
        {
            "device_metrics", SettingTypes.Flag, w => w.DeviceMetrics, (w, v) => w with { DeviceMetrics = v },
            "true: the metrics have series for each device, by MAC, too; for the 2000 devices with the most traffic."
        },
    };

    private static bool IsUrl(string text) =>
        text.Length <= LongestUrl && Uri.TryCreate(text, UriKind.Absolute, out var uri) 
        && (uri.Scheme is "http" or "https") && uri.AbsolutePath == "/" && uri.Query == "" && uri.Fragment == "" && uri.UserInfo == "";
}
