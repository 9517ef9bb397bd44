using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests;

/// <summary>A station is what its address says now, whatever it was before.</summary>
public sealed class OneArmedChangeTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Interloper_ThatIsSetRight_IsAHostOfTheLan_AndPassesUsBy()
    {
        var device = Bench.AddDevice("corrected", "47.31.128.60/24", "47.31.128.1");
        Fetch(device).Ok();
        SetUp(device, "137.118.199.121/24", Bench.RouterAddress);
        var capture = Bench.Capture(Bench.Lan, "gw", "ip", "and", "ether", "host", device.Mac);

        Fetch(device, Page + "?corrected").Ok();
        Ping(device.Namespace, Bench.OfficeAddress).Ok();
        // What we hear of it is for ourselves: the capture sees that.
        Ping(device.Namespace, Bench.GatewayAddress).Ok();

        Assert.Contains(Bench.ServerLog.Split('\n'), line => line.StartsWith("137.118.199.121 ", StringComparison.Ordinal) && line.Contains("?corrected", StringComparison.Ordinal));
        Assert.NotEmpty(capture.Lines());
        var others = capture.Lines().Where(line => !line.Contains(Bench.GatewayAddress, StringComparison.Ordinal)).ToList();
        Assert.True(others.Count == 0, string.Join('\n', others));
    }

    [Fact]
    public void HostOfTheLan_ThatTakesAForeignAddress_IsServed()
    {
        var device = Bench.AddDevice("misled", "137.118.199.122/24", Bench.RouterAddress);
        Fetch(device).Ok();
        Assert.Null(Bench.Find(device));

        SetUp(device, "10.70.0.9/24", "10.70.0.1");

        Fetch(device).Ok();
        var legal = Bench.LegalAddress(device, "10.70.0.9");
        Assert.True(IsPoolAddress(legal), legal);
        Ping(Bench.Office, legal).Ok();
    }

    [Fact]
    public void Interloper_WithTheServersAddress_IsReached_AndTakesItFromNobody()
    {
        var twin = Bench.AddDevice("twin", Bench.ServerAddress + "/24", "203.0.113.126");
        var other = Bench.AddDevice("other", "47.31.128.61/24", "47.31.128.1");

        Bench.Run(twin.Namespace, "dig", "+time=4", "+tries=2", "+short", "@10.250.0.53", Bench.WebName).Ok();
        Ping(Bench.Office, Bench.LegalAddress(twin)).Ok();

        Fetch(other, Page + "?other").Ok();
        Bench.Run(Bench.Office, "curl", "-sS", "--fail", "-m", "10", Page + "?office").Ok();
        foreach (var (source, query) in (ReadOnlySpan<(string, string)>)[(Bench.LegalAddress(other), "?other"), (Bench.OfficeAddress, "?office")])
        {
            Assert.Contains(Bench.ServerLog.Split('\n'), line => line.StartsWith(source + " ", StringComparison.Ordinal) && line.Contains(query, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Owner_ThatAppearsAfterARestart_GetsItsAddress()
    {
        var asker = Bench.AddDevice("asker", "10.71.0.9/24", "10.71.0.1");
        Fetch(asker).Ok();
        Bench.KillGateway(Native.SIGKILL);
        Bench.StartGateway();

        var owner = Bench.AddDevice("owner", "10.71.0.1/24", null);
        Bench.Run(owner.Namespace, "arping", "-U", "-I", "eth0", "-c", "1", owner.Address);

        Wait.For("the owner in the asker's table", () => Bench.Run(asker.Namespace, "ip", "neigh", "show", owner.Address).Stdout.Contains(owner.Mac, StringComparison.OrdinalIgnoreCase),
            TimeSpan.FromSeconds(5), () => Bench.Run(asker.Namespace, "ip", "neigh").Stdout);
        Ping(asker.Namespace, owner.Address).Ok();
    }

    private void SetUp(Device device, string address, string gateway)
    {
        // Or else the server sends the end of a conversation again, to where the device was.
        Wait.For("conversations are over", () => Bench.Run(Bench.Server, "ss", "-Htan", "exclude", "listening", "exclude", "time-wait").Ok().Stdout.Length == 0,
            TimeSpan.FromSeconds(20), () => Bench.Run(Bench.Server, "ss", "-tan").ToString());
        foreach (var command in (string[][])[["address", "flush", "dev", "eth0"], ["neigh", "flush", "all"], ["address", "add", address, "dev", "eth0"], ["route", "add", "default", "via", gateway]])
        {
            Bench.Run(device.Namespace, ["ip", .. command]).Ok();
        }
    }
}
