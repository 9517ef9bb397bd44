using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Dhcp;

public sealed class LegalLeaseFixture() : GatewayFixture(Settings)
{
    internal static GatewaySettings Settings { get; } = GatewaySettings.Default with { Extra = "[dhcp]\naddresses = \"legal\"\n" };
}

/// <summary>A device's lease is its legal address itself.</summary>
public sealed class LegalLeaseTests(LegalLeaseFixture fixture) : GatewayTests(fixture), IClassFixture<LegalLeaseFixture>
{
    [Fact]
    public void Client_IsLeasedItsLegalAddress_AndGetsItAgain_WhileOthersGetOthers()
    {
        using var client = DhcpClient.Plug(Testbed, "legal", "udhcpc").Start();
        var address = client.Address();

        Assert.True(IsPoolAddress(address), address);
        Fetch(client.Device).Ok();
        Ping(client.Device.Namespace, Testbed.RouterAddress).Ok();
        Ping(client.Device.Namespace, Testbed.OfficeAddress).Ok();
        Assert.Equal(address, Testbed.LegalAddress(client.Device, address));
        Assert.Contains($" bound {address} {Testbed.RouterAddress} {Testbed.GatewayAddress} ", string.Join('\n', client.Calls));

        // From outside it is called by that address.
        Ping(Testbed.Office, address).Ok();

        // By unicast, to our address on the uplink LAN.
        client.Signal(Native.SIGUSR1);
        Wait.For("it renewed", () => client.Calls.Any(c => c.Contains($" renew {address} ", StringComparison.Ordinal)), TimeSpan.FromSeconds(20), () => string.Join('\n', client.Calls));

        // A static device, and one that is leased another, take none of that.
        var guest = Testbed.AddDevice("guest", "47.31.128.195/24", "47.31.128.1");
        Fetch(guest).Ok();
        using var second = DhcpClient.Plug(Testbed, "second", "dhclient").Start();
        var other = second.Address();
        Fetch(second.Device).Ok();
        Assert.Equal(3, new[] { address, other, Testbed.LegalAddress(guest) }.Distinct().Count());
        Assert.Equal(other, Testbed.LegalAddress(second.Device, other));
        Ping(client.Device.Namespace, other).Ok();

        client.Kill();
        Testbed.KillGateway(Native.SIGKILL);
        Testbed.StartGateway(LegalLeaseFixture.Settings);
        Assert.Equal(address, client.Start().Address());
        Fetch(client.Device).Ok();
        Assert.Equal(address, Testbed.LegalAddress(client.Device, address));
    }
}
