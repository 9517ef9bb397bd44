namespace Innkeeper.Configuration;

/// <summary>Whether the settings of [mail] and [webhook] fit each other. No I/O.</summary>
internal static class NotificationCheck
{
    public static IEnumerable<ConfigurationError> Static(ConfigurationResult result) => MailCheck(result).Concat(WebhookCheck(result));

    private static IEnumerable<ConfigurationError> MailCheck(ConfigurationResult result)
    {
        var mail = result.Config!.Mail;
        if (!result.IsValid("mail.server"))
        {
            yield break;
        }

        if (!mail.IsOn)
        {
            // An administrator who set any of them expects mail.
            if (NotificationDefinitions.Mail.Any(s => result.Positions.ContainsKey($"mail.{s.Name}")))
            {
                yield return result.ErrorAt("mail.server", "is missing, so that no mail would be sent; give a host with its port, such as \"mail.example.net:587\"");
            }

            yield break;
        }

        if (mail.From == "" && result.IsValid("mail.from"))
        {
            yield return result.ErrorAt("mail.from", "is missing; give the address that messages come from, such as \"innkeeper@example.net\"");
        }

        if (mail.To.IsEmpty && result.IsValid("mail.to"))
        {
            yield return result.ErrorAt("mail.to", "is missing; give the administrators' addresses, such as [\"admin@example.net\"]");
        }

        if (mail.User is null && mail.Password.IsGiven && result.IsValid("mail.user"))
        {
            yield return result.ErrorAt("mail.user", "is missing beside the password; give it, or leave the password out");
        }

        if (mail.User is not null && !mail.Password.IsGiven && result.IsValid("mail.password_file", "mail.password_env"))
        {
            yield return result.ErrorAt("mail.user", "has no password; give password_file or password_env");
        }

        if (mail.User is not null && mail.Tls == MailTls.None && !IsLoopback(mail.Host) && result.IsValid("mail.user", "mail.tls"))
        {
            yield return result.ErrorAt("mail.tls", "\"none\" would send the password unencrypted; set \"starttls\" or \"implicit\", or leave user out");
        }

        if (mail.CaFile is not null && mail.Tls == MailTls.None && result.IsValid("mail.ca_file", "mail.tls"))
        {
            yield return result.ErrorAt("mail.ca_file", "has no effect, because tls = \"none\" checks no certificate; change one of them");
        }
    }

    private static IEnumerable<ConfigurationError> WebhookCheck(ConfigurationResult result)
    {
        var webhook = result.Config!.Webhook;
        if (!result.IsValid("webhook.url", "webhook.secret_file", "webhook.secret_env"))
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
}
