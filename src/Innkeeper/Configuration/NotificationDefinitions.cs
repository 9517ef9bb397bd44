using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>The settings of [mail] and [webhook].</summary>
internal static class NotificationDefinitions
{
    private const int MaxRecipients = 20;
    private const int MaxUser = 255;

    private static readonly SettingType<(string Host, int? Port)> s_server = SettingTypes.Text(
        "server", "a host with its port, such as \"mail.example.net:587\"",
        text => NotificationConfig.TryParseServer(text, out var host, out var port) ? (host, port) : Parsed<(string Host, int? Port)>.Invalid,
        server => (server.Host.Contains(':', StringComparison.Ordinal) ? $"[{server.Host}]" : server.Host) + (server.Port is { } port ? $":{port}" : ""));

    private static readonly SettingType<MailTls> s_tls = SettingTypes.OneOf(("starttls", MailTls.StartTls), ("implicit", MailTls.Implicit), ("none", MailTls.None));

    private static readonly SettingType<string> s_user = SettingTypes.Text(
        "user", "a user name of 1 to 255 characters", text => text is { Length: >= 1 and <= MaxUser } && !text.Any(char.IsControl), $"^.{{1,{MaxUser}}}$");

    private static readonly SettingType<string> s_variable = SettingTypes.Text(
        "variable", "the name of an environment variable such as \"INNKEEPER_SECRET\"",
        name => name is { Length: >= 1 and <= 100 } && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'), "^[A-Za-z_][A-Za-z0-9_]{0,99}$");

    private static readonly SettingType<string> s_address = SettingTypes.Text("mail-address", "an address such as \"admin@example.net\"", NotificationConfig.IsMailAddress, "^[^@]+@[^@]+$");

    private static readonly SettingType<TimeSpan> s_digest = SettingTypes.Duration("1m", "\"15m\"");

    private static readonly SettingType<string> s_kind = SettingTypes.OneOf([.. NotificationConfig.Kinds.Select(k => (k, k))]);

    private static readonly SettingType<ImmutableArray<string>> s_kinds =
        SettingTypes.List("events", $"a list of {string.Join(", ", NotificationConfig.Kinds.Select(k => $"\"{k}\""))}, or some of them", s_kind, 1) with { Validate = OfKinds };

    private static readonly SettingType<Uri> s_url = SettingTypes.Text(
        "url", "an address such as \"https://hooks.example.net/innkeeper\", without user and fragment", text => Url(text) is { } url ? url : Parsed<Uri>.Invalid, url => url.OriginalString);

    public static readonly SettingTable<MailConfig> Mail = new(
        new MailConfig(),
        "Mail to the administrator about new devices and other events. Without a server, no mail is sent. docs/mail.md explains; `innkeeper mail test` sends one message and shows the server's answers.")
    {
        {
            "server", s_server, m => m.IsOn ? (m.Host, m.Port) : null, (m, v) => m with { Host = v.Host, GivenPort = v.Port },
            "A host, with its port if that is not the usual one: 587 for \"starttls\", 465 for \"implicit\", 25 for \"none\".",
            "\"mail.example.net:587\""
        },
        {
            "tls", s_tls, m => m.Tls, (m, v) => m with { Tls = v },
            "\"starttls\": the connection is encrypted before anything is sent, or nothing is sent. \"implicit\": it is encrypted from the first octet. \"none\": it is not encrypted.",
            "\"starttls\"", null, m => m.IsOn
        },
        { "user", s_user, m => m.User, (m, v) => m with { User = v }, "If the server wants a login. The password is in a file or in an environment variable, never here.", "\"innkeeper\"" },
        {
            "password_file", SettingTypes.Path("/etc/innkeeper/mail.password"), m => m.Password.File, (m, v) => m with { Password = m.Password with { File = v } },
            "The file with the password.",
            "\"/etc/innkeeper/mail.password\""
        },
        {
            "password_env", s_variable, m => m.Password.Variable, (m, v) => m with { Password = m.Password with { Variable = v } },
            "The environment variable with the password, if there is no file.",
            "\"INNKEEPER_MAIL_PASSWORD\""
        },
        {
            "from", s_address with { Expected = "an address such as \"innkeeper@example.net\"" }, m => m.From is "" ? null : m.From, (m, v) => m with { From = v },
            "The sender's address.",
            "\"innkeeper@example.net\""
        },
        {
            "to", SettingTypes.List("mail-addresses", $"a list of up to {MaxRecipients} addresses such as [\"admin@example.net\"]", s_address, 1, MaxRecipients),
            m => m.To.IsEmpty ? null : m.To, (m, v) => m with { To = v },
            "The addresses of the administrators.",
            "[\"admin@example.net\"]"
        },
        {
            "first", SettingTypes.Number(0, 100), m => m.First, (m, v) => m with { First = v },
            "Up to this many messages are sent at once. Further ones are collected into a summary.",
            "5", null, m => m.IsOn
        },
        {
            "digest", s_digest, m => m.Digest, (m, v) => m with { Digest = v },
            "The summary is sent after this time. Collecting ends when nothing has come for this long.",
            "\"15m\"", null, m => m.IsOn
        },
        {
            "give_up", SettingTypes.Duration("1m", "\"72h\""), m => m.GiveUp, (m, v) => m with { GiveUp = v },
            "A message that no server accepts for this long is given up.",
            "\"72h\"", null, m => m.IsOn
        },
        {
            "events", s_kinds, m => m.Events, (m, v) => m with { Events = v },
            "The events to report, of those in docs/mail.md; if not set, all of them. The arrival of a MAC address is reported once only.",
            s_kinds.Format(["arrival", "gateway-down", "gateway-up"]), null, m => m.IsOn
        },
        {
            "ca_file", SettingTypes.Path("/etc/innkeeper/ca.pem"), m => m.CaFile, (m, v) => m with { CaFile = v },
            "The authorities that may have issued the server's certificate (PEM). If not set: those that this host trusts.",
            "\"/etc/innkeeper/ca.pem\""
        },
    };

    public static readonly SettingTable<WebhookConfig> Webhook = new(
        new WebhookConfig(),
        "The same events as JSON, by HTTP POST. X-Innkeeper-Signature is the HMAC-SHA256 of the timestamp, \".\" and the body. Redirects are not followed.")
    {
        { "url", s_url, w => w.Url, (w, v) => w with { Url = v }, "Where to send.", "\"https://hooks.example.net/innkeeper\"" },
        {
            "secret_file", SettingTypes.Path("/etc/innkeeper/webhook.secret"), w => w.Secret.File, (w, v) => w with { Secret = w.Secret with { File = v } },
            "The secret is in a file or in an environment variable, never here. The file:",
            "\"/etc/innkeeper/webhook.secret\""
        },
        {
            "secret_env", s_variable, w => w.Secret.Variable, (w, v) => w with { Secret = w.Secret with { Variable = v } },
            "The environment variable, if there is no file:",
            "\"INNKEEPER_WEBHOOK_SECRET\""
        },
        { "events", s_kinds, w => w.Events, (w, v) => w with { Events = v }, "The events to report.", s_kinds.Format(["arrival", "gateway-down", "gateway-up"]), null, w => w.Url is not null },
    };

    private static IEnumerable<ValidationError> OfKinds(ConfigurationValue value) =>
        from item in value.List ?? []
        where !s_kind.Parse(item).IsValid
        select new ValidationError(item, $"{item.Source} is no kind of event; " + (Suggest.Nearest(item.Text ?? "", NotificationConfig.Kinds) is { } nearest
            ? $"did you mean \"{nearest}\"?"
            : $"there are {string.Join(", ", NotificationConfig.Kinds)}"));

    private static Uri? Url(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Host: not "", UserInfo: "", Fragment: "" } ? url : null;
}
