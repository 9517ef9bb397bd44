using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Notifications;

/// <summary>Who comes is told of, by a mail of its own: a class apart, as the first few mails are counted.</summary>
public sealed class ArrivalMailTests(GatewayFixture fixture) : GatewayTests(fixture), IClassFixture<GatewayFixture>
{
    private static readonly GatewaySettings s_mailing = GatewaySettings.Default with
    {
        Extra = $"[mail]\nserver = \"{Testbed.OfficeAddress}:2526\"\ntls = \"none\"\nfrom = \"innkeeper@example.net\"\nto = [\"admin@example.org\"]",
    };

    [Fact]
    public void Device_ThatIsNew_IsToldOfWithItsSettings_AndOneThatIsKnownIsNot()
    {
        var known = Testbed.AddDevice("known", "10.1.2.3/24", "10.1.2.254", new DeviceSettings { Isolated = true });
        Ping(known.Namespace, Testbed.ServerAddress).AssertOk();
        Testbed.KillGateway(Native.SIGTERM);
        var server = StartWithMail();

        var arrival = Testbed.AddDevice("arrival", "192.0.2.195/24", "192.0.2.254", new DeviceSettings { Isolated = true });
        Testbed.Run(arrival.Namespace, "dig", "+tries=2", "@47.31.1.53", Testbed.WebName).AssertOk();
        Ping(known.Namespace, Testbed.ServerAddress).AssertOk();
        Ping(arrival.Namespace, Testbed.ServerAddress).AssertOk();

        Wait.For("the administrator is told of it", () => server.Stdout.Contains(arrival.Mac, StringComparison.OrdinalIgnoreCase), TimeSpan.FromSeconds(60), server.ToString);
        foreach (var said in (string[])["192.0.2.195", "192.0.2.254", "47.31.1.53", $"innkeeper devices block {arrival.Mac}"])
        {
            Assert.Contains(said, server.Stdout, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain(known.Mac, server.Stdout, StringComparison.OrdinalIgnoreCase);
        server.Signal(Native.SIGTERM);
    }

    [Fact]
    public void Device_ThatCameJustBeforeTheGatewayWasStopped_IsToldOfByTheNext()
    {
        Testbed.KillGateway(Native.SIGTERM);
        using var server = StartWithMail();
        var arrival = Testbed.AddDevice("hurried", "192.0.2.196/24", "192.0.2.254", new DeviceSettings { Isolated = true });
        Ping(arrival.Namespace, Testbed.ServerAddress).AssertOk();
        Testbed.KillGateway(Native.SIGTERM);
        Assert.DoesNotContain(arrival.Mac, server.Stdout, StringComparison.OrdinalIgnoreCase);

        Testbed.StartGateway(s_mailing);
        Wait.For("the administrator is told of it", () => server.Stdout.Contains(arrival.Mac, StringComparison.OrdinalIgnoreCase), TimeSpan.FromSeconds(60), server.ToString);
        server.Signal(Native.SIGTERM);
    }

    /// <summary>A mail server of its own in the office, and the gateway that is to use it.</summary>
    private BackgroundProcess StartWithMail()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd"), "missing on this machine: python3-aiosmtpd (scripts/prepare.sh installs it)");
        var server = Testbed.StartListener(Testbed.Office, 2526, "/usr/bin/python3", "-u", "-m", "aiosmtpd", "-n", "-l", $"{Testbed.OfficeAddress}:2526", "-c", "aiosmtpd.handlers.Debugging", "stdout");
        Testbed.StartGateway(s_mailing);
        return server;
    }
}
