using Innkeeper.Events;
using Innkeeper.Policy;
using Innkeeper.Notifications;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Notifications;

/// <summary>Devices and notices to tell of.</summary>
internal static class NotificationSamples
{
    public const string From = "innkeeper@example.net";
    public const string Administrator = "admin@example.org";

    public static DateTimeOffset Noon { get; } = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An event with a text of its own.</summary>
    public static Event Event(GatewayEvent what, string text) => new(1, Noon, what, text);

    /// <summary>A device with everything known; its MAC is one that the IEEE gave out.</summary>
    public static NewDevice Device(uint number = 1, AdmissionState state = AdmissionState.Held, string? hostName = "laptop") =>
        new(Noon, new MacAddress(0x001B_6300_0000UL + number), 10, state)
        {
            Vendor = "Apple, Inc.",
            HostName = hostName,
            Claimed = Ipv4Address.Of(47, 31, 128, 195),
            Gateway = Ipv4Address.Of(47, 31, 128, 1),
            DnsServers = [Ipv4Address.Of(9, 9, 9, 9)],
            UsesDhcp = false,
            Legal = Ipv4Address.Of(137, 118, 199, 51),
            Reason = "profile default",
            Lan = new LanSettings("137.118.199.50-137.118.199.99", "255.255.255.0", "137.118.199.1", "137.118.199.1"),
        };

    /// <summary>A device of which nothing but its made up MAC is known.</summary>
    public static NewDevice Randomised(uint number) => new(Noon, new MacAddress(0x0200_0000_0000UL + number), 0, AdmissionState.Admitted);

    public static Notification Arrival(NewDevice device) => new("0123456789abcdef0123456789abcdef", Noon, "gate", "arrival") { Device = device };
}
