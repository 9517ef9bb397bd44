using System.Text;
using FsCheck.Xunit;
using Innkeeper.Portal;
using Innkeeper.Wire;

namespace Innkeeper.Tests.Portal;

/// <summary>Forms as browsers and others send them, and the token that makes those of others void.</summary>
public sealed class PortalFormTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 25, 9, 30, 0, TimeSpan.Zero);
    private static readonly MacAddress s_mac = MacAddress.Parse("02:00:00:00:00:07");

    private static IReadOnlyDictionary<string, string> Read(string text) => PortalForm.Read(Encoding.Latin1.GetBytes(text));

    [Theory]
    [InlineData("code=7KM-Q2X-9RW&way=code", "code", "7KM-Q2X-9RW")]
    [InlineData("code=7KM+Q2X%20%39RW", "code", "7KM Q2X 9RW")]
    [InlineData("code=a&code=b", "code", "a")]
    [InlineData("code", "code", "")]
    [InlineData("=x", "", "x")]
    [InlineData("code=%", "code", "%")]
    [InlineData("code=%4", "code", "%4")]
    [InlineData("code=%zz", "code", "%zz")]
    [InlineData("code=%C3%A4", "code", "ä")]
    [InlineData("code=%ff%fe", "code", "\ufffd\ufffd")]
    [InlineData("code=%00%0d%0a", "code", "\0\r\n")]
    [InlineData("c%6fde=x", "code", "x")]
    [InlineData("code=a=b", "code", "a=b")]
    public void Read_AField_IsItsFirstValue(string form, string name, string value) => Assert.Equal(value, Read(form)[name]);

    [Fact]
    public void Read_IsBounded()
    {
        Assert.Equal(8, Read(string.Join('&', Enumerable.Range(0, 300).Select(i => $"{i}=1"))).Count);
        Assert.Equal(PortalForm.MostOctets - 2, Read($"a={new string('x', 100_000)}")["a"].Length);
        Assert.Equal("", Assert.Single(Read("")).Key);
    }

    [Property]
    public bool Read_AnyOctets_DoesNotThrow(byte[] octets) => PortalForm.Read(octets ?? []).Count <= 8;

    [Fact]
    public void Token_IsOfOneDeviceAndHour()
    {
        var tokens = new PortalTokens(new byte[32]);
        var token = tokens.Of(s_mac, 7, s_now);

        Assert.True(tokens.IsValid(token, s_mac, 7, s_now));
        Assert.True(tokens.IsValid(token, s_mac, 7, s_now.AddMinutes(89)));
        Assert.False(tokens.IsValid(token, s_mac, 7, s_now.AddMinutes(90)));
        Assert.False(tokens.IsValid(token, s_mac, 7, s_now.AddHours(-1)));
        Assert.False(tokens.IsValid(token, s_mac, 0, s_now));
        Assert.False(tokens.IsValid(token, MacAddress.Parse("02:00:00:00:00:08"), 7, s_now));
        Assert.False(new PortalTokens([.. Enumerable.Repeat((byte)1, 32)]).IsValid(token, s_mac, 7, s_now));
        Assert.False(tokens.IsValid(token[..^1], s_mac, 7, s_now));
        Assert.False(tokens.IsValid("", s_mac, 7, s_now));
        Assert.False(tokens.IsValid(null, s_mac, 7, s_now));
        Assert.NotEqual(PortalTokens.Create().Of(s_mac, 7, s_now), PortalTokens.Create().Of(s_mac, 7, s_now));
    }
}
