using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>Who has a target is found out on the wire; whoever has it keeps it.</summary>
public sealed class OneArmedArpTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Target_WithALiveOwner_IsAnsweredByTheOwnerAlone()
    {
        var owner = Bench.AddDevice("owner", "10.50.0.1/24", null);
        var asker = Bench.AddDevice("asker", "10.50.0.9/24", "10.50.0.1");
        var capture = Bench.Capture(asker.Namespace, "eth0", "arp");

        Ping(asker.Namespace, owner.Address).Ok();
        // Each asks the wire again: the owner is heard, but whoever answers in error would do so now.
        var arping = Bench.Run(asker.Namespace, "arping", "-I", "eth0", "-b", "-c", "4", "-w", "6", owner.Address).Ok();

        Assert.DoesNotContain(Bench.UplinkMac, arping.Stdout, StringComparison.OrdinalIgnoreCase);
        Assert.All(Replies(capture, owner.Address), line => Assert.StartsWith(owner.Mac, line, StringComparison.Ordinal));
    }

    [Fact]
    public void Target_WithoutOwner_IsAnsweredOnce_AfterAQuestionThatIsNoProbe()
    {
        var asker = Bench.AddDevice("alone", "10.51.0.9/24", "10.51.0.1");
        var capture = Bench.Capture(asker.Namespace, "eth0", "arp");

        Fetch(asker).Ok();

        Assert.StartsWith(Bench.UplinkMac, Assert.Single(Replies(capture, "10.51.0.1")), StringComparison.Ordinal);
        Assert.Contains(capture.Lines(), line => line.StartsWith(Bench.UplinkMac, StringComparison.Ordinal) && line.Contains($"who-has 10.51.0.1 tell {Bench.GatewayAddress}", StringComparison.Ordinal));
        Assert.DoesNotContain(capture.Lines(), line => line.Contains("who-has 10.51.0.1 tell 0.0.0.0", StringComparison.Ordinal));

        // What was found out is known: the next asker asks once.
        var next = Bench.AddDevice("next", "10.51.0.10/24", "10.51.0.1");
        var second = Bench.Capture(next.Namespace, "eth0", "arp", "and", "ether", "src", next.Mac, "and", "arp[6:2]", "=", "1");
        Fetch(next).Ok();
        Assert.Single(second.Lines(), line => line.Contains("who-has 10.51.0.1", StringComparison.Ordinal));
    }

    [Fact]
    public void Owner_ThatAppearsLater_GetsItsAddressAtOnce()
    {
        var asker = Bench.AddDevice("early", "10.52.0.9/24", "10.52.0.1");
        Fetch(asker).Ok();
        Assert.Contains(Bench.UplinkMac, Neighbour(asker.Namespace, "10.52.0.1"), StringComparison.OrdinalIgnoreCase);

        var owner = Bench.AddDevice("late", "10.52.0.1/24", null);
        Bench.Run(owner.Namespace, "arping", "-U", "-I", "eth0", "-c", "1", owner.Address);

        Wait.For("the owner in the asker's table", () => Neighbour(asker.Namespace, owner.Address).Contains(owner.Mac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Neighbour(asker.Namespace, owner.Address));
        var arping = Bench.Run(asker.Namespace, "arping", "-I", "eth0", "-b", "-c", "3", "-w", "5", owner.Address).Ok();
        Assert.DoesNotContain(Bench.UplinkMac, arping.Stdout, StringComparison.OrdinalIgnoreCase);
        Assert.True(Bench.StatusJson().Counters["arp_given_back"] > 0, Bench.Cli("status", "--json").ToString());
    }

    [Fact]
    public void Interloper_AskingForAnAddressOfTheLan_IsNotAnsweredByUs()
    {
        var asker = Bench.AddDevice("wide", "137.200.1.2/8", "137.0.0.1");

        var arping = Bench.Run(asker.Namespace, "arping", "-I", "eth0", "-c", "4", "-w", "5", "137.118.199.222");

        Assert.False(arping.Succeeded, arping.ToString());
    }

    [Fact]
    public void HostOfTheLan_ThatHasARouter_AskingForADeadNeighbour_IsNotAnswered()
    {
        var clerk = Bench.AddLanHost("clerk", "137.118.199.40");
        Ping(clerk, Bench.ServerAddress).Ok();

        var arping = Bench.Run(clerk, "arping", "-I", "eth0", "-c", "6", "-w", "7", "137.118.199.223");

        Assert.False(arping.Succeeded, arping.ToString());
    }

    private static string Neighbour(string ns, string address) => Bench.Run(ns, "ip", "neigh", "show", address).Stdout;

    /// <summary>Replies that say where a target is.</summary>
    private static List<string> Replies(Capture capture, string target) =>
        [.. capture.Lines().Where(line => line.Contains($"Reply {target} is-at", StringComparison.Ordinal))];
}
