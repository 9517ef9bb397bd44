using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A LAN with a host that knew its router before the gateway came, and has no reason to ask for it by broadcast.</summary>
public sealed class LanBeforeFixture() : GatewayFixture(GatewaySettings.Default, beforeStart: AddQuietHost, oneArmed: true)
{
    internal const string Quiet = "quiet";
    internal const string QuietAddress = "137.118.199.41";

    private static void AddQuietHost(Bench bench)
    {
        var quiet = bench.AddDevice(Quiet, QuietAddress + "/24", Bench.RouterAddress);
        Bench.Run(quiet.Namespace, "ping", "-n", "-c", "1", "-w", "5", Bench.ServerAddress).Ok();
    }
}

/// <summary>A gateway that does not exist looks as a neighbour that is off: hosts of the LAN that are not to be helped, or no longer.</summary>
public sealed class OneArmedNeighbourTests(LanBeforeFixture fixture) : GatewayTests(fixture), IClassFixture<LanBeforeFixture>
{
    [Fact]
    public void Host_NeverHeardToAskForItsRouter_ReachesANeighbourThatWasOff_AsSoonAsThatIsOn()
    {
        const string neighboursAddress = "137.118.199.225";
        Bench.AllowLostHost(LanBeforeFixture.QuietAddress, neighboursAddress);
        var quiet = Bench.Device(LanBeforeFixture.Quiet)!.Namespace;
        Assert.False(Bench.Run(quiet, "ping", "-n", "-c", "5", "-i", "1", "-W", "1", neighboursAddress).Succeeded);

        var neighbour = Bench.AddLanHost("neighbour", neighboursAddress);

        ExpectNeighbour();

        // As if the correction had been lost on its way.
        Bench.Run(quiet, "ip", "neigh", "replace", neighboursAddress, "lladdr", Bench.UplinkMac, "dev", "eth0", "nud", "reachable").Ok();
        ExpectNeighbour();

        void ExpectNeighbour()
        {
            Bench.Run(quiet, "ping", "-n", "-c", "1", "-i", "0.2", "-w", "5", neighboursAddress).Ok();
            Assert.Contains(Bench.Mac(neighbour, "eth0"), Bench.Run(quiet, "ip", "neigh", "show", neighboursAddress).Stdout, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Gateway_ThatIsPluggedInAfterAll_IsNamedToTheHostThatWasServedInstead()
    {
        const string gateway = "137.118.199.253";
        Bench.AllowLostHost("137.118.199.125", gateway);
        // Isolated from each other: what the host hears of the gateway, it hears from us.
        var host = Bench.AddDevice("waiting", "137.118.199.125/24", gateway, new DeviceSettings { Isolated = true });
        Fetch(host).Ok();

        var owner = Bench.AddDevice("owner", gateway + "/24", null, new DeviceSettings { Isolated = true });
        Bench.Run(owner.Namespace, "arping", "-U", "-I", "eth0", "-c", "1", gateway);

        Wait.For("the gateway in the host's table", () => Bench.Run(host.Namespace, "ip", "neigh", "show", gateway).Stdout.Contains(owner.Mac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Bench.Run(host.Namespace, "ip", "neigh").Stdout);
    }

    [Fact]
    public void HostOfTheLan_WithAGatewayThatIsNotThere_WhereNoneIsServed_IsNotAnswered()
    {
        Bench.KillGateway(Native.SIGTERM);
        Bench.StartGateway(GatewaySettings.Default with { Access = "wrong_gateways = false" });
        try
        {
            var device = Bench.AddDevice("lost", "137.118.199.124/24", "137.118.199.254");

            var asked = Bench.Run(device.Namespace, "arping", "-I", "eth0", "-c", "5", "-w", "5", "137.118.199.254");

            Assert.False(asked.Succeeded, asked.ToString());
            Assert.Null(Bench.Find(device));
        }
        finally
        {
            Bench.KillGateway(Native.SIGTERM);
            Bench.StartGateway();
        }
    }
}
