using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>The guests' router is at an interface of its own, with a smaller MTU.</summary>
public sealed class SecondUplinkFixture() : SecondGatewayFixture(bench => bench.AddSecondUplink(mtu: 1400), $"""
    next_hop = "{Bench.SecondUplinkRouter}"
    interface = "{Bench.SecondUplinkInterface}"
    pool = ["198.51.100.50-198.51.100.79"]
    """);

public sealed class SecondUplinkTests(SecondUplinkFixture fixture) : SecondGatewayCase(fixture), IClassFixture<SecondUplinkFixture>
{
    private protected override string SharedAddress => Bench.SecondUplinkAddress;

    [Fact]
    public void TooLongForTheLine_IsToldItsMtu_AndTcpFindsIt()
    {
        var guest = AddGuest("mtu");
        Fetch(guest).Ok();
        var told = Bench.Run(guest.Namespace, "ping", "-n", "-M", "do", "-s", "1450", "-c", "3", "-i", "0.2", "-W", "1", Bench.ServerAddress);
        Assert.False(told.Succeeded, told.ToString());
        Assert.Contains("mtu = 1400", told.Stdout + told.Stderr.Replace("mtu=1400", "mtu = 1400"));
        GuestPing(guest, "-M", "do", "-s", "1372").Ok();
        GuestPing(guest, "-M", "dont", "-s", "1450").Ok();
        var (url, sha256) = Bench.Publish("guest-mtu", 3_000_000);
        Assert.Equal(sha256, Download(guest, url));
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void InterfaceDownAndUp_AndGoneAndMadeAnew_LeakNothing_AndServeAgain()
    {
        var guest = AddGuest("flapped");
        var staff = Bench.AddDevice("unflapped", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        GuestPing(guest).Ok();
        Fetch(staff).Ok();
        var ping = Bench.Start(guest.Namespace, "ping", "-n", "-p", "6775657374206f6e6c79", "-T", "tsonly", "-i", "0.02", Bench.ServerAddress);

        Ip("link", "set", Bench.SecondUplinkInterface, "down");
        AwaitEvent("interfaces", $"{Bench.SecondUplinkInterface} is down");
        Assert.False(GuestPing(guest).Succeeded);
        Fetch(staff).Ok();
        Ip("link", "set", Bench.SecondUplinkInterface, "up");
        Wait.For("the guest goes on", () => GuestPing(guest).Succeeded, Patience, Status);
        Wait.For("and by the slow path", () => GuestPing(guest, "-T", "tsonly").Succeeded, Patience, Status);

        Ip("address", "del", Bench.SecondUplinkAddress + "/24", "dev", Bench.SecondUplinkInterface);
        AwaitEvent("interfaces", "another uplink is missing");
        var refused = GuestPing(guest);
        Assert.False(refused.Succeeded, refused.ToString());
        Assert.Contains("Destination Host Unreachable", refused.Stdout);
        Fetch(staff).Ok();
        Ip("address", "add", Bench.SecondUplinkAddress + "/24", "dev", Bench.SecondUplinkInterface);
        Wait.For("the guest goes on", () => GuestPing(guest).Succeeded, Patience, Status);
        Wait.For("and by the slow path", () => GuestPing(guest, "-T", "tsonly").Succeeded, Patience, Status);

        ping.Signal(Native.SIGINT);
        AssertMainRouterSawNoGuest();
    }

    [Fact]
    public void HostOfTheLine_AsksByArpForAnAddressOfTheOtherUplink_IsNotAnswered()
    {
        var staff = Bench.AddDevice("unasked", "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        Fetch(staff).Ok();
        var legal = Bench.LegalAddress(staff);
        Assert.Contains("Received 0 response", Bench.Run(Line.Router, "arping", "-I", "eth0", "-c", "3", "-w", "3", legal).Stdout);
        // Sent there all the same, it goes nowhere.
        var drops = Bench.StatusJson().Drops["wrong_uplink"];
        Bench.Run(Line.Router, "ip", "route", "add", legal, "via", Bench.SecondUplinkAddress).Ok();
        Assert.False(Bench.Run(Line.Router, "ping", "-n", "-c", "2", "-i", "0.2", "-W", "1", legal).Succeeded);
        Assert.True(Bench.StatusJson().Drops["wrong_uplink"] >= drops + 2, Status());
    }

    /// <summary>Whatever speaks of the line's subnet, ARP too.</summary>
    private protected override bool IsOfTheLine(byte[] frame) => frame.AsSpan().IndexOf((ReadOnlySpan<byte>)[198, 51, 100]) >= 0;

    private void Ip(params string[] arguments) => Command.Run(["ip", "-n", Bench.Gateway, .. arguments]).Ok();
}
