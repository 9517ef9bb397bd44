using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

public sealed class LegalLeaseFixture() : GatewayFixture(Settings)
{
    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with { Extra = "[dhcp]\naddresses = \"legal\"\n" };
}

/// <summary>A device's lease is its legal address itself.</summary>
public sealed class DhcpLegalTests(LegalLeaseFixture fixture) : GatewayTests(fixture), IClassFixture<LegalLeaseFixture>
{
    [Fact]
    public void Client_IsLeasedItsLegalAddress_AndGetsItAgain_WhileOthersGetOthers()
    {
        using var client = DhcpClient.Plug(Bench, "legal", "udhcpc").Start();
        var address = client.Address();

        Assert.True(IsPoolAddress(address), address);
        Fetch(client.Device).Ok();
        Ping(client.Device.Namespace, Bench.RouterAddress).Ok();
        Ping(client.Device.Namespace, Bench.OfficeAddress).Ok();
        Assert.Equal(address, Bench.LegalAddress(client.Device, address));
        Assert.Contains($" bound {address} {Bench.RouterAddress} {Bench.GatewayAddress} ", string.Join('\n', client.Calls));

        // From outside it is called by that address.
        Ping(Bench.Office, address).Ok();

        // By unicast, to our address on the uplink LAN.
        client.Signal(Native.SIGUSR1);
        Wait.For("it renewed", () => client.Calls.Any(c => c.Contains($" renew {address} ", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => string.Join('\n', client.Calls));

        // A static device, and one that is leased another, take none of that.
        var guest = Bench.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(guest).Ok();
        using var second = DhcpClient.Plug(Bench, "second", "dhclient").Start();
        var other = second.Address();
        Fetch(second.Device).Ok();
        Assert.Equal(3, new[] { address, other, Bench.LegalAddress(guest) }.Distinct().Count());
        Assert.Equal(other, Bench.LegalAddress(second.Device, other));
        Ping(client.Device.Namespace, other).Ok();

        client.Kill();
        Bench.KillGateway(Native.SIGKILL);
        Bench.StartGateway(LegalLeaseFixture.Settings);
        Assert.Equal(address, client.Start().Address());
        Fetch(client.Device).Ok();
        Assert.Equal(address, Bench.LegalAddress(client.Device, address));
    }
}
