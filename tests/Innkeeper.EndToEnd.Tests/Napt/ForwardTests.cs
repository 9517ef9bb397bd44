using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Napt;

/// <summary>A web page of a device is reached by a port of the address that all devices share.</summary>
public sealed class ForwardTests(NoPoolFixture fixture) : GatewayTests(fixture), IClassFixture<NoPoolFixture>
{
    [Fact]
    public void Forward_IsReachedFromOutsideAndInside_AndFollowsItsDevice_AndOutlivesTheProcess()
    {
        var device = AddServer("camera");
        Testbed.Cli("forwards", "add", "tcp", "8080", device.Mac, "--to-port", "80").AssertOk();
        AwaitPage("the forward is open", 8080, "camera");

        // From behind the gateway, by the same address.
        var neighbor = Testbed.AddDevice("neighbor", "192.168.0.5/24", "192.168.0.1", new DeviceSettings { Isolated = true });
        Fetch(neighbor, Url(8080)).AssertOk();

        // Another address of its own.
        Testbed.Run(device.Namespace, "ip", "addr", "flush", "dev", "eth0").AssertOk();
        Testbed.Run(device.Namespace, "ip", "addr", "add", "10.77.0.9/24", "dev", "eth0").AssertOk();
        Testbed.Run(device.Namespace, "ip", "route", "replace", "default", "via", "10.77.0.1").AssertOk();
        Fetch(device).AssertOk();
        AwaitPage("the forward followed its device", 8080, "camera");
        Assert.Contains("10.77.0.9:80", Testbed.Cli("forwards", "list").AssertOk().Stdout, StringComparison.Ordinal);

        // Without a process, and adopted by another.
        Testbed.KillGateway(Native.SIGKILL);
        Get(8080).AssertOk();
        Testbed.StartGateway(keepsFile: true);
        Get(8080).AssertOk();
        AwaitState("tcp-8080", "open");
        Get(8080).AssertOk();

        Testbed.Cli("forwards", "remove", "tcp-8080").AssertOk();
        Wait.For("the forward is closed", () => Get(8080).ExitCode != 0, TimeSpan.FromSeconds(20), Forwards);
    }

    [Fact]
    public void Forward_OfAPortThatAServiceOfTheHostHas_IsRefusedWithTheReason_AndOpensWhenTheServiceEnds()
    {
        var device = AddServer("printer");
        using var service = Testbed.StartListener(Testbed.Gateway, 9310, "socat", "TCP-LISTEN:9310,fork,reuseaddr", "EXEC:echo host");
        Testbed.Cli("forwards", "add", "tcp", "9310", device.Mac, "--to-port", "80").AssertOk();

        AwaitState("tcp-9310", "refused");
        Assert.Contains("a service of this host has TCP port 9310", Testbed.Cli("forwards", "list").AssertOk().Stdout, StringComparison.Ordinal);
        Assert.Contains("does not work: a service of this host", Testbed.Cli("status", "--json").Stdout, StringComparison.Ordinal);
        Assert.Contains("host", Testbed.Run(Testbed.Server, "socat", "-u", $"TCP:{Testbed.GatewayAddress}:9310", "-").AssertOk().Stdout, StringComparison.Ordinal);

        service.Stop();
        AwaitPage("the forward opened", 9310, "printer");
        Assert.DoesNotContain("does not work: a service of this host", Testbed.Cli("status", "--json").Stdout, StringComparison.Ordinal);
        Testbed.Cli("forwards", "remove", "tcp-9310").AssertOk();
    }

    private static string Url(int port) => $"http://{Testbed.GatewayAddress}:{port}/";

    private CommandResult Get(int port) => Testbed.Run(Testbed.Server, "curl", "-sS", "--fail", "-m", "3", Url(port));

    private string Forwards() => Testbed.Cli("forwards", "list", "--wide").ToString();

    private void AwaitPage(string what, int port, string content) => Wait.For(what, () => Get(port).Stdout.Contains(content, StringComparison.Ordinal), TimeSpan.FromSeconds(30), Forwards);

    private void AwaitState(string forward, string state) => Wait.For(
        $"{forward} is {state}", () => Testbed.Cli("forwards", "list", "--json").Stdout is var list && list.Contains($"\"{forward}\"", StringComparison.Ordinal) && list.Contains($"\"{state}\"", StringComparison.Ordinal),
        TimeSpan.FromSeconds(20), Forwards);

    /// <summary>A device with a page that has its name.</summary>
    private Device AddServer(string name)
    {
        var device = Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1", new DeviceSettings { Isolated = true });
        var folder = Directory.CreateDirectory(Path.Combine(Testbed.Directory, $"page-{name}")).FullName;
        File.WriteAllText(Path.Combine(folder, "index.html"), name);
        Testbed.StartListener(device.Namespace, 80, "/usr/bin/python3", "-u", "-m", "http.server", "80", "--directory", folder);
        Fetch(device).AssertOk();
        return device;
    }
}

/// <summary>A device with an outside address of its own has a forward of the shared address too.</summary>
public sealed class ForwardToOwnAddressTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    [Fact]
    public void Device_WithAnAddressOfItsOwn_IsReachedByThatAndByTheForward()
    {
        var device = Testbed.AddDevice("press", "47.31.128.195/24", "47.31.128.1");
        Testbed.StartListener(device.Namespace, 80, "socat", "TCP-LISTEN:80,fork,reuseaddr", "SYSTEM:echo I am press");
        Fetch(device).AssertOk();
        var own = Testbed.AwaitLegalAddress(device);
        Testbed.Cli("forwards", "add", "tcp", "8080", device.Mac, "--to-port", "80").AssertOk();

        Wait.For("the forward is open", () => Reaches($"{Testbed.GatewayAddress}:8080"), TimeSpan.FromSeconds(20), () => Testbed.Cli("forwards", "list", "--wide").ToString());
        Assert.Equal(own, Testbed.AwaitLegalAddress(device));
        for (var i = 0; i < 3; i++)
        {
            Assert.True(Reaches($"{own}:80"), "by its own address");
            Assert.True(Reaches($"{Testbed.GatewayAddress}:8080"), "by the forward");
        }

        bool Reaches(string address) => Testbed.Run(Testbed.Server, "socat", "-T", "2", "-", $"TCP:{address},connect-timeout=2").Stdout.Contains("I am press", StringComparison.Ordinal);
    }
}
