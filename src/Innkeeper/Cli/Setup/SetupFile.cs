namespace Innkeeper.Cli.Setup;

/// <summary>The interfaces that an administrator chose.</summary>
/// <param name="Access">The interface with the devices.</param>
/// <param name="Uplink">The interface that leads out; the same on one arm.</param>
internal sealed record ChosenInterfaces(string Access, string Uplink)
{
    public bool IsOneArmed => Access == Uplink;
}

/// <summary>The first configuration file: two names, and the few settings that people touch first. All others have defaults.</summary>
internal static class SetupFile
{
    public static string Text(ChosenInterfaces chosen) =>
        $"""
        # The settings of Innkeeper, written by `innkeeper setup`. A setting that is commented out shows an example.
        # All settings with their documentation: `innkeeper config sample`, or `man innkeeper.toml`.
        # After a change: `innkeeper check`, and then `innkeeper config reload`.

        [access]
        # {(chosen.IsOneArmed ? "One arm: the gateway is on an existing LAN, and serves the devices there that do not belong to it." : "The LAN where the devices are. The interface needs no address.")}
        interface = "{chosen.Access}"
        {(chosen.IsOneArmed ? "" : """
        # VLANs to serve beside untagged frames.
        # vlans = [10, 20]

        """)}
        [uplink]
        # The LAN that leads to the Internet. Its address and its router are read from the interface.
        interface = "{chosen.Uplink}"

        [pool]
        # Free addresses of the uplink's network, one for each device. Without them, devices share the uplink's address.
        # addresses = ["192.0.2.50-192.0.2.99"]

        [profiles.default]
        # "auto": every device has access at once. "approve": you approve each with `innkeeper devices approve`.
        # admission = "approve"
        # How long access lasts. Then the device waits for your approval again.
        # lifetime = "7d"

        # Mail about new devices and failures. `innkeeper mail test` tries it.
        # [mail]
        # server = "mail.example.net"
        # from = "innkeeper@example.net"
        # to = ["admin@example.net"]

        """;
}
