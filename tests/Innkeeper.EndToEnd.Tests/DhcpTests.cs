namespace Innkeeper.EndToEnd.Tests;

/// <summary>Real DHCP clients behind the gateway.</summary>
public sealed class DhcpTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("dhclient")]
    [InlineData("udhcpc")]
    [InlineData("dhcpcd")]
    public void Client_IsLeasedAnAddress_AndReachesTheServer(string kind)
    {
        using var client = DhcpClient.Plug(Bench, "a" + kind, kind).Start();

        Assert.StartsWith("10.203.", client.Address());
        Fetch(client.Device).Ok();
        Ping(client.Device.Namespace, "10.203.0.1").Ok();
    }
}
