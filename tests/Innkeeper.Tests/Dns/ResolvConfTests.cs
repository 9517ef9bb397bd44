using Innkeeper.Dns;
using Innkeeper.Tests.Storage;

namespace Innkeeper.Tests.Dns;

/// <summary>The host's own servers.</summary>
public sealed class ResolvConfTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("nameserver 192.0.2.1\nnameserver\t192.0.2.2\n", "192.0.2.1:53 192.0.2.2:53")]
    [InlineData("# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n#nameserver 192.0.2.3\nsearch nameserver\n", "")]
    [InlineData("nameserver 192.0.2.1 # the first\r\nnameserver 192.0.2.2\r\noptions edns0\r\n", "192.0.2.1:53 192.0.2.2:53")]
    [InlineData("nameserver 127.0.0.53\nnameserver 127.0.0.54\n", "")]
    [InlineData("nameserver 127.0.0.1\n", "127.0.0.1:53")]
    [InlineData("nameserver 2001:db8::53\nnameserver fe80::1%1\n", "[2001:db8::53]:53 [fe80::1%1]:53")]
    [InlineData("nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.1", "192.0.2.1:53 192.0.2.2:53")]
    [InlineData("nameserver\nnameserver \nnameserver dns.example\nNameserver 192.0.2.1\nnameservers 192.0.2.2", "")]
    [InlineData("nameserver 192.0.2.256\nnameserver 192.0.2.1", "192.0.2.1:53")]
    public void Parse_File_GivesTheServersInTheirOrder(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', ResolvConf.Parse(text)));

    [Fact]
    public void Parse_ManyServers_GivesTheFirstEight() =>
        Assert.Equal(8, ResolvConf.Parse(string.Concat(Enumerable.Range(1, 20).Select(i => $"nameserver 192.0.2.{i}\n"))).Count);

    [Fact]
    public void Read_FirstFileNamesTheStubOnly_GivesTheSecondsServers()
    {
        using var directory = new TemporaryDirectory();
        string[] paths = [Path.Combine(directory.Path, "absent"), Path.Combine(directory.Path, "stub"), Path.Combine(directory.Path, "real"), directory.Path];
        Assert.Empty(ResolvConf.Read(paths)!);
        File.WriteAllText(paths[1], "nameserver 127.0.0.53\n");
        File.WriteAllText(paths[2], "nameserver 192.0.2.1\n");
        Assert.Equal("192.0.2.1:53", Assert.Single(ResolvConf.Read(paths)!).ToString());
    }

    /// <summary>It is not known then which servers there are, and those that were found before are better than none.</summary>
    [Fact]
    public void Read_FileThatCannotBeReadNow_IsNotTheSameAsNoServers()
    {
        using var directory = new TemporaryDirectory();
        var endless = Path.Combine(directory.Path, "resolv.conf");
        File.CreateSymbolicLink(endless, "/dev/zero");
        Assert.Null(ResolvConf.Read([endless]));
    }
}
