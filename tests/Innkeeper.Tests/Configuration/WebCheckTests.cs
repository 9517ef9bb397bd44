using System.Net;
using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>The keys of [web], and what they need of each other.</summary>
public sealed class WebCheckTests
{
    private static ConfigurationResult Parse(string web) => ConfigurationFile.Parse($"[access]\ninterface = \"eth1\"\n[uplink]\ninterface = \"eth0\"\n[web]\n{web}", "f");

    [Fact]
    public void Web_ByDefault_IsOnLoopbackAlone()
    {
        var web = Parse("").Config!.Web;

        Assert.Equal([new IPEndPoint(IPAddress.Loopback, 7080)], web.Listen);
        Assert.False(web.UsesTls(web.Listen[0]));
    }

    [Fact]
    public void Web_SeveralAddresses_HaveHttpsWhereOthersCanListen()
    {
        var web = Parse("listen = \"127.0.0.1:7080, 192.0.2.1:7443, [::1]:7080, [2001:db8::1]:7443\"\n").Config!.Web;

        Assert.Equal([false, true, false, true], web.Listen.Select(web.UsesTls));
    }

    [Fact]
    public void Web_EmptyAddress_IsOff() => Assert.False(Parse("listen = \"\"\n").Config!.Web.IsOn);

    [Theory]
    [InlineData("listen = \"127.0.0.1\"")]
    [InlineData("listen = \"127.0.0.1:0\"")]
    [InlineData("listen = \"gateway.example.com:7080\"")]
    [InlineData("listen = \"[::1]\"")]
    [InlineData("listen = \"::1:7080\"")]
    [InlineData("listen = \"127.0.0.1:7080,\"")]
    [InlineData("listen = \"127.0.0.1:7080, 127.0.0.1:7080\"")]
    [InlineData("listen = 7080")]
    [InlineData("tls = \"on\"")]
    [InlineData("url = \"gateway.example.com\"")]
    [InlineData("url = \"ftp://gateway.example.com\"")]
    [InlineData("url = \"https://gateway.example.com/path\"")]
    [InlineData("url = \"https://a:b@gateway.example.com\"")]
    [InlineData("metrics = true")]
    public void Parse_ValueThatWillNotDo_IsRefused(string line) => Assert.StartsWith("f:6:1: web.", Assert.Single(Parse(line + "\n").Errors).ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("certificate = \"/c.pem\"", "web.key")]
    [InlineData("key = \"/k.pem\"", "web.certificate")]
    public void Parse_CertificateWithoutKeyOrTheOtherWayRound_IsAnError(string line, string missing) =>
        Assert.Contains($"{missing}: is missing", Assert.Single(Parse(line + "\n").Errors).ToString(), StringComparison.Ordinal);
}
