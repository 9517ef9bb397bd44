using Innkeeper.Dns;
using Innkeeper.Wire.Dns;

namespace Innkeeper.Tests.Dns;

/// <summary>Which names held devices may reach.</summary>
public sealed class GardenNamesTests
{
    private static readonly GardenNames s_names = new(["login.example.org", "*.stripe.com", "clients3.google.com", "*.gstatic.com", "*.apple.com"]);

    [Theory]
    [InlineData("login.example.org", true)]
    [InlineData("LOGIN.Example.ORG", true)]
    [InlineData("x.login.example.org", false)]
    [InlineData("example.org", false)]
    [InlineData("xlogin.example.org", false)]
    [InlineData("js.stripe.com", true)]
    [InlineData("a.b.JS.Stripe.com", true)]
    [InlineData("stripe.com", false)]
    [InlineData("notstripe.com", false)]
    [InlineData("js.stripe.com.example.org", false)]
    [InlineData("js\\.stripe.com", false)]
    [InlineData("com", false)]
    [InlineData(".", false)]
    public void Contain_Name_IsListedOrBelowAListedDomain(string name, bool listed) => Assert.Equal(listed, s_names.Contain(DnsName.Parse(name)));

    [Theory]
    [InlineData("connectivitycheck.gstatic.com", false)]
    [InlineData("fonts.gstatic.com", true)]
    [InlineData("captive.apple.com", false)]
    [InlineData("x.captive.apple.com", true)]
    [InlineData("clients3.google.com", true)]
    public void Contain_NameThatLooksForAPortal_IsMeantOnlyByItself(string name, bool listed) => Assert.Equal(listed, s_names.Contain(DnsName.Parse(name)));

    [Fact]
    public void Contain_LongestName_IsLookedUpWhole()
    {
        var name = string.Join('.', Enumerable.Repeat("a", 121)) + ".stripe.com";
        Assert.True(DnsName.Parse(name).Length is > 250 and <= DnsName.MaxSize);
        Assert.True(s_names.Contain(DnsName.Parse(name)));
    }

    [Fact]
    public void Contain_AllocatesNothing()
    {
        var name = DnsName.Parse("a.b.c.d.e.stripe.com");
        _ = s_names.Contain(name);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _ = s_names.Contain(name);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
