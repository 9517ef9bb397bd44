using Innkeeper.Policy;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>A notification in words for people, before it becomes text or HTML.</summary>
/// <param name="Subject">Short, and without text that a guest chose.</param>
/// <param name="Lead">Sentences with the subject of the notification.</param>
/// <param name="Parts">The facts, as tables.</param>
/// <param name="Commands">Commands that may follow: lines of a shell, each with its purpose.</param>
/// <param name="Link">The page of the console about it; null: none.</param>
internal sealed record NotificationText(string Subject, string Lead, IReadOnlyList<Part> Parts, IReadOnlyList<(string Does, string Line)> Commands, string? Link = null);

/// <summary>
/// Rows of a name and a value under a title. Texts that guests chose are harmless to show as they are, but must be encoded in HTML.
/// </summary>
internal sealed record Part(string Title, IReadOnlyList<(string Name, string Value)> Rows);

/// <summary>Puts notifications into words. No I/O, clock or log.</summary>
internal static class NotificationFormatter
{
    private const int Vendor = 40;

    public static NotificationText Of(Notification notification) => WordsOf(notification) with { Link = notification.Url };

    private static NotificationText WordsOf(Notification notification) => notification switch
    {
        { Device: { } device } => OfArrival(device, notification.Source),
        { Digest: { } digest } => OfDigest(digest, notification.Source),
        { Kind: Notification.TestKind } => new NotificationText(
            $"Innkeeper on {notification.Source}: a test",
            $"`innkeeper mail test` sent this message. The gateway on {notification.Source} can reach you.",
            [],
            []),
        _ => OfEvent(notification),
    };

    private static NotificationText OfArrival(NewDevice device, string source)
    {
        var (mac, vendor) = (device.Mac.ToString(), VendorOf(device));
        var status = device.State switch
        {
            AdmissionState.Admitted => "is admitted",
            AdmissionState.Blocked => "is blocked",
            _ when device.IsClosed || device.IsGuest => "is not admitted",
            _ => "waits for you",
        };
        List<(string, string)> itself =
        [
            ("Hardware address", $"{mac} ({vendor})"),
            ("VLAN", device.Vlan == 0 ? "untagged" : $"{device.Vlan}"),
            ("Host name", device.HostName is { Length: > 0 } name ? $"\"{SafeText.Cut(name, SafeText.MaxHostName)}\" (chosen by the device)" : "not sent"),
            ("First seen", Time(device.Time)),
        ];
        List<(string, string)> claims =
        [
            ("Own address", device.Claimed?.ToString() ?? "none seen"),
            ("Gateway it uses", device.Gateway?.ToString() ?? "none seen"),
            ("DNS servers it uses", device.DnsServers.Count > 0 ? string.Join(", ", device.DnsServers.Take(8)) : "none asked"),
            ("Settings", device.UsesDhcp switch { true => "by DHCP", false => "set by hand", null => "unknown" }),
        ];
        List<(string, string)> given =
        [
            ("Outside address", device.Legal is { } legal ? $"{legal}{(device.IsShared ? ", shared with others" : ", its own")}" : "none yet"),
            ("Profile", SafeText.Cut(device.Profile, SafeText.MaxHostName)),
            ("State", StateOf(device)),
        ];
        List<Part> parts = [new("The device", itself), new("Its own settings", claims), new("On this network", given)];
        if (device.Lan is { } lan)
        {
            (string, string?)[] rows = [("Address", lan.Address), ("Mask", lan.Mask), ("Router", lan.Router), ("DNS", lan.Dns)];
            parts.Add(new Part(
                "Settings that would suit this LAN",
                [.. rows.Where(r => !string.IsNullOrEmpty(r.Item2)).Select(r => (r.Item1, SafeText.Cut(r.Item2, SafeText.MaxSentence)))]));
        }

        return new NotificationText(
            $"Innkeeper on {source}: {(device.IsBack ? "device" : "new device")} {mac} ({vendor}) {status}{(device.IsBack ? " again" : "")}",
            (device.IsBack
                ? $"A device whose admission has ended is at the network of the gateway on {source}, and {status} again."
                : $"A new device has come to the network of the gateway on {source}, and {status}.")
            + (device.IsClosed ? " Its profile is closed to new devices, so you need not decide; you can still let it in." : "")
            + (device.IsGuest ? " Its guest can let it in by a code or the terms of use, so you need not decide; you can still let it in." : "") + (device.IsRandomised
                ? " Its hardware address is randomized, as phones do for privacy: the device may come back with another one."
                : ""),
            parts, CommandsOf(device));
    }

    private static NotificationText OfDigest(Digest digest, string source)
    {
        List<(string, string)> counts = [];
        if (digest.Arrivals > 0)
        {
            counts.Add(("New devices", $"{digest.Arrivals}"));
            if (digest.ToldSingly > 0)
            {
                counts.Add(("", $"{digest.ToldSingly + digest.Arrivals} with the {digest.ToldSingly} that were reported one by one just before"));
            }

            if (digest.Randomised > 0)
            {
                counts.Add(("", $"{digest.Randomised} of them with a randomized hardware address, as phones have; one phone may be several of them"));
            }

            if (digest.Waiting > 0)
            {
                counts.Add(("", $"{digest.Waiting} of them wait for you"));
            }
        }

        counts.AddRange(digest.Counts.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => (c.Key, $"{c.Value}")));
        List<Part> parts = [new($"{Time(digest.Since)} to {Time(digest.Until)}", counts)];
        if (digest.Devices.Count > 0)
        {
            var more = digest.Arrivals - digest.Randomised - digest.Devices.Count;
            parts.Add(new Part(
                more > 0 ? $"The first {digest.Devices.Count} of the new devices; {more} more are not named here" : "The new devices", [.. digest.Devices.Select(d => (d.Mac.ToString(), Brief(d)))]));
        }

        if (digest.Events.Count > 0)
        {
            var more = digest.Counts.Values.Sum() - digest.Events.Count;
            parts.Add(new Part(more > 0 ? $"The first {digest.Events.Count} of the events" : "Events", [.. digest.Events.Select(e => (Time(e.Time), $"{e.Kind}: {e.Text}"))]));
        }

        string[] all = [.. digest.Arrivals > 0 ? [$"{digest.Arrivals} new devices"] : Array.Empty<string>(), .. digest.Counts.Count > 0 ? [$"{digest.Counts.Values.Sum()} events"] : Array.Empty<string>()];
        return new NotificationText(
            $"Innkeeper on {source}: {string.Join(", ", all)} since {digest.Since.UtcDateTime:HH:mm}Z", $"More happened at the gateway on {source} than is reported one by one; this message sums it up.", parts,
            digest.Waiting > 0 ? [("To see all devices", "innkeeper devices"), ("To let one of them in", "innkeeper devices approve MAC")] : [("To see all devices", "innkeeper devices")]);
    }

    private static NotificationText OfEvent(Notification notification) => new(
        $"Innkeeper on {notification.Source}: {EventText.TitleOf(notification.Kind) ?? SafeText.Shorten(notification.Kind)}", SafeText.Cut(notification.Text, SafeText.MaxSentence),
        [new Part("The event", [("Kind", notification.Kind), ("Time", Time(notification.Time))])], [("To see the gateway's status", "innkeeper status")]);

    private static List<(string Does, string Line)> CommandsOf(NewDevice device)
    {
        var (approve, block) = (("To let it in", $"innkeeper devices approve {device.Mac}"), ("To keep it out", $"innkeeper devices block {device.Mac}"));
        return device.State switch
        {
            AdmissionState.Admitted => [block],
            AdmissionState.Blocked => [approve],
            _ => [approve, block],
        };
    }

    private static string Brief(NewDevice device) => string.Join(
        ", ",
        new[]
        {
            VendorOf(device), device.Vlan == 0 ? "" : $"VLAN {device.Vlan}", device.HostName is { Length: > 0 } name ? $"\"{SafeText.Cut(name, SafeText.MaxHostName)}\"" : "",
            device.Claimed is { } claimed ? $"own address {claimed}" : "",
            device.Legal is { } legal ? $"outside address {legal}" : "", StateOf(device),
        }.Where(t => t != ""));

    private static string VendorOf(NewDevice device) =>
        device.IsRandomised ? "randomized address" : device.Vendor is { Length: > 0 } vendor ? SafeText.Cut(vendor, Vendor) : "vendor unknown";

    private static string StateOf(NewDevice device)
    {
        var state = device.State switch { AdmissionState.New or AdmissionState.Held => "held", AdmissionState.Admitted => "admitted", _ => "blocked" };
        return device.Reason is { Length: > 0 } reason ? $"{state} ({SafeText.Cut(reason, SafeText.MaxSentence)})" : state;
    }

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
