using System.Collections.Immutable;

namespace Innkeeper.Configuration;

/// <summary>The keys of [mail] and [webhook], and what must stand together in them.</summary>
internal static class NotificationKeys
{
    private const string Variable = "the name of an environment variable such as \"INNKEEPER_SECRET\"";
    private static readonly string s_kinds = $"a list of {string.Join(", ", NotificationConfig.Kinds.Select(k => $"\"{k}\""))}, or some of them";

    public static readonly ImmutableArray<ConfigurationKey> All =
    [
        new("mail.server", "a host with its port, such as \"mail.example.net:587\"",
            (v, c) => NotificationConfig.TryParseServer(v.Text, out var host, out var port) ? c with { Mail = c.Mail with { Host = host, GivenPort = port } } : null),
        new("mail.tls", "\"starttls\", \"implicit\" or \"none\"",
            (v, c) => v.Text switch
            {
                "starttls" => c with { Mail = c.Mail with { Tls = MailTls.StartTls } },
                "implicit" => c with { Mail = c.Mail with { Tls = MailTls.Implicit } },
                "none" => c with { Mail = c.Mail with { Tls = MailTls.None } },
                _ => null,
            }),
        new("mail.user", "a user name of 1 to 255 characters",
            (v, c) => v.Text is { Length: >= 1 and <= 255 } user && !user.Any(char.IsControl) ? c with { Mail = c.Mail with { User = user } } : null),
        new("mail.password_file", "a full path such as \"/etc/innkeeper/mail.password\"",
            (v, c) => IsPath(v.Text) ? c with { Mail = c.Mail with { Password = c.Mail.Password with { File = v.Text } } } : null),
        new("mail.password_env", Variable,
            (v, c) => IsVariable(v.Text) ? c with { Mail = c.Mail with { Password = c.Mail.Password with { Variable = v.Text } } } : null),
        new("mail.from", "an address such as \"innkeeper@example.net\"",
            (v, c) => NotificationConfig.IsMailAddress(v.Text) ? c with { Mail = c.Mail with { From = v.Text! } } : null),
        new("mail.to", "a list of up to 20 addresses such as [\"admin@example.net\"]",
            (v, c) => v.List is { Count: >= 1 and <= 20 } list ? c with { Mail = c.Mail with { To = [.. list.Select(i => i.Text!)] } } : null, OfAddresses),
        new("mail.first", "a number from 0 to 100", (v, c) => v.Number is >= 0 and <= 100 ? c with { Mail = c.Mail with { First = (int)v.Number } } : null),
        new("mail.digest", "a time from \"1m\" to \"30d\", such as \"15m\"",
            (v, c) => ConfigurationKeys.Duration(v.Text, 60) is { } time ? c with { Mail = c.Mail with { Digest = time } } : null),
        new("mail.give_up", "a time from \"1m\" to \"30d\", such as \"72h\"",
            (v, c) => ConfigurationKeys.Duration(v.Text, 60) is { } time ? c with { Mail = c.Mail with { GiveUp = time } } : null),
        new("mail.events", s_kinds, (v, c) => KindsOf(v) is { } kinds ? c with { Mail = c.Mail with { Events = kinds } } : null, OfKinds),
        new("mail.ca_file", "a full path such as \"/etc/innkeeper/ca.pem\"", (v, c) => IsPath(v.Text) ? c with { Mail = c.Mail with { CaFile = v.Text } } : null),
        new("webhook.url", "an address such as \"https://hooks.example.net/innkeeper\", without user and fragment",
            (v, c) => Url(v.Text) is { } url ? c with { Webhook = c.Webhook with { Url = url } } : null),
        new("webhook.secret_file", "a full path such as \"/etc/innkeeper/webhook.secret\"",
            (v, c) => IsPath(v.Text) ? c with { Webhook = c.Webhook with { Secret = c.Webhook.Secret with { File = v.Text } } } : null),
        new("webhook.secret_env", Variable,
            (v, c) => IsVariable(v.Text) ? c with { Webhook = c.Webhook with { Secret = c.Webhook.Secret with { Variable = v.Text } } } : null),
        new("webhook.events", s_kinds, (v, c) => KindsOf(v) is { } kinds ? c with { Webhook = c.Webhook with { Events = kinds } } : null, OfKinds),
    ];

    /// <summary>What single keys cannot tell.</summary>
    public static IEnumerable<ConfigurationError> Check(ConfigurationResult result) => MailCheck(result).Concat(WebhookCheck(result));

    private static IEnumerable<ConfigurationError> MailCheck(ConfigurationResult result)
    {
        var mail = result.Config!.Mail;
        if (!result.IsGood("mail.server"))
        {
            yield break;
        }

        if (!mail.IsOn)
        {
            // Whoever set one of them believes that mail is sent.
            if (All.FirstOrDefault(k => k.Name.StartsWith("mail.", StringComparison.Ordinal) && result.Positions.ContainsKey(k.Name)) is not null)
            {
                yield return result.ErrorAt("mail.server", "is missing, so that no mail would be sent; give a host with its port, such as \"mail.example.net:587\"");
            }

            yield break;
        }

        if (mail.From == "" && result.IsGood("mail.from"))
        {
            yield return result.ErrorAt("mail.from", "is missing; give the address that messages come from, such as \"innkeeper@example.net\"");
        }

        if (mail.To.IsEmpty && result.IsGood("mail.to"))
        {
            yield return result.ErrorAt("mail.to", "is missing; give the administrators' addresses, such as [\"admin@example.net\"]");
        }

        if (mail.User is null && mail.Password.IsGiven && result.IsGood("mail.user"))
        {
            yield return result.ErrorAt("mail.user", "is missing beside the password; give it, or leave the password out");
        }

        if (mail.User is not null && !mail.Password.IsGiven && result.IsGood("mail.password_file", "mail.password_env"))
        {
            yield return result.ErrorAt("mail.user", "has no password; give password_file or password_env");
        }

        if (mail.User is not null && mail.Tls == MailTls.None && !IsLoopback(mail.Host) && result.IsGood("mail.user", "mail.tls"))
        {
            yield return result.ErrorAt("mail.tls", "\"none\" would send the password readable by all on the way; set \"starttls\" or \"implicit\", or leave user out");
        }

        if (mail.CaFile is not null && mail.Tls == MailTls.None && result.IsGood("mail.ca_file", "mail.tls"))
        {
            yield return result.ErrorAt("mail.ca_file", "says whom to trust, and tls = \"none\" asks nobody; change one of them");
        }
    }

    private static IEnumerable<ConfigurationError> WebhookCheck(ConfigurationResult result)
    {
        var webhook = result.Config!.Webhook;
        if (!result.IsGood("webhook.url", "webhook.secret_file", "webhook.secret_env"))
        {
            yield break;
        }

        if (webhook.Url is null)
        {
            if (result.Positions.Keys.Any(k => k.StartsWith("webhook.", StringComparison.Ordinal)))
            {
                yield return result.ErrorAt("webhook.url", "is missing, so that nothing would be sent; give an address such as \"https://hooks.example.net/innkeeper\"");
            }
        }
        else if (!webhook.Secret.IsGiven)
        {
            yield return result.ErrorAt("webhook.secret_file", "is missing, and every message is signed with it; give it or secret_env");
        }
    }

    private static bool IsLoopback(string host) => host == "localhost" || (System.Net.IPAddress.TryParse(host, out var address) && System.Net.IPAddress.IsLoopback(address));

    private static ImmutableArray<string>? KindsOf(ConfigurationValue value) => value.List is { Count: >= 1 } list ? [.. list.Select(i => i.Text!)] : null;

    private static IEnumerable<Fault> OfKinds(ConfigurationValue value) =>
        from item in value.List ?? []
        where item.Text is null || !NotificationConfig.Kinds.Contains(item.Text)
        select new Fault(item, $"{item.Source} is no kind of event; " + (Suggest.Nearest(item.Text ?? "", NotificationConfig.Kinds) is { } nearest
            ? $"did you mean \"{nearest}\"?"
            : $"there are {string.Join(", ", NotificationConfig.Kinds)}"));

    private static IEnumerable<Fault> OfAddresses(ConfigurationValue value) =>
        from item in value.List ?? []
        where !NotificationConfig.IsMailAddress(item.Text)
        select new Fault(item, $"{item.Source} will not do; give an address such as \"admin@example.net\"");

    private static Uri? Url(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url is { Host: not "", UserInfo: "", Fragment: "" } ? url : null;

    private static bool IsVariable(string? name) =>
        name is { Length: >= 1 and <= 100 } && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static bool IsPath(string? path) => path is { Length: > 1 } && path[0] == '/' && !path.Contains('\0');
}
