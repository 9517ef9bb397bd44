using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Uplink;

/// <summary>The guests' router is at an interface of its own, with a smaller MTU.</summary>
public sealed class SecondUplinkFixture() : SecondGatewayFixture(testbed => testbed.AddSecondUplink(mtu: 1400), $"""
    next_hop = "{Testbed.SecondUplinkRouter}"
    interface = "{Testbed.SecondUplinkInterface}"
    pool = ["198.51.100.50-198.51.100.79"]
    """);

public sealed class SecondUplinkTests(SecondUplinkFixture fixture) : SecondGatewayCase(fixture), IClassFixture<SecondUplinkFixture>
{
    private protected override string SharedAddress => Testbed.SecondUplinkAddress;

    [Fact]
    public void TooLongForTheLine_IsToldItsMtu_AndTcpFindsIt()
    {
        var guest = AddGuest("mtu");
        Fetch(guest).AssertOk();
        var told = Testbed.Run(guest.Namespace, "ping", "-n", "-M", "do", "-s", "1450", "-c", "3", "-i", "0.2", "-W", "1", Testbed.ServerAddress);
        Assert.False(told.Succeeded, told.ToString());
        Assert.Contains("mtu = 1400", told.Stdout + told.Stderr.Replace("mtu=1400", "mtu = 1400"));
        GuestPing(guest, "-M", "do", "-s", "1372").AssertOk();
        GuestPing(guest, "-M", "dont", "-s", "1450").AssertOk();
        var (url, sha256) = Testbed.Publish("guest-mtu", 3_000_000);
        Assert.Equal(sha256, Download(guest, url));
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void InterfaceDownAndUp_AndGoneAndMadeAnew_LeakNothing_AndServeAgain()
    {
        var guest = AddGuest("flapped");
        var staff = Testbed.AddDevice("unflapped", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        GuestPing(guest).AssertOk();
        Fetch(staff).AssertOk();
        var ping = Testbed.Start(guest.Namespace, "ping", "-n", "-p", "6775657374206f6e6c79", "-T", "tsonly", "-i", "0.02", Testbed.ServerAddress);

        Ip("link", "set", Testbed.SecondUplinkInterface, "down");
        AwaitEvent("interfaces", $"{Testbed.SecondUplinkInterface} is down");
        Assert.False(GuestPing(guest).Succeeded);
        Fetch(staff).AssertOk();
        Ip("link", "set", Testbed.SecondUplinkInterface, "up");
        Wait.For("the guest goes on", () => GuestPing(guest).Succeeded, Patience, Status);
        Wait.For("and by the slow path", () => GuestPing(guest, "-T", "tsonly").Succeeded, Patience, Status);

        Ip("address", "del", Testbed.SecondUplinkAddress + "/24", "dev", Testbed.SecondUplinkInterface);
        AwaitEvent("interfaces", "another uplink is missing");
        var refused = GuestPing(guest);
        Assert.False(refused.Succeeded, refused.ToString());
        Assert.Contains("Destination Host Unreachable", refused.Stdout);
        Fetch(staff).AssertOk();
        Ip("address", "add", Testbed.SecondUplinkAddress + "/24", "dev", Testbed.SecondUplinkInterface);
        Wait.For("the guest goes on", () => GuestPing(guest).Succeeded, Patience, Status);
        Wait.For("and by the slow path", () => GuestPing(guest, "-T", "tsonly").Succeeded, Patience, Status);

        ping.Signal(Native.SIGINT);
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void HostOfTheLine_AsksByArpForAnAddressOfTheOtherUplink_IsNotAnswered()
    {
        var staff = Testbed.AddDevice("unasked", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(staff).AssertOk();
        var legal = Testbed.AwaitLegalAddress(staff);
        Assert.Contains("Received 0 response", Testbed.Run(Line.Router, "arping", "-I", "eth0", "-c", "3", "-w", "3", legal).Stdout);
        // Sent there all the same, it goes nowhere.
        var drops = Testbed.StatusJson().Drops["wrong_uplink"];
        Testbed.Run(Line.Router, "ip", "route", "add", legal, "via", Testbed.SecondUplinkAddress).AssertOk();
        Assert.False(Testbed.Run(Line.Router, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", legal).Succeeded);
        Assert.True(Testbed.StatusJson().Drops["wrong_uplink"] >= drops + 2, Status());
    }

    /// <summary>Whatever speaks of the line's subnet, ARP too.</summary>
    private protected override bool IsOfTheLine(byte[] frame) => frame.AsSpan().IndexOf((ReadOnlySpan<byte>)[198, 51, 100]) >= 0;

    private void Ip(params string[] arguments) => Command.Run(["ip", "-n", Testbed.Gateway, .. arguments]).AssertOk();
}
