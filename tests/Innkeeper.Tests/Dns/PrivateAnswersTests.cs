using System.Net;
using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Which addresses a public name has no business with.</summary>
public sealed class PrivateAnswersTests
{
    private static bool HasAny(DnsSection section, DnsType type, byte[] data)
    {
        var room = new byte[512];
        Assert.True(DnsWriter.TryBegin(room, new DnsHeader(1, DnsBits.Response, DnsOpcode.Query, DnsResponseCode.NoError), out var writer));
        Assert.True(writer.TryAddQuestion(DnsName.Parse("a.example"), type, DnsClass.In));
        Assert.True(writer.TryAddCname(DnsSection.Answer, DnsName.Parse("a.example"), 1, DnsName.Parse("b.example")));
        Assert.True(writer.TryAddRecord(section, DnsName.Parse("b.example"), type, DnsClass.In, 1, data));
        Assert.True(DnsMessage.TryParse(writer.Message, out var message));
        return PrivateAnswers.HasAny(message);
    }

    [Theory]
    [InlineData("0.0.0.0", true)]
    [InlineData("1.0.0.0", false)]
    [InlineData("9.255.255.255", false)]
    [InlineData("10.0.0.0", true)]
    [InlineData("10.255.255.255", true)]
    [InlineData("100.63.255.255", false)]
    [InlineData("100.64.0.0", true)]
    [InlineData("100.128.0.0", false)]
    [InlineData("127.0.0.53", true)]
    [InlineData("169.254.169.254", true)]
    [InlineData("172.15.255.255", false)]
    [InlineData("172.16.0.0", true)]
    [InlineData("172.31.255.255", true)]
    [InlineData("172.32.0.0", false)]
    [InlineData("192.168.0.1", true)]
    [InlineData("192.169.0.0", false)]
    [InlineData("223.255.255.255", false)]
    [InlineData("224.0.0.1", true)]
    [InlineData("255.255.255.255", true)]
    [InlineData("::", true)]
    [InlineData("::1", true)]
    [InlineData("::2", false)]
    [InlineData("fbff::1", false)]
    [InlineData("fc00::1", true)]
    [InlineData("fdff::1", true)]
    [InlineData("fe00::1", false)]
    [InlineData("fe80::1", true)]
    [InlineData("febf::1", true)]
    [InlineData("fec0::1", false)]
    [InlineData("ff02::1", true)]
    [InlineData("2001:db8::a00:1", false)]
    [InlineData("::ffff:10.0.0.1", true)]
    [InlineData("::ffff:9.9.9.9", false)]
    [InlineData("64:ff9b::192.168.1.1", true)]
    [InlineData("64:ff9b::9.9.9.9", false)]
    [InlineData("64:ff9b:1::10.0.0.1", false)]
    public void HasAny_AddressBehindAnAlias_IsPrivateOrNot(string address, bool expected)
    {
        var data = IPAddress.Parse(address).GetAddressBytes();
        Assert.Equal(expected, HasAny(DnsSection.Answer, data.Length == 4 ? DnsType.A : DnsType.Aaaa, data));
    }

    [Theory]
    [InlineData(DnsSection.Authority, DnsType.A, 4)]
    [InlineData(DnsSection.Additional, DnsType.A, 4)]
    [InlineData(DnsSection.Answer, DnsType.Txt, 4)]
    [InlineData(DnsSection.Answer, DnsType.A, 3)]
    [InlineData(DnsSection.Answer, DnsType.A, 0)]
    [InlineData(DnsSection.Answer, DnsType.Aaaa, 4)]
    public void HasAny_NoAddressOfTheAnswer_IsNot(DnsSection section, DnsType type, int size) =>
        Assert.False(HasAny(section, type, new byte[] { 10, 0, 0, 1 }[..size]));
}
