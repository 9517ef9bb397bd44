using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

/// <summary>Who has a target is found out on the wire; whoever has it keeps it.</summary>
public sealed class OneArmedArpTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    /// <summary>In seconds; to a user it is.</summary>
    private const double AtOnce = 0.2;

    [Fact]
    public void Target_WithALiveOwner_IsAnsweredByTheOwnerAlone()
    {
        var owner = Testbed.AddDevice("owner", "10.50.0.1/24", null);
        var requester = Testbed.AddDevice("asker", "10.50.0.9/24", "10.50.0.1");
        var capture = Testbed.Capture(requester.Namespace, "eth0", "arp");

        Ping(requester.Namespace, owner.Address).AssertOk();
        Assert.Single(Replies(capture, owner.Address));
        // Each asks the wire again: the owner is heard, but whoever answers in error would do so now.
        var arping = Testbed.Run(requester.Namespace, "arping", "-I", "eth0", "-b", "-c", "4", "-w", "6", owner.Address).AssertOk();

        Assert.DoesNotContain(Testbed.UplinkMac, arping.Stdout, StringComparison.OrdinalIgnoreCase);
        Assert.All(Replies(capture, owner.Address), line => Assert.StartsWith(owner.Mac, line, StringComparison.Ordinal));
    }

    [Fact]
    public void Target_WithoutOwner_IsAnsweredOnce_AtTheSecondRequest_AfterAQuestionThatIsNoProbe()
    {
        var requester = Testbed.AddDevice("alone", "10.51.0.9/24", "10.51.0.1");
        var capture = Testbed.Capture(requester.Namespace, "eth0", "arp");

        Fetch(requester).AssertOk();

        var lines = capture.TimedLines();
        var requests = Times(lines, requester.Mac, "who-has 10.51.0.1 ");
        var question = Assert.Single(Times(lines, Testbed.UplinkMac, $"who-has 10.51.0.1 tell {Testbed.GatewayAddress}"));
        var reply = Assert.Single(Times(lines, "", "Reply 10.51.0.1 is-at "));
        Assert.Single(Times(lines, $"{Testbed.UplinkMac} > {requester.Mac}", $"Reply 10.51.0.1 is-at {Testbed.UplinkMac}"));
        Assert.Equal(2, requests.Count);
        Assert.InRange(question, requests[0], requests[1]);
        Assert.InRange(reply, requests[1], requests[1] + AtOnce);
        Assert.Empty(Times(lines, Testbed.UplinkMac, "who-has 10.51.0.1 tell 0.0.0.0"));

        // What was found out is known: the next requester asks once, and nobody else is asked.
        var next = Testbed.AddDevice("next", "10.51.0.10/24", "10.51.0.1");
        var second = Testbed.Capture(next.Namespace, "eth0", "arp");
        Fetch(next).AssertOk();
        lines = second.TimedLines();
        var request = Assert.Single(Times(lines, next.Mac, "who-has 10.51.0.1 "));
        Assert.InRange(Assert.Single(Times(lines, "", "Reply 10.51.0.1 is-at ")), request, request + AtOnce);
        Assert.Empty(Times(lines, Testbed.UplinkMac, "who-has 10.51.0.1 "));
    }

    [Fact]
    public void Owner_ThatAppearsLater_GetsItsAddressAtOnce()
    {
        var requester = Testbed.AddDevice("early", "10.52.0.9/24", "10.52.0.1");
        Fetch(requester).AssertOk();
        Assert.Contains(Testbed.UplinkMac, Neighbor(requester.Namespace, "10.52.0.1"), StringComparison.OrdinalIgnoreCase);

        var owner = Testbed.AddDevice("late", "10.52.0.1/24", null);
        Testbed.Run(owner.Namespace, "arping", "-U", "-I", "eth0", "-c", "1", owner.Address);

        Wait.For("the owner in the asker's table", () => Neighbor(requester.Namespace, owner.Address).Contains(owner.Mac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Neighbor(requester.Namespace, owner.Address));
        var arping = Testbed.Run(requester.Namespace, "arping", "-I", "eth0", "-b", "-c", "3", "-w", "5", owner.Address).AssertOk();
        Assert.DoesNotContain(Testbed.UplinkMac, arping.Stdout, StringComparison.OrdinalIgnoreCase);
        Assert.True(Testbed.StatusJson().Counters["arp_given_back"] > 0, Testbed.Cli("status", "--json").ToString());
    }

    [Fact]
    public void Owner_HeardByUsAlone_IsNamedToTheRequester_ByUnicast()
    {
        // Isolated from each other: what the requester hears of the owner, it hears from us.
        var requester = Testbed.AddDevice("apart", "10.53.0.9/24", "10.53.0.1", new DeviceSettings { Isolated = true });
        Fetch(requester).AssertOk();
        var capture = Testbed.Capture(requester.Namespace, "eth0", "arp");
        var onlooker = Testbed.Capture(Testbed.Office, "eth0", "arp", "and", "ether", "src", Testbed.UplinkMac);

        var owner = Testbed.AddDevice("hidden", "10.53.0.1/24", null, new DeviceSettings { Isolated = true });
        Testbed.Run(owner.Namespace, "arping", "-U", "-I", "eth0", "-c", "1", owner.Address);

        Wait.For("the owner in the asker's table", () => Neighbor(requester.Namespace, owner.Address).Contains(owner.Mac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Neighbor(requester.Namespace, owner.Address));
        Assert.Single(capture.Lines(), line => line.StartsWith($"{Testbed.UplinkMac} > {requester.Mac}", StringComparison.Ordinal)
            && line.Contains("who-has 10.53.0.1 ", StringComparison.Ordinal) && line.Contains("tell 10.53.0.1,", StringComparison.Ordinal));
        Assert.DoesNotContain(onlooker.Lines(), line => line.Contains("10.53.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public void Interloper_AskingForAnAddressOfTheLan_IsNotAnsweredByUs()
    {
        var requester = Testbed.AddDevice("wide", "137.200.1.2/8", "137.0.0.1");

        var arping = Testbed.Run(requester.Namespace, "arping", "-I", "eth0", "-c", "4", "-w", "5", "137.118.199.222");

        Assert.False(arping.Succeeded, arping.ToString());
    }

    [Fact]
    public void Interloper_AskingForALegalAddressInUse_IsAnswered_AndReachesIt()
    {
        var device = Testbed.AddDevice("legal", "47.31.128.210/24", "47.31.128.1");
        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device);
        var requester = Testbed.AddDevice("broad", "137.200.1.3/8", "137.0.0.1");
        Fetch(requester).AssertOk();
        var capture = Testbed.Capture(requester.Namespace, "eth0", "arp");

        Ping(requester.Namespace, legal).AssertOk();

        Assert.StartsWith(Testbed.UplinkMac, Assert.Single(Replies(capture, legal)), StringComparison.Ordinal);
    }

    [Fact]
    public void HostOfTheLan_ThatHasARouter_AskingForADeadNeighbor_IsNotAnswered()
    {
        var clerk = Testbed.AddLanHost("clerk", "137.118.199.40");
        Ping(clerk, Testbed.ServerAddress).AssertOk();

        var arping = Testbed.Run(clerk, "arping", "-I", "eth0", "-c", "6", "-w", "7", "137.118.199.223");

        Assert.False(arping.Succeeded, arping.ToString());
    }

    private static string Neighbor(string ns, string address) => Testbed.Run(ns, "ip", "neigh", "show", address).Stdout;

    /// <summary>When frames were seen that begin with a MAC, or "A > B", and say something.</summary>
    private static List<double> Times(IReadOnlyList<(double Time, string Line)> lines, string from, string words) =>
        [.. lines.Where(each => each.Line.StartsWith(from, StringComparison.Ordinal) && each.Line.Contains(words, StringComparison.Ordinal)).Select(each => each.Time)];

    /// <summary>Replies that say where a target is.</summary>
    private static List<string> Replies(Capture capture, string target) =>
        [.. capture.Lines().Where(line => line.Contains($"Reply {target} is-at", StringComparison.Ordinal))];
}
