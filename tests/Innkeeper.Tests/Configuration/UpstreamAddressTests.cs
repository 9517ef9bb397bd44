using Innkeeper.Configuration;

namespace Innkeeper.Tests.Configuration;

/// <summary>The forms in which servers are given.</summary>
public sealed class UpstreamAddressTests
{
    [Theory]
    [InlineData("9.9.9.9", "9.9.9.9:53")]
    [InlineData("9.9.9.9:1", "9.9.9.9:1")]
    [InlineData("9.9.9.9:65535", "9.9.9.9:65535")]
    [InlineData("2620:fe::fe", "[2620:fe::fe]:53")]
    [InlineData("[2620:fe::fe]", "[2620:fe::fe]:53")]
    [InlineData("[2620:fe::fe]:5353", "[2620:fe::fe]:5353")]
    [InlineData("fe80::1%1", "[fe80::1%1]:53")]
    [InlineData("[fe80::1%1]:53", "[fe80::1%1]:53")]
    [InlineData("2001:db8::1:5353", "[2001:db8::1:5353]:53")]
    [InlineData("::ffff:9.9.9.9", "[::ffff:9.9.9.9]:53")]
    [InlineData("tls://9.9.9.9#dns.quad9.net", "tls://9.9.9.9:853#dns.quad9.net")]
    [InlineData("tls://9.9.9.9:8853#dns.quad9.net", "tls://9.9.9.9:8853#dns.quad9.net")]
    [InlineData("tls://[2620:fe::fe]:853#dns.quad9.net", "tls://[2620:fe::fe]:853#dns.quad9.net")]
    [InlineData("tls://2620:fe::fe#dns.quad9.net", "tls://[2620:fe::fe]:853#dns.quad9.net")]
    public void Parse_Good_IsThatServer(string text, string expected)
    {
        var address = UpstreamAddress.Parse(text);
        Assert.Equal(expected, address?.ToString());
        Assert.Equal(address, UpstreamAddress.Parse(expected));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(":")]
    [InlineData(":53")]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("[]")]
    [InlineData("[]:53")]
    [InlineData("1")]
    [InlineData("1.2")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData(" 9.9.9.9")]
    [InlineData("9.9.9.9 ")]
    [InlineData("9.9.9.9/32")]
    [InlineData("9.9.9.9:")]
    [InlineData("9.9.9.9:0")]
    [InlineData("9.9.9.9:65536")]
    [InlineData("9.9.9.9:-1")]
    [InlineData("9.9.9.9:+53")]
    [InlineData("9.9.9.9: 53")]
    [InlineData("9.9.9.9:53:53")]
    [InlineData("[9.9.9.9]")]
    [InlineData("[9.9.9.9]:53")]
    [InlineData("[2620:fe::fe")]
    [InlineData("2620:fe::fe]")]
    [InlineData("[2620:fe::fe]53")]
    [InlineData("[2620:fe::fe]:")]
    [InlineData("[2620:fe::fe]:0")]
    [InlineData("[2620:fe::fe]:65536")]
    [InlineData("[2620:fe::fe]:53:53")]
    [InlineData("[[2620:fe::fe]]:53")]
    [InlineData("2620:fe::fe::1")]
    [InlineData("dns.quad9.net")]
    [InlineData("tls://")]
    [InlineData("tls://#")]
    [InlineData("tls://9.9.9.9")]
    [InlineData("tls://9.9.9.9#")]
    [InlineData("tls://#dns.quad9.net")]
    [InlineData("tls://9.9.9.9#9.9.9.9")]
    [InlineData("tls://9.9.9.9#a b")]
    [InlineData("tls://9.9.9.9#dns.quad9.net#x")]
    [InlineData("TLS://9.9.9.9#dns.quad9.net")]
    [InlineData("udp://9.9.9.9")]
    public void Parse_Bad_IsNone(string? text) => Assert.Null(UpstreamAddress.Parse(text));
}
