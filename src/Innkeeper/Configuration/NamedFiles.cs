namespace Innkeeper.Configuration;

/// <summary>A file that a setting names.</summary>
/// <param name="Key">The setting's full name: "mail.password_file".</param>
/// <param name="IsSecret">Only the gateway may read it.</param>
internal readonly record struct NamedFile(string Key, string Path, bool IsSecret)
{
    /// <summary>The setting as messages name it: "[mail] password_file".</summary>
    public string Setting => $"[{Key[..Key.IndexOf('.', StringComparison.Ordinal)]}] {Key[(Key.IndexOf('.', StringComparison.Ordinal) + 1)..]}";
}

/// <summary>The files that the gateway reads beside its configuration.</summary>
internal static class NamedFiles
{
    /// <summary>All keys that may name one.</summary>
    public static readonly IReadOnlyList<string> Keys =
    [
        "mail.password_file", "mail.ca_file", "webhook.secret_file", "portal.certificate", "portal.key", "web.certificate", "web.key",
        .. Enumerable.Range(0, RepeatedTable.Exports.Most).Select(AuthoritiesOf),
    ];

    /// <summary>Those that these settings use.</summary>
    public static IEnumerable<NamedFile> Of(InnkeeperConfig config)
    {
        if (config.Mail is { IsOn: true, Password.File: { } password })
        {
            yield return new("mail.password_file", password, IsSecret: true);
        }

        if (config.Mail is { IsOn: true, CaFile: { } authorities })
        {
            yield return new("mail.ca_file", authorities, IsSecret: false);
        }

        if (config.Webhook is { Url: not null, Secret.File: { } secret })
        {
            yield return new("webhook.secret_file", secret, IsSecret: true);
        }

        if (config.Portal is { Enabled: true, Certificate: { Length: > 0 } certificate })
        {
            yield return new("portal.certificate", certificate, IsSecret: false);
        }

        if (config.Portal is { Enabled: true, Key: { Length: > 0 } key })
        {
            yield return new("portal.key", key, IsSecret: true);
        }

        if (config.Web is { IsOn: true, Certificate: { Length: > 0 } own })
        {
            yield return new("web.certificate", own, IsSecret: false);
        }

        if (config.Web is { IsOn: true, Key: { Length: > 0 } ownKey })
        {
            yield return new("web.key", ownKey, IsSecret: true);
        }

        foreach (var (export, i) in config.Exports.Select((e, i) => (e, i)))
        {
            if (export.CaFile is { } trusted)
            {
                yield return new(AuthoritiesOf(i), trusted, IsSecret: false);
            }
        }
    }

    private static string AuthoritiesOf(int export) => $"{RepeatedTable.Exports.TableOf($"{export + 1}")}.ca_file";
}
