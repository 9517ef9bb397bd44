using Innkeeper.EndToEnd.Tests.Dhcp;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.Notifications;

/// <summary>Ports for 16,000 devices, and an administrator who is told of who comes, with a digest after a minute.</summary>
public sealed class ArrivalCrowdFixture() : GatewayFixture(
    CrowdFixture.Settings with
    {
        Extra = $"""
            [mail]
            server = "{Testbed.OfficeAddress}:2527"
            tls = "none"
            from = "innkeeper@example.net"
            to = ["admin@example.org"]
            digest = "1m"
            events = ["arrival"]

            """,
    },
    beforeStart: testbed =>
    {
        for (var last = 100; last <= 115; last++)
        {
            testbed.AllowOnUplink($"137.118.199.{last}");
        }
    });

/// <summary>Ten thousand newcomers at once, and what the administrator hears of them.</summary>
public sealed class ArrivalCrowdTests(ArrivalCrowdFixture fixture) : GatewayTests(fixture), IClassFixture<ArrivalCrowdFixture>
{
    private const int Many = 10_000;

    [Fact]
    public void NewDevices_TenThousandAtOnce_AreBoundWithinAMinute_AndAreFiveMailsAndOneDigest()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/python3/dist-packages/aiosmtpd"), "missing on this machine: python3-aiosmtpd (scripts/prepare.sh installs it)");
        var server = Testbed.StartListener(Testbed.Office, 2527, "/usr/bin/python3", "-u", "-m", "aiosmtpd", "-n", "-l", $"{Testbed.OfficeAddress}:2527", "-c", "aiosmtpd.handlers.Debugging", "stdout");

        var arrived = Crowd.Plug(Testbed).Run(Many, "--arrive", "1", "--arp", "--ping", Testbed.ServerAddress);

        Assert.Equal(Many, arrived.Through);
        Assert.InRange(arrived.LastThroughSeconds, 0, 60);
        Wait.For("the digest", () => Subjects().Any(s => s.Contains(" new devices since ", StringComparison.Ordinal)), TimeSpan.FromSeconds(120), () => Testbed.Cli("status", "--json").ToString());
        var subjects = Subjects();
        Assert.Equal(5, subjects.Count(s => s.Contains(": new device ", StringComparison.Ordinal)));
        Assert.Contains($": {Many - 5} new devices since ", Assert.Single(subjects, s => !s.Contains(": new device ", StringComparison.Ordinal)));
        Assert.Contains($"{Many} with the 5 that were reported one by one just before", server.Stdout);

        // Nothing waits behind it.
        Assert.Contains("\"mail\":{\"waiting\":0,\"sent\":6,", Testbed.Cli("status", "--json").AssertOk().Stdout);
        server.Signal(Native.SIGTERM);

        List<string> Subjects() => [.. Messages().Select(m => m.Split('\n').SkipWhile(l => !l.StartsWith("Subject: ", StringComparison.Ordinal)))
            .Select(lines => string.Concat(lines.Take(1).Concat(lines.Skip(1).TakeWhile(l => l.StartsWith(' ')))))];

        IEnumerable<string> Messages() => server.Stdout.Split("---------- MESSAGE FOLLOWS ----------\n").Skip(1);
    }
}
