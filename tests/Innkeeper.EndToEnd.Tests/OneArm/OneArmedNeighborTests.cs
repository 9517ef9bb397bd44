using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

/// <summary>A LAN with a host that knew its router before the gateway came, and has no reason to ask for it by broadcast.</summary>
public sealed class LanBeforeFixture() : GatewayFixture(GatewaySettings.Default, beforeStart: AddQuietHost, oneArmed: true)
{
    internal const string Quiet = "quiet";
    internal const string QuietAddress = "137.118.199.41";

    private static void AddQuietHost(Testbed testbed)
    {
        var quiet = testbed.AddDevice(Quiet, QuietAddress + "/24", Testbed.RouterAddress);
        Testbed.Run(quiet.Namespace, "ping", "-n", "-c", "1", "-w", "5", Testbed.ServerAddress).AssertOk();
    }
}

/// <summary>A gateway that does not exist looks as a neighbour that is off: hosts of the LAN that are not to be helped, or no longer.</summary>
public sealed class OneArmedNeighborTests(LanBeforeFixture fixture) : GatewayTests(fixture), IClassFixture<LanBeforeFixture>
{
    [Fact]
    public void Host_NeverHeardToAskForItsRouter_ReachesANeighborThatWasOff_AsSoonAsThatIsOn()
    {
        const string neighborsAddress = "137.118.199.225";
        Testbed.AllowLostHost(LanBeforeFixture.QuietAddress, neighborsAddress);
        var quiet = Testbed.Device(LanBeforeFixture.Quiet)!.Namespace;
        Assert.False(Testbed.Run(quiet, "ping", "-n", "-c", "5", "-i", "1", "-W", "1", neighborsAddress).Succeeded);

        var neighbor = Testbed.AddLanHost("neighbour", neighborsAddress);

        ExpectNeighbor();

        // As if the correction had been lost on its way.
        Testbed.Run(quiet, "ip", "neigh", "replace", neighborsAddress, "lladdr", Testbed.UplinkMac, "dev", "eth0", "nud", "reachable").AssertOk();
        ExpectNeighbor();

        void ExpectNeighbor()
        {
            Testbed.Run(quiet, "ping", "-n", "-c", "1", "-i", "0.2", "-w", "5", neighborsAddress).AssertOk();
            Assert.Contains(Testbed.Mac(neighbor, "eth0"), Testbed.Run(quiet, "ip", "neigh", "show", neighborsAddress).Stdout, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Gateway_ThatIsPluggedInAfterAll_IsNamedToTheHostThatWasServedInstead()
    {
        const string gateway = "137.118.199.253";
        Testbed.AllowLostHost("137.118.199.125", gateway);
        // Isolated from each other: what the host hears of the gateway, it hears from us.
        var host = Testbed.AddDevice("waiting", "137.118.199.125/24", gateway, new DeviceSettings { Isolated = true });
        Fetch(host).AssertOk();

        var owner = Testbed.AddDevice("owner", gateway + "/24", null, new DeviceSettings { Isolated = true });
        Testbed.Run(owner.Namespace, "arping", "-U", "-I", "eth0", "-c", "1", gateway);

        Wait.For("the gateway in the host's table", () => Testbed.Run(host.Namespace, "ip", "neigh", "show", gateway).Stdout.Contains(owner.Mac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Testbed.Run(host.Namespace, "ip", "neigh").Stdout);
    }

    [Fact]
    public void HostOfTheLan_WithAGatewayThatIsNotThere_WhereNoneIsServed_IsNotAnswered()
    {
        Testbed.KillGateway(Native.SIGTERM);
        Testbed.StartGateway(GatewaySettings.Default with { Access = "wrong_gateways = false" });
        try
        {
            var device = Testbed.AddDevice("lost", "137.118.199.124/24", "137.118.199.254");

            var asked = Testbed.Run(device.Namespace, "arping", "-I", "eth0", "-c", "5", "-w", "5", "137.118.199.254");

            Assert.False(asked.Succeeded, asked.ToString());
            Assert.Null(Testbed.Find(device));
        }
        finally
        {
            Testbed.KillGateway(Native.SIGTERM);
            Testbed.StartGateway();
        }
    }
}
