using Innkeeper.Policy;
using Innkeeper.Events;
using Innkeeper.Wire;

namespace Innkeeper.Notifications;

/// <summary>A notice in words for people, before it becomes text or HTML.</summary>
/// <param name="Subject">Short, and nothing in it is a guest's to choose.</param>
/// <param name="Lead">Sentences that say what it is about.</param>
/// <param name="Parts">What is known.</param>
/// <param name="Commands">What to do about it, as lines of a shell with what they do.</param>
internal sealed record NotificationText(string Subject, string Lead, IReadOnlyList<Part> Parts, IReadOnlyList<(string Does, string Line)> Commands);

/// <summary>Rows of a name and a value under a title. What guests chose in them is harmless to show as it is, but in HTML to be encoded.</summary>
internal sealed record Part(string Title, IReadOnlyList<(string Name, string Value)> Rows);

/// <summary>Puts notices into words. Pure.</summary>
internal static class NotificationFormatter
{
    private const int Vendor = 40;

    public static NotificationText Of(Notification notice) => notice switch
    {
        { Device: { } device } => OfArrival(device, notice.Source),
        { Digest: { } digest } => OfDigest(digest, notice.Source),
        { Kind: Notification.TestKind } => new NotificationText(
            $"Innkeeper on {notice.Source}: a test", $"This is the message that `innkeeper mail test` sends. The gateway on {notice.Source} can reach you.", [], []),
        _ => OfEvent(notice),
    };

    private static NotificationText OfArrival(NewDevice device, string source)
    {
        var (mac, vendor) = (device.Mac.ToString(), VendorOf(device));
        var standing = device.State switch
        {
            AdmissionState.Admitted => "is let in",
            AdmissionState.Blocked => "is blocked",
            _ => "waits for you",
        };
        List<(string, string)> itself =
        [
            ("Hardware address", $"{mac} ({vendor})"),
            ("VLAN", device.Vlan == 0 ? "untagged" : $"{device.Vlan}"),
            ("Host name", device.HostName is { Length: > 0 } name ? $"\"{SafeText.Cut(name, SafeText.MaxHostName)}\" (chosen by the device)" : "not told"),
            ("First seen", Time(device.Time)),
        ];
        List<(string, string)> claims =
        [
            ("Address", device.Claimed?.ToString() ?? "none seen"),
            ("Gateway", device.Gateway?.ToString() ?? "none seen"),
            ("DNS servers", device.DnsServers.Count > 0 ? string.Join(", ", device.DnsServers.Take(8)) : "none asked"),
            ("Settings", device.UsesDhcp switch { true => "by DHCP", false => "set by hand", null => "not known" }),
        ];
        List<(string, string)> given =
        [
            ("Address outside", device.Legal is { } legal ? $"{legal}{(device.IsShared ? ", shared with others" : ", its own")}" : "none yet"),
            ("Profile", SafeText.Cut(device.Profile, SafeText.MaxHostName)),
            ("State", StateOf(device)),
        ];
        List<Part> parts = [new("The device", itself), new("What it is set to", claims), new("What it was given", given)];
        if (device.Lan is { } lan)
        {
            (string, string?)[] rows = [("Address", lan.Address), ("Mask", lan.Mask), ("Router", lan.Router), ("DNS", lan.Dns)];
            parts.Add(new Part(
                "What it would have to be set to, to belong on this LAN",
                [.. rows.Where(r => !string.IsNullOrEmpty(r.Item2)).Select(r => (r.Item1, SafeText.Cut(r.Item2, SafeText.MaxSentence)))]));
        }

        return new NotificationText(
            $"Innkeeper on {source}: new device {mac} ({vendor}) {standing}",
            $"A device that was not known before has come to the network behind the gateway on {source}, and {standing}." + (device.IsRandomised
                ? " Its hardware address is one that devices make up for themselves (phones do, to not be recognised): it may come back under another."
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
                counts.Add(("", $"{digest.ToldSingly + digest.Arrivals} with the {digest.ToldSingly} that were told of one by one just before"));
            }

            if (digest.Randomised > 0)
            {
                counts.Add(("", $"{digest.Randomised} of them with a hardware address made up by the device, as phones do; one phone may be several of them"));
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
            $"Innkeeper on {source}: {string.Join(", ", all)} since {digest.Since.UtcDateTime:HH:mm}Z", $"More came to the gateway on {source} than is told one by one; here it is together.", parts,
            digest.Waiting > 0 ? [("To see all devices", "innkeeper devices"), ("To let one of them in", "innkeeper devices approve MAC")] : [("To see all devices", "innkeeper devices")]);
    }

    private static NotificationText OfEvent(Notification notice) => new(
        $"Innkeeper on {notice.Source}: {EventText.TitleOf(notice.Kind) ?? SafeText.Shorten(notice.Kind)}", SafeText.Cut(notice.Text, SafeText.MaxSentence),
        [new Part("The event", [("Kind", notice.Kind), ("Time", Time(notice.Time))])], [("To see how the gateway is", "innkeeper status")]);

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
            device.Claimed is { } claimed ? $"set to {claimed}" : "", device.Legal is { } legal ? $"outside {legal}" : "", StateOf(device),
        }.Where(t => t != ""));

    private static string VendorOf(NewDevice device) =>
        device.IsRandomised ? "made up by the device" : device.Vendor is { Length: > 0 } vendor ? SafeText.Cut(vendor, Vendor) : "vendor not known";

    private static string StateOf(NewDevice device)
    {
        var state = device.State switch { AdmissionState.New or AdmissionState.Held => "held", AdmissionState.Admitted => "admitted", _ => "blocked" };
        return device.Reason is { Length: > 0 } reason ? $"{state} ({SafeText.Cut(reason, SafeText.MaxSentence)})" : state;
    }

    private static string Time(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
}
