using Innkeeper.Bindings;
using Innkeeper.Configuration;
using Innkeeper.Notifications;
using Innkeeper.Policy;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Notifications;

/// <summary>What the administrator is told of a new device.</summary>
public sealed class ArrivalComposerTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:01");
    private static readonly ArrivalComposer s_composer = new(
        ConfigurationFile.Parse("access.interface = \"a\"\nuplink.interface = \"b\"\npool.addresses = [\"192.0.2.50-192.0.2.99\"]\n", "f").Config!, new Vendors("/nonexistent"));

    private static readonly ArrivalInfo s_nothing = new(null, [], Ipv4Address.Parse("255.255.255.0"), null, null);

    [Fact]
    public void Compose_OfADeviceWithAnAddress_IsAllThatIsKnown()
    {
        var binding = new Binding(1, new ClaimedAddress(new Station(10, s_mac), Ipv4Address.Parse("10.0.0.5")), Ipv4Address.Parse("192.0.2.50"), Ipv4Address.Parse("10.0.0.1"), true, s_now);
        var record = new DeviceRecord(s_mac, s_now) { HostName = "Galaxy-S9", Uses = DeviceUse.Static, Profile = "guests", Admission = new AdmissionStatus(AdmissionState.Held, "it is new", "profile guests", s_now) };
        var server = Ipv4Address.Parse("9.9.9.9");

        var device = s_composer.Compose(record, s_nothing with { Binding = binding, DnsServers = [server], Router = Ipv4Address.Parse("192.0.2.1"), Resolvers = ["192.0.2.53", "192.0.2.54"] });

        Assert.Equal((s_now, s_mac, 10, AdmissionState.Held), (device.Time, device.Mac, device.Vlan, device.State));
        Assert.Equal(("Galaxy-S9", "10.0.0.5", "10.0.0.1", "192.0.2.50"), (device.HostName, device.Claimed.ToString(), device.Gateway.ToString(), device.Legal.ToString()));
        Assert.Equal((false, false, "guests", "it is new"), (device.UsesDhcp, device.IsShared, device.Profile, device.Reason));
        Assert.Equal([server], device.DnsServers);
        Assert.Equal(new LanSettings("192.0.2.50-192.0.2.99", "255.255.255.0", "192.0.2.1", "192.0.2.53, 192.0.2.54"), device.Lan);
    }

    /// <summary>A closed profile asks nothing of the administrator; a device that is back asks again.</summary>
    [Theory]
    [InlineData("shut", DecisionSource.Policy, true, false, "new device 00:1b:63:00:00:01 (vendor unknown) is not admitted")]
    [InlineData("code", DecisionSource.Policy, false, false, "new device 00:1b:63:00:00:01 (vendor unknown) is not admitted")]
    [InlineData("ask", DecisionSource.Policy, false, true, "new device 00:1b:63:00:00:01 (vendor unknown) waits for you")]
    [InlineData("ask", DecisionSource.Time, false, true, "device 00:1b:63:00:00:01 (vendor unknown) waits for you again")]
    internal void Compose_OfADeviceThatIsHeld_SaysWhetherItAsks(string profile, DecisionSource source, bool isClosed, bool isWaiting, string subject)
    {
        var config = ConfigurationFile.Parse(
            "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n[profiles.shut]\nadmission = \"closed\"\n[profiles.ask]\nadmission = \"approve\"\n[profiles.code]\nadmission = \"approve\"\nways_in = [\"code\"]\n", "f").Config!;
        var mac = MacAddress.Parse("00:1b:63:00:00:01");
        var record = new DeviceRecord(mac, s_now) { Profile = profile, Admission = new AdmissionStatus(AdmissionState.Held, "why", "by", s_now, null, source) };

        var device = new ArrivalComposer(config, new Vendors("/nonexistent")).Compose(record, s_nothing);

        Assert.Equal((isClosed, isWaiting), (device.IsClosed, device.IsWaiting));
        Assert.Equal($"Innkeeper on gate: {subject}", NotificationFormatter.Of(new Notification("1", s_now, "gate", NotificationConfig.Arrival) { Device = device }).Subject);
        Assert.Equal(isWaiting ? 1 : 0, new Digest(s_now, s_now).With(device).Waiting);
    }

    [Fact]
    public void Compose_OfADeviceWithoutAnAddress_SaysNothingOfOne()
    {
        var device = s_composer.Compose(new DeviceRecord(s_mac, s_now), s_nothing);
        Assert.Equal((null, null, null, null, null), (device.Claimed, device.Gateway, device.Legal, device.HostName, device.UsesDhcp));
        Assert.Equal(new LanSettings("192.0.2.50-192.0.2.99", "255.255.255.0"), device.Lan);
    }

    [Fact]
    public void Compose_OfADeviceThatSharesItsAddress_SaysSo()
    {
        var binding = new Binding(1, new ClaimedAddress(new Station(0, s_mac), Ipv4Address.Parse("10.0.0.5")), Ipv4Address.Any, Ipv4Address.Any, false, s_now) { Share = 3, Shared = Ipv4Address.Parse("192.0.2.2") };
        var device = s_composer.Compose(new DeviceRecord(s_mac, s_now), s_nothing with { Binding = binding });
        Assert.Equal((true, "192.0.2.2", null), (device.IsShared, device.Legal.ToString(), device.Gateway));
    }
}
