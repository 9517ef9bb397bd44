namespace Innkeeper.Lab;

/// <summary>
/// A hotel LAN of three laptops (or an office's own LAN, on one arm), each configured for another network, and how the gateway serves them.
/// </summary>
internal static class Demo
{
    private static readonly Guest[] Guests =
    [
        new("anna", "47.31.128.195/24", "47.31.128.1", "47.31.1.53", "00:1b:21:3a:00:01", "from an office far away"),
        new("boris", "47.31.128.195/24", "47.31.128.1", "47.31.1.53", "00:1b:21:3a:00:02", "the very same settings as anna"),
        new("chen", "8.8.8.8/24", "8.8.8.1", "10.0.0.53", "00:1b:21:3a:00:03", "an address that another host on the Internet has"),
    ];

    public static int Run(bool keep, bool oneArmed)
    {
        if ((Requirements.Missing() ?? Requirements.MissingGateway()) is { } missing)
        {
            Console.Error.WriteLine(missing);
            return 1;
        }

        using var testbed = new Testbed(oneArmed: oneArmed);
        Say($"""
            {(oneArmed
                ? "An office's LAN is up: a router, a host of its own, and a gateway with one interface among them. Three laptops are plugged in."
                : "A hotel LAN is up: three laptops behind one gateway.")} The uplink's network is 137.118.199.0/24; the web
            server is {Testbed.WebName} ({Testbed.ServerAddress}), beyond the {(oneArmed ? "office" : "hotel")}'s router. None of the laptops fits this network,
            and none of the DNS servers they are set up with exists here.

            """);
        testbed.StartGateway();
        var devices = Guests.Select(guest => testbed.AddDevice(guest.Name, guest.Address, guest.Gateway, new DeviceSettings { Mac = guest.Mac })).ToList();
        var fetched = devices.Select((device, i) => testbed.RunWithResolver(device, Guests[i].Dns, "curl", "-sS", "-m", "15", $"http://{Testbed.WebName}/?{device.Name}")).ToList();

        Say($"{"laptop",-8}{"its own settings",-21}{"its gateway",-14}{"its DNS",-13}{"fetched the page",-19}{"the server saw",-17}what is odd about it");
        Say(new string('-', 131));
        for (var i = 0; i < Guests.Length; i++)
        {
            var guest = Guests[i];
            Say($"{guest.Name,-8}{guest.Address,-21}{guest.Gateway,-14}{guest.Dns,-13}{(fetched[i].Succeeded ? "yes" : "NO"),-19}{SeenAs(testbed, guest.Name),-17}{guest.Oddity}");
        }

        var allWell = fetched.All(result => result.Succeeded);
        foreach (var failure in fetched.Where(result => !result.Succeeded))
        {
            Console.Error.WriteLine(failure);
        }

        Say(allWell
            ? "\nNothing was changed on any laptop: the gateway answered for their gateways and their DNS servers,\nand lent each an outside address."
              + (oneArmed ? " The LAN's own host and its router were not touched." : "")
            : $"\nNot every laptop got through. The gateway's log:\n{testbed.GatewayProcess!.Stderr}");
        if (keep)
        {
            testbed.Keep();
            Say($"""

                The lab stays up. Look around:
                  as a laptop          {Testbed.Enter(devices[0].Namespace)} ping {Testbed.ServerAddress}
                                       {Testbed.Enter(devices[0].Namespace)} dig @{Guests[0].Dns} {Testbed.WebName}
                  as the web server    {Testbed.Enter(testbed.Server)} tcpdump -ni eth0
                  ask the gateway      {testbed.CliText("devices")}
                                       {testbed.CliText("status")}
                  its files and logs   ls {testbed.Directory}
                End it:
                  ./demo.sh --end {testbed.Directory}
                """);
        }

        return allWell ? 0 : 1;
    }

    /// <summary>The address on the server's log line for this laptop's request.</summary>
    private static string SeenAs(Testbed testbed, string name) =>
        testbed.ServerLog.Split('\n').LastOrDefault(line => line.Contains($"/?{name} ", StringComparison.Ordinal))?.Split(' ')[0] ?? "-";

    private static void Say(string text) => Console.WriteLine(text);

    private sealed record Guest(string Name, string Address, string Gateway, string Dns, string Mac, string Oddity);
}
