using System.Collections.Immutable;
using Innkeeper.Configuration;

namespace Innkeeper.FirstRun;

/// <summary>The interfaces that an administrator chose.</summary>
/// <param name="Access">The interface with the devices.</param>
/// <param name="Uplink">The interface that leads out; the same on one arm.</param>
internal sealed record ChosenInterfaces(string Access, string Uplink)
{
    public bool IsOneArmed => Access == Uplink;
}

/// <summary>Mail to the administrator.</summary>
/// <param name="Tls">As in the file; null: the default.</param>
/// <param name="User">Null: the server wants no login.</param>
/// <param name="PasswordFile">Null: there is no password.</param>
internal sealed record ChosenMail(string Server, string From, ImmutableArray<string> To, string? Tls = null, string? User = null, string? PasswordFile = null);

/// <summary>The choices of an administrator for the first configuration. All other settings have their defaults.</summary>
internal sealed record SetupChoices(ChosenInterfaces Interfaces)
{
    /// <summary>Addresses that devices share; empty: the uplink's own.</summary>
    public ImmutableArray<AddressRange> Shared { get; init; } = [];

    /// <summary>The administrator approves each device.</summary>
    public bool IsApproved { get; init; }

    /// <summary>How long access lasts; null: without end.</summary>
    public TimeSpan? Lifetime { get; init; }

    /// <summary>Null: no mail.</summary>
    public ChosenMail? Mail { get; init; }

    /// <summary>Where the console answers; null: at its default address.</summary>
    public string? Listen { get; init; }
}

/// <summary>The first configuration file: two names, and the few settings that people touch first. All others have defaults.</summary>
internal static class SetupFile
{
    public static string Text(ChosenInterfaces chosen) => Text(new SetupChoices(chosen));

    public static string Text(SetupChoices choices)
    {
        var chosen = choices.Interfaces;
        return $"""
            # The settings of Innkeeper, written by `innkeeper setup`. A setting that is commented out shows an example.
            # All settings with their documentation: `innkeeper config sample`, or `man innkeeper.toml`.
            # After a change: `innkeeper check`, and then `innkeeper config reload`.

            [access]
            # {(chosen.IsOneArmed ? "One arm: the gateway is on an existing LAN, and serves the devices there that do not belong to it." : "The LAN where the devices are. The interface needs no address.")}
            interface = {TomlText.Text(chosen.Access)}
            {(chosen.IsOneArmed ? "" : """
            # VLANs to serve beside untagged frames.
            # vlans = [10, 20]

            """)}
            [uplink]
            # The LAN that leads to the Internet. Its address and its router are read from the interface.
            interface = {TomlText.Text(chosen.Uplink)}

            [pool]
            # Free addresses of the uplink's network, one for each device. Without them, devices share {(choices.Shared.IsEmpty ? "the uplink's address" : "the addresses of [napt]")}.
            # addresses = ["192.0.2.50-192.0.2.99"]

            {NaptOf(choices)}[profiles.default]
            # "auto": every device has access at once. "approve": you approve each, on the console or with `innkeeper devices approve`.
            {(choices.IsApproved ? "" : "# ")}admission = "approve"
            # How long access lasts. Then the device waits for your approval again.
            {(choices.Lifetime is null ? "# " : "")}lifetime = {TomlText.Duration(choices.Lifetime ?? TimeSpan.FromDays(7))}

            {WebOf(choices)}# Mail about new devices and failures. `innkeeper mail test` tries it.
            {MailOf(choices.Mail)}

            """;
    }

    private static string NaptOf(SetupChoices choices) => choices.Shared.IsEmpty ? "" : $"""
        [napt]
        # Addresses of the uplink's network that devices share, about 1,000 devices each. No other host and no DHCP server may use them.
        addresses = {TomlText.List(choices.Shared.Select(r => TomlText.Text(r.First == r.Last ? r.First.ToString() : $"{r.First}-{r.Last}")))}


        """;

    private static string WebOf(SetupChoices choices) => choices.Listen is null ? "" : $"""
        [web]
        # Where the web console answers.
        listen = {TomlText.Text(choices.Listen)}


        """;

    private static string MailOf(ChosenMail? mail)
    {
        if (mail is null)
        {
            return """
                # [mail]
                # server = "mail.example.net"
                # from = "innkeeper@example.net"
                # to = ["admin@example.net"]
                """;
        }

        (string Key, string? Value)[] rows =
        [
            ("server", TomlText.Text(mail.Server)), ("tls", Quoted(mail.Tls)), ("from", TomlText.Text(mail.From)), ("to", TomlText.List(mail.To.Select(TomlText.Text))), ("user", Quoted(mail.User)),
            ("password_file", Quoted(mail.PasswordFile)),
        ];
        return string.Join('\n', rows.Where(r => r.Value is not null).Select(r => $"{r.Key} = {r.Value}").Prepend("[mail]"));
    }

    private static string? Quoted(string? text) => text is null ? null : TomlText.Text(text);
}
