using Innkeeper.Configuration;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Configuration;

/// <summary>Each key of a forward, and entries that cannot be.</summary>
public sealed class ForwardDefinitionsTests
{
    private const string Head = "access.interface = \"eth1\"\nuplink.interface = \"eth0\"\n";
    private const string One = "napt.addresses = [\"137.118.199.100\"]\n";
    private const string Two = "napt.addresses = [\"137.118.199.100-137.118.199.101\"]\n";
    private const string Web = "[[forwards]]\nprotocol = \"tcp\"\nport = 8080\nto = \"press-3\"\n";

    private static string[] Errors(string text) => [.. ConfigurationFile.Parse(Head + text, "f").Errors.Select(e => e.ToString())];

    [Fact]
    public void Parse_EachKey_SetsWhatItSays()
    {
        var result = ConfigurationFile.Parse(
            Head + Two + "[[forwards]]\nprotocol = \"udp\"\nport = \"8000-8010\"\naddress = \"137.118.199.101\"\nto = \"Camera 1\"\nto_port = 80\ndescription = \"hall 2\"\n", "f");

        Assert.Empty(result.Errors);
        var forward = Assert.Single(result.Config!.Forwards);
        Assert.Equal(
            new ForwardConfig
            {
                Protocol = ForwardProtocol.Udp,
                Ports = new PortRange(8000, 8010),
                Address = Ipv4Address.Parse("137.118.199.101"),
                To = "Camera 1",
                ToPort = 80,
                Description = "hall 2",
            },
            forward);
        Assert.Equal(("udp-8000-8010@137.118.199.101", 80, 90), (forward.Id, forward.PortFor(8000), forward.PortFor(8010)));
    }

    [Fact]
    public void Parse_WhatCanBeLeftOut_IsTheOnlyAddressAndTheSamePort()
    {
        var result = ConfigurationFile.Parse(Head + One + Web, "f");

        Assert.Empty(result.Errors);
        var forward = Assert.Single(result.Config!.Forwards);
        Assert.Equal(("tcp-8080", 8080, Ipv4Address.Parse("137.118.199.100")), (forward.Id, forward.PortFor(8080), ForwardsCheck.AddressOf(result.Config, forward)!.Value));
        Assert.Null(ForwardsCheck.AddressOf(ConfigurationFile.Parse(Head + Web, "f").Config!, forward));
    }

    [Theory]
    [InlineData("", "port = 80\nto = \"a\"\n", "f:3:1: forwards[1].protocol: is missing; give \"tcp\" or \"udp\"")]
    [InlineData("", "protocol = \"tcp\"\nto = \"a\"\n", "forwards[1].port: is missing; give a port such as 8080")]
    [InlineData("", "protocol = \"tcp\"\nport = 80\n", "forwards[1].to: is missing; give a machine's name")]
    [InlineData("", "protocol = \"sctp\"\nport = 80\nto = \"a\"\n", "f:4:1: forwards[1].protocol: \"sctp\" is not valid")]
    [InlineData("", "protocol = \"tcp\"\nport = 0\nto = \"a\"\n", "f:5:1: forwards[1].port: 0 is not valid")]
    [InlineData("", "protocol = \"tcp\"\nport = \"90-80\"\nto = \"a\"\n", "forwards[1].port: \"90-80\" is not valid")]
    [InlineData("", "protocol = \"tcp\"\nport = 80\nto = \"00:1b:63:84:45\"\n", null)]
    [InlineData("", "protocol = \"tcp\"\nport = 80\nto = \"00:1b:63:84:45:zz\"\n", "f:6:1: forwards[1].to: \"00:1b:63:84:45:zz\" is not valid")]
    [InlineData("", "protocol = \"tcp\"\nport = 80\nto = \"01:00:5e:00:00:01\"\n", "forwards[1].to: \"01:00:5e:00:00:01\" is not valid")]
    [InlineData("", "protocol = \"tcp\"\nport = 80\nto = \"a\"\nto_port = 65536\n", "forwards[1].to_port: 65536 is not valid")]
    [InlineData("", "protocol = \"tcp\"\nport = \"80-90\"\nto = \"a\"\nto_port = 65530\n", "f:7:1: forwards[1].to_port: 65530 is the first of 11 ports, which go beyond 65535")]
    [InlineData("napt.enabled = false\npool.addresses = [\"137.118.199.50\"]\n", "protocol = \"tcp\"\nport = 80\nto = \"a\"\n", "f:5:1: forwards[1]: needs a shared address, and [napt] enabled = false shares none")]
    [InlineData("", "protocol = \"tcp\"\nport = 80\nto = \"a\"\naddress = \"137.118.199.100\"\n", "f:7:1: forwards[1].address: 137.118.199.100 is no shared address; leave it out for the uplink's own")]
    [InlineData(One, "protocol = \"tcp\"\nport = 80\nto = \"a\"\naddress = \"137.118.199.99\"\n", "forwards[1].address: 137.118.199.99 is no shared address; give one of [napt] addresses")]
    [InlineData(Two, "protocol = \"tcp\"\nport = 80\nto = \"a\"\n", "forwards[1].address: is missing, and [napt] has 2 addresses")]
    [InlineData("dns.serve_uplink = true\n", "protocol = \"udp\"\nport = \"50-60\"\nto = \"a\"\n", "forwards[1].port: 53 is the port of the DNS service ([dns] serve_uplink)")]
    [InlineData("web.listen = \"0.0.0.0:8443\"\n", "protocol = \"tcp\"\nport = 8443\nto = \"a\"\n", "forwards[1].port: 8443 is the port of the console ([web] listen)")]
    [InlineData("web.listen = \"0.0.0.0:8443\"\n", "protocol = \"udp\"\nport = 8443\nto = \"a\"\n", null)]
    [InlineData("web.listen = \"0.0.0.0:8443\"\n" + One, "protocol = \"tcp\"\nport = 8443\nto = \"a\"\n", null)]
    public void Check_WhatCannotBe_IsAnErrorAtItsLine(string settings, string entry, string? error)
    {
        var errors = Errors($"{settings}[[forwards]]\n{entry}");

        if (error is null)
        {
            Assert.Empty(errors);
        }
        else
        {
            Assert.Contains(error, Assert.Single(errors), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("protocol = \"tcp\"\nport = 8080\nto = \"a\"\n", "f:10:1: forwards[2].port: 8080 overlaps tcp-8080 (forwards[1])")]
    [InlineData("protocol = \"tcp\"\nport = \"8000-8100\"\nto = \"a\"\n", "forwards[2].port: 8000-8100 overlaps tcp-8080 (forwards[1])")]
    [InlineData("protocol = \"tcp\"\nport = \"8000-8100\"\nto = \"a\"\naddress = \"137.118.199.100\"\n", "forwards[2].port: 8000-8100 overlaps tcp-8080 (forwards[1])")]
    [InlineData("protocol = \"udp\"\nport = 8080\nto = \"a\"\n", null)]
    [InlineData("protocol = \"tcp\"\nport = \"8081-8100\"\nto = \"press-3\"\n", null)]
    public void Check_TwoOfOnePort_IsAnErrorAtTheLater(string entry, string? error) =>
        Assert.Equal(error is null ? 0 : 1, Errors($"{One}{Web}[[forwards]]\n{entry}").Count(e => error is null || e.Contains(error, StringComparison.Ordinal)));

    [Fact]
    public void Check_OneDeviceOnTwoAddresses_IsAnErrorAtTheLater() => Assert.Contains(
        "f:13:1: forwards[2].address: PRESS-3 shares 137.118.199.100 because of tcp-8080@137.118.199.100 (forwards[1])",
        Assert.Single(Errors($"{Two}{Web}address = \"137.118.199.100\"\n[[forwards]]\nprotocol = \"tcp\"\nport = 8081\nto = \"PRESS-3\"\naddress = \"137.118.199.101\"\n")), StringComparison.Ordinal);

    [Fact]
    public void Check_MorePortsThanThereIsRoomFor_IsAnErrorAtTheFirstTooMany() => Assert.Contains(
        "f:13:1: forwards[3].port: with those before it these are 4097 ports",
        Assert.Single(Errors("[[forwards]]\nprotocol = \"tcp\"\nport = \"1-4000\"\nto = \"a\"\n[[forwards]]\nprotocol = \"udp\"\nport = \"1-96\"\nto = \"a\"\n[[forwards]]\nprotocol = \"tcp\"\nport = 5000\nto = \"a\"\n")), StringComparison.Ordinal);

    [Theory]
    [InlineData("", 1)]
    [InlineData(One, 0)]
    public void Against_PortOfTheHostsOwnConnections_IsAnErrorAtTheUplinksOwnAddress(string settings, int errors) =>
        Assert.Equal(errors, ForwardsCheck.Against(ConfigurationFile.Parse($"{Head}{settings}[[forwards]]\nprotocol = \"tcp\"\nport = 40000\nto = \"a\"\n", "f"), new PortRange(32768, 60999)).Count());
}
