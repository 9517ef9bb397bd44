using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

/// <summary>A station is what its address says now, whatever it was before.</summary>
public sealed class OneArmedChangeTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Interloper_ThatIsSetRight_IsAHostOfTheLan_AndPassesUsBy()
    {
        var device = Testbed.AddDevice("corrected", "47.31.128.60/24", "47.31.128.1");
        Fetch(device).AssertOk();
        SetUp(device, "137.118.199.121/24", Testbed.RouterAddress);
        var capture = Testbed.Capture(Testbed.Lan, "gw", "ip", "and", "ether", "host", device.Mac);

        Fetch(device, Page + "?corrected").AssertOk();
        Ping(device.Namespace, Testbed.OfficeAddress).AssertOk();
        // What we hear of it is for ourselves: the capture sees that.
        Ping(device.Namespace, Testbed.GatewayAddress).AssertOk();

        Assert.Contains(Testbed.ServerLog.Split('\n'), line => line.StartsWith("137.118.199.121 ", StringComparison.Ordinal) && line.Contains("?corrected", StringComparison.Ordinal));
        Assert.NotEmpty(capture.Lines());
        var others = capture.Lines().Where(line => !line.Contains(Testbed.GatewayAddress, StringComparison.Ordinal)).ToList();
        Assert.True(others.Count == 0, string.Join('\n', others));
    }

    [Fact]
    public void HostOfTheLan_ThatTakesAForeignAddress_IsServed()
    {
        var device = Testbed.AddDevice("misled", "137.118.199.122/24", Testbed.RouterAddress);
        Fetch(device).AssertOk();
        Assert.Null(Testbed.Find(device));

        SetUp(device, "10.70.0.9/24", "10.70.0.1");

        Fetch(device).AssertOk();
        var legal = Testbed.AwaitLegalAddress(device, "10.70.0.9");
        Assert.True(IsPoolAddress(legal), legal);
        Ping(Testbed.Office, legal).AssertOk();
    }

    [Fact]
    public void Interloper_WithTheServersAddress_IsReached_AndTakesItFromNobody()
    {
        var twin = Testbed.AddDevice("twin", Testbed.ServerAddress + "/24", "203.0.113.126");
        var other = Testbed.AddDevice("other", "47.31.128.61/24", "47.31.128.1");

        Testbed.Run(twin.Namespace, "dig", "+time=4", "+tries=2", "+short", "@10.250.0.53", Testbed.WebName).AssertOk();
        Ping(Testbed.Office, Testbed.AwaitLegalAddress(twin)).AssertOk();

        Fetch(other, Page + "?other").AssertOk();
        Testbed.Run(Testbed.Office, "curl", "-sS", "--fail", "-m", "10", Page + "?office").AssertOk();
        foreach (var (source, query) in (ReadOnlySpan<(string, string)>)[(Testbed.AwaitLegalAddress(other), "?other"), (Testbed.OfficeAddress, "?office")])
        {
            Assert.Contains(Testbed.ServerLog.Split('\n'), line => line.StartsWith(source + " ", StringComparison.Ordinal) && line.Contains(query, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Owner_ThatAppearsAfterARestart_GetsItsAddress()
    {
        var requester = Testbed.AddDevice("asker", "10.71.0.9/24", "10.71.0.1");
        Fetch(requester).AssertOk();
        Testbed.KillGateway(Native.SIGKILL);
        Testbed.StartGateway();

        var owner = Testbed.AddDevice("owner", "10.71.0.1/24", null);
        Testbed.Run(owner.Namespace, "arping", "-U", "-I", "eth0", "-c", "1", owner.Address);

        Wait.For("the owner in the asker's table", () => Testbed.Run(requester.Namespace, "ip", "neigh", "show", owner.Address).Stdout.Contains(owner.Mac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Testbed.Run(requester.Namespace, "ip", "neigh").Stdout);
        Ping(requester.Namespace, owner.Address).AssertOk();
    }

    private void SetUp(Device device, string address, string gateway)
    {
        // Or else the server sends the end of a conversation again, to where the device was.
        Wait.For("conversations are over", () => Testbed.Run(Testbed.Server, "ss", "-Htan", "exclude", "listening", "exclude", "time-wait").AssertOk().Stdout.Length == 0,
            TimeSpan.FromSeconds(20), () => Testbed.Run(Testbed.Server, "ss", "-tan").ToString());
        foreach (var command in (string[][])[["address", "flush", "dev", "eth0"], ["neigh", "flush", "all"], ["address", "add", address, "dev", "eth0"], ["route", "add", "default", "via", gateway]])
        {
            Testbed.Run(device.Namespace, ["ip", .. command]).AssertOk();
        }
    }
}
