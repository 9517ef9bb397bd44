using Innkeeper.Links;

namespace Innkeeper.Tests.Links;

public sealed class SysctlTests
{
    [Fact]
    public void Write_ForwardingOfAnInterface_ReadBack() => PrivateNetwork.Run(() =>
    {
        Netlink.CreateVethPair("ikt.7", "ikt-b", 1500);
        Sysctl.Write("net/ipv4/conf/ikt.7/forwarding", "1");
        Assert.True(Sysctl.TryRead("net/ipv4/conf/ikt.7/forwarding", out var value));
        Assert.Equal("1", value);
        Sysctl.Write("net/ipv4/conf/ikt.7/forwarding", "0");
        Assert.True(Sysctl.TryRead("net/ipv4/conf/ikt.7/forwarding", out value));
        Assert.Equal("0", value);
    });

    [Fact]
    public void Write_NoSuchSetting_SaysWhich()
    {
        Assert.False(Sysctl.TryRead("net/ipv4/conf/nosuch0/forwarding", out _));
        var error = Assert.Throws<IOException>(() => Sysctl.Write("net/ipv4/conf/nosuch0/forwarding", "1"));
        Assert.Contains("net/ipv4/conf/nosuch0/forwarding", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/net/ipv4/ip_forward")]
    [InlineData("net/../../self/comm")]
    public void TryRead_NameOutsideOfProcSys_Throws(string name) =>
        Assert.Throws<ArgumentException>(() => Sysctl.TryRead(name, out _));
}
