using Innkeeper.EndToEnd.Tests.Access;
using Innkeeper.EndToEnd.Tests.Harness;
using Innkeeper.Lab;

namespace Innkeeper.EndToEnd.Tests.OneArm;

/// <summary>One interface on the legal LAN, beside its own hosts.</summary>
public sealed class OneArmedFixture() : GatewayFixture(GatewaySettings.Default with { Extra = "[web]\nlisten = \"0.0.0.0:7080\"\ntls = \"never\"\n" }, oneArmed: true);

/// <summary>Interlopers on an existing LAN are online as behind two arms.</summary>
public sealed class OneArmedTests(OneArmedFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedFixture>
{
    [Fact]
    public void Interlopers_OfOneAddress_DownloadAtOnce_AndAreReached()
    {
        var (url, sha256) = Testbed.Publish("one-arm", 20_000_000);
        var devices = ((string[])["first", "second"]).Select(name => Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1")).ToList();

        // Slow enough to overlap.
        var downloads = devices
            .Select(device => Testbed.Start(device.Namespace, "bash", "-o", "pipefail", "-c", $"curl -sS --fail -m 60 --limit-rate 20M {url} | sha256sum")).ToList();

        Assert.All(downloads, download => Assert.StartsWith(sha256, download.Finish(TimeSpan.FromSeconds(60)).AssertOk().Stdout));
        var legal = devices.Select(device => Testbed.AwaitLegalAddress(device)).ToList();
        Assert.True(legal.All(IsPoolAddress) && legal[0] != legal[1], string.Join(", ", legal));
        foreach (var address in legal)
        {
            Ping(Testbed.Server, address).AssertOk();
            Ping(Testbed.Office, address).AssertOk();
        }

        // To each other, by what they are outside, and to a host of the LAN.
        Ping(devices[0].Namespace, legal[1]).AssertOk();
        Ping(devices[1].Namespace, Testbed.OfficeAddress).AssertOk();
        Assert.Equal("one-armed", Testbed.StatusJson().Mode);
    }

    /// <summary>The LAN's own hosts reach the console at the gateway's address, if it listens there; devices that the gateway serves do not.</summary>
    [Fact]
    public void Console_AtEveryAddress_IsReachedByTheLansHosts_AndByNoInterloper()
    {
        var device = Testbed.AddDevice("curious", "47.31.135.195/24", "47.31.135.1");
        Fetch(device).AssertOk();

        Assert.All((string[])[Testbed.GatewayAddress, "47.31.135.1", "192.88.99.99"], address =>
            Assert.NotEqual(0, Testbed.Run(device.Namespace, "curl", "-sS", "-m", "2", $"http://{address}:7080/").ExitCode));
        Testbed.Run(Testbed.Office, "curl", "-sS", "--fail", "-m", "5", $"http://{Testbed.GatewayAddress}:7080/").AssertOk();
    }

    [Theory]
    [MemberData(nameof(AwkwardSettingsTests.Foreign), MemberType = typeof(AwkwardSettingsTests))]
    public void Interloper_WithAwkwardSettings_GetsThrough(string name, string address, string gateway, bool onLink)
    {
        var device = Testbed.AddDevice(name, address, gateway, new DeviceSettings { OnLink = onLink });
        try
        {
            AssertGetsThrough(device);
        }
        finally
        {
            Testbed.Remove(device);
        }
    }

    [Theory]
    [InlineData("10.250.0.53", "+notcp")]
    [InlineData("10.250.0.53", "+tcp")]
    [InlineData("47.31.1.53", "+notcp")]
    public void Interloper_AsksAnyDnsServer_GetsAnAnswer(string server, string transport)
    {
        var device = Testbed.Device("dns") ?? Testbed.AddDevice("dns", "47.31.128.201/24", "47.31.128.1");

        var answer = Testbed.Run(device.Namespace, "dig", transport, "+time=4", "+tries=2", "+short", $"@{server}", Testbed.WebName).AssertOk();

        Assert.Contains(Testbed.ServerAddress, answer.Stdout, StringComparison.Ordinal);
    }

    [Fact]
    public void HostOfTheLan_WithAGatewayThatIsNotThere_IsServed_AndKeepsItsAddress()
    {
        Testbed.AllowLostHost("137.118.199.120", "137.118.199.254");
        var device = Testbed.AddDevice("lost", "137.118.199.120/24", "137.118.199.254");

        Fetch(device, Page + "?lost").AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        Assert.Contains(Testbed.ServerAddress, Testbed.Run(device.Namespace, "dig", "+time=4", "+tries=2", "+short", "@10.250.0.53", Testbed.WebName).AssertOk().Stdout);

        Assert.Contains(Testbed.ServerLog.Split('\n'), line => line.StartsWith(device.Address + " ", StringComparison.Ordinal) && line.Contains("?lost", StringComparison.Ordinal));
        Assert.Equal(device.Address, Testbed.AwaitLegalAddress(device));

        // It is a host of this LAN as ever: to its neighbours, to the gateway itself, and for who calls it.
        Ping(device.Namespace, Testbed.OfficeAddress).AssertOk();
        Ping(device.Namespace, Testbed.GatewayAddress).AssertOk();
        Ping(Testbed.Server, device.Address).AssertOk();
    }

    [Fact]
    public void Interface_OfTheGateway_IsNotPromiscuous()
    {
        var link = Testbed.Run(Testbed.Gateway, "ip", "-d", "link", "show", Testbed.UplinkInterface).AssertOk().Stdout;

        Assert.Contains("promiscuity 0", link, StringComparison.Ordinal);
        Assert.DoesNotContain("PROMISC", link, StringComparison.Ordinal);
    }

    [Fact]
    public void Traffic_OfAnInterloper_IsSeenByNobodyElse()
    {
        var device = Testbed.AddDevice("quiet", "47.31.128.202/24", "47.31.128.1");
        var capture = Testbed.Capture(Testbed.Office, "eth0", "ip");
        Fetch(device).AssertOk();
        Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
        // Something the office must have seen by then, as it came later.
        Ping(Testbed.Office, Testbed.RouterAddress).AssertOk();
        Wait.For("the office's own ping", () => capture.Lines().Count >= 6, TimeSpan.FromSeconds(5), () => string.Join('\n', capture.Lines()));

        Assert.DoesNotContain(capture.Lines(), line => line.Contains(device.Mac, StringComparison.Ordinal) || line.Contains(Testbed.ServerAddress, StringComparison.Ordinal));
    }
}

/// <summary>One arm and no pool: all share the host's own address.</summary>
public sealed class OneArmedNoPoolFixture() : GatewayFixture(new GatewaySettings { Pool = null }, oneArmed: true);

public sealed class OneArmedNaptTests(OneArmedNoPoolFixture fixture) : GatewayTests(fixture), IClassFixture<OneArmedNoPoolFixture>
{
    [Fact]
    public void Interlopers_WithoutAPool_ShareTheHostsAddress_AndTheHostKeepsItsOwnTraffic()
    {
        var (url, sha256) = Testbed.Publish("one-arm-napt", 2_000_000);
        foreach (var name in (string[])["first", "second"])
        {
            var device = Testbed.AddDevice(name, "47.31.128.195/24", "47.31.128.1");
            Assert.Equal(sha256, Download(device, url));
            Ping(device.Namespace, Testbed.ServerAddress).AssertOk();
            Ping(device.Namespace, Testbed.OfficeAddress).AssertOk();
            Assert.Equal(Testbed.GatewayAddress, Testbed.AwaitLegalAddress(device));
        }

        Ping(Testbed.Gateway, Testbed.ServerAddress).AssertOk();
        Ping(Testbed.Server, Testbed.GatewayAddress).AssertOk();
        Testbed.Run(Testbed.Gateway, "curl", "-sf", "-m", "10", Page).AssertOk();
    }
}
